// Only the wait at the start; who serializes a function loads the real module, which connects to the debugger when it is first used.
exports.isInitializedAsync = () => Promise.resolve();
