import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { isAlive, until } from "../unit/plugins/launched";
import { Sshd } from "../unit/plugins/sshd";

const repository = resolve(__dirname, "../..");

const program = `
import { local, remote } from "@pulumi/command";
import { Config, secret, asset } from "@pulumi/pulumi";
const config = new Config();
const folder = config.require("folder");
const connection = JSON.parse(config.require("connection"));
const here = new local.Command("here", {
  create: \`echo \${config.get("word")}; echo created >> \${folder}/here\`,
  update: "echo updated after $PULUMI_COMMAND_STDOUT",
  delete: \`echo deleted >> \${folder}/here\`,
  triggers: [config.get("trigger")],
});
const there = new remote.Command("there", {
  connection, create: "cat", stdin: secret("a secret word"), logging: "none",
}, { additionalSecretOutputs: ["stdout"], dependsOn: here });
new remote.CopyToRemote("copy", { connection, source: new asset.FileAsset(\`\${folder}/source\`), remotePath: \`\${folder}/copied\` });
export const words = here.stdout;
export const hidden = there.stdout;
`;

describe("stand-ins under the real engine", function () {
  this.timeout(120_000);
  let sshd: Sshd;
  let folder: string;

  const start = (...words: string[]): ChildProcess =>
    spawn("pulumi", [...words, "--non-interactive"], {
      cwd: join(folder, "program"),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PATH: `${repository}/lab/plugins/bin:${process.env["PATH"]}`,
        PULUMI_HOME: join(folder, "home"),
        PULUMI_BACKEND_URL: `file://${folder}/state`,
        PULUMI_CONFIG_PASSPHRASE: "passphrase",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    });

  const finished = async (child: ChildProcess): Promise<{ code: number; output: string }> => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    return { code, output };
  };

  const attempt = (...words: string[]): Promise<{ code: number; output: string }> => finished(start(...words));

  const pulumi = async (...words: string[]): Promise<string> => {
    const { code, output } = await attempt(...words);
    assert.equal(code, 0, output);
    return output;
  };

  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");

  before(async () => {
    sshd = await Sshd.start();
    folder = mkdtempSync(join(tmpdir(), "engine-"));
    for (const inner of ["program", "home", "state"]) mkdirSync(join(folder, inner));
    symlinkSync(join(repository, "node_modules"), join(folder, "program/node_modules"));
    write("program/Pulumi.yaml", "name: stand-ins\nruntime: {name: nodejs, options: {typescript: true}}\n");
    write("program/package.json", '{ "main": "index.ts", "dependencies": { "@pulumi/command": "1.2.1" } }');
    write(
      "program/tsconfig.json",
      '{ "ts-node": { "transpileOnly": true }, "compilerOptions": { "module": "commonjs", "moduleResolution": "node10" } }',
    );
    write("program/index.ts", program);
    write("source", "content");
    await pulumi("stack", "init", "test");
    await pulumi("config", "set", "folder", folder);
    await pulumi("config", "set", "word", "first");
    await pulumi("config", "set", "connection", "--secret", JSON.stringify(sshd.connection));
  });

  after(async () => {
    await sshd.stop();
    rmSync(folder, { recursive: true });
  });

  it("previews without running anything, the outputs unknown", async () => {
    const output = await pulumi("preview");
    assert.match(output, /\+ +command:local:Command +here +create/);
    assert.match(output, /words *: (\[unknown\]|output<string>)/);
    assert.equal(existsSync(join(folder, "here")), false);
  });

  it("runs the commands, here and over SSH, and keeps secrets", async () => {
    await pulumi("up", "--yes", "--skip-preview");
    const outputs = JSON.parse(await pulumi("stack", "output", "--json")) as object;
    assert.deepEqual(outputs, { words: "first", hidden: "[secret]" });
    assert.match(await pulumi("stack", "output", "hidden", "--show-secrets"), /a secret word/);
    assert.equal(read("copied"), "content");
    const state = await pulumi("stack", "export");
    for (const hidden of ["a secret word", "PRIVATE KEY"]) assert.equal(state.includes(hidden), false);
  });

  it("does nothing again while nothing changes", async () => {
    assert.match(await pulumi("up", "--yes", "--skip-preview"), /4 unchanged/);
    assert.equal(read("here"), "created\n");
  });

  it("updates when an input changes, and copies what has changed", async () => {
    await pulumi("config", "set", "word", "second");
    write("source", "other content");
    assert.match(await pulumi("up", "--yes", "--skip-preview"), /2 updated/);
    assert.match(await pulumi("stack", "output", "words"), /updated after first/);
    assert.equal(read("copied"), "other content");
  });

  it("replaces when a trigger changes", async () => {
    await pulumi("config", "set", "trigger", "new");
    assert.match(await pulumi("preview"), /command:local:Command +here +replace +\[diff: .*triggers/);
    assert.match(await pulumi("up", "--yes", "--skip-preview"), /1 replaced/);
    assert.equal(read("here"), "created\ncreated\ndeleted\n");
  });

  it("shows why a command failed", async () => {
    await pulumi("config", "set", "word", "third; exit 3");
    await pulumi("config", "set", "trigger", "newer");
    const { code, output } = await attempt("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /exit status 3: running "echo third; exit 3/);
  });

  it("destroys", async () => {
    await pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(read("here"), "created\ncreated\ndeleted\ndeleted\n");
  });

  it("shows why a program crashed, and fails", async () => {
    write("program/index.ts", 'throw new Error("broken on purpose");');
    const { code, output } = await attempt("preview");
    assert.notEqual(code, 0);
    assert.match(output, /broken on purpose/);
    write("program/index.ts", 'console.log("said before"); process.exit(7);');
    assert.match((await attempt("preview")).output, /said before[^]*Program exited with non-zero exit code: 7/);
  });

  it("leaves no program behind after Ctrl-C", async () => {
    write(
      "program/index.ts",
      `import { renameSync, writeFileSync } from "node:fs"; writeFileSync("new", process.pid + " " + process.ppid); renameSync("new", "pids");
      setInterval(() => undefined, 1000); export = async () => { await new Promise(() => undefined); };`,
    );
    const running = start("preview");
    const ended = finished(running);
    await until("the program started", () => existsSync(join(folder, "program/pids")));
    running.kill("SIGINT");
    assert.notEqual((await ended).code, 0);
    const pids = read("program/pids").split(" ").map(Number);
    for (const pid of pids) await until(`process ${pid} ended`, () => !isAlive(pid));
  });

  it("leaves no command behind after Ctrl-C", async () => {
    const command = `echo $$ > ${folder}/new; mv ${folder}/new ${folder}/pid; sleep 600`;
    write(
      "program/index.ts",
      `import { local } from "@pulumi/command"; new local.Command("long", { create: ${JSON.stringify(command)} });`,
    );
    const running = start("up", "--yes", "--skip-preview");
    const ended = finished(running);
    await until("the command started", () => existsSync(join(folder, "pid")));
    running.kill("SIGINT");
    assert.notEqual((await ended).code, 0);
    await until("the command ended", () => !isAlive(Number(read("pid"))));
  });
});
