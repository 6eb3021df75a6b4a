// Loaded into the Pulumi program's process before anything else (nodeargs in Pulumi.yaml): the same program, started in half the time.
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { enableCompileCache, registerHooks, setSourceMapsSupport } = require("node:module");
const { homedir } = require("node:os");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "selfhelp-deploy", "node");
mkdirSync(cache, { recursive: true, mode: 0o700 });

// Compiled code is kept between runs: Pulumi's SDK alone takes a third of a second less to load.
enableCompileCache?.(cache);

// Only TypeScript goes through esbuild, once a content; tsx and ts-node look at every file of every package, too.
// `npm run check` is what checks types.
require.extensions[".ts"] = (module, file) => module._compile(transpiled(file, readFileSync(file, "utf8")), file);

function transpiled(file, source) {
  const kept = join(cache, `${createHash("sha256").update(file).update(source).digest("hex")}.cjs`);
  if (existsSync(kept)) return readFileSync(kept, "utf8");
  const options = { loader: "ts", format: "cjs", target: "node22", sourcefile: file, sourcemap: "inline" };
  const { code } = require("esbuild").transformSync(source, options);
  writeFileSync(`${kept}.${process.pid}`, code);
  renameSync(`${kept}.${process.pid}`, kept);
  return code;
}

// Of what the SDK loads at its start, this is for serializing functions into cloud code (a third of a second, and a debugger that is told of
// every script), and for stack traces (it maps that of every promise, which took as long again; Node.js maps one when it is printed).
const substitutes = {
  "@npmcli/arborist": "arborist.cjs",
  typescript: "typescript.cjs",
  "../../runtime/closure/v8Hooks": "v8-hooks.cjs",
  "source-map-support/register": "nothing.cjs",
};
const sdk = /\/node_modules\/@pulumi\/pulumi\//;
registerHooks?.({
  resolve(name, context, next) {
    const file = Object.hasOwn(substitutes, name) && sdk.test(context.parentURL ?? "") ? substitutes[name] : undefined;
    if (file === undefined) return next(name, context);
    return { url: pathToFileURL(join(__dirname, "substitutes", file)).href, format: "commonjs", shortCircuit: true };
  },
});

// Each call is traced when the engine asks for it, which it always does; where nobody collects the traces, they cost a sixth of a second.
if (!process.env.PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT) delete process.env.TRACEPARENT;

// The SDK writes what the engine answers into debug messages, an SSH key for @pulumi/command included, and `pulumi up --json` and `--debug` print these.
require("@pulumi/pulumi/log").debug = () => Promise.resolve();

setSourceMapsSupport?.(true, { nodeModules: false, generatedCode: false });
