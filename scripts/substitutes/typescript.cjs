module.exports = require("./later.cjs")(() => require("typescript"));
