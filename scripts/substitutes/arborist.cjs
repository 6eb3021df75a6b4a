module.exports = require("./later.cjs")(() => require("@npmcli/arborist"));
