// Loaded into the Pulumi program's process before anything else (nodeargs in Pulumi.yaml).
const { enableCompileCache } = require("node:module");
const { homedir } = require("node:os");
const { join } = require("node:path");

// Compiled code is kept between runs: Pulumi's SDK alone takes half a second less to load.
enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "selfhelp-deploy", "node"));

// TypeScript is transpiled file by file and kept, too; `npm run check` is what checks types.
require("tsx/cjs");
