import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { call, isAlive, until } from "./launched";
import { Provider } from "./provider";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown): object => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });

const local = "command:local:Command";
const remote = "command:remote:Command";
const connection = { host: "h", user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };

describe("stand-in for the plugin of @pulumi/command", () => {
  let provider: Provider;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "command-"));
    provider = await Provider.start();
  });

  afterEach(async () => {
    await provider.launched.stop();
    rmSync(folder, { recursive: true });
  });

  describe("check", () => {
    it("fills in defaults and makes the connection secret", async () => {
      const { inputs, failures } = await provider.check(remote, {
        create: "true",
        connection: { host: "h", proxy: { host: "p", port: 23 } },
      });
      const proxy = { ...connection, host: "p", port: 23 };
      assert.deepEqual(inputs, { addPreviousOutputInEnv: true, create: "true", connection: secret({ ...connection, proxy }) });
      assert.deepEqual(failures, []);
    });

    it("reports every problem", async () => {
      assert.deepEqual((await provider.check(remote, { logging: "all" })).failures, [
        "connection: Missing required property",
        'logging: "all" is none of stdout, stderr, stdoutAndStderr, none',
      ]);
      assert.deepEqual((await provider.check("command:remote:CopyToRemote", { connection: {}, source: "x", remotePath: "/r" })).failures, [
        "connection.host: Missing required property",
        "asset: either asset or archive must be set",
      ]);
    });

    it("takes what isn't known yet for right", async () => {
      assert.deepEqual((await provider.check(remote, { connection: unknown, logging: unknown })).failures, []);
      assert.deepEqual(
        (await provider.check("command:remote:CopyToRemote", { connection: unknown, source: unknown, remotePath: unknown })).failures,
        [],
      );
    });
  });

  describe("diff", () => {
    it("replaces on triggers and updates on everything else", async () => {
      const was = { create: "a", triggers: [1], connection: secret(connection) };
      const wanted = { create: "b", triggers: [2], connection: secret({ ...connection, port: 23 }), stdin: "x" };
      assert.deepEqual(await provider.diff(remote, was, wanted), {
        create: "UPDATE",
        triggers: "UPDATE_REPLACE",
        connection: "UPDATE",
        stdin: "ADD",
      });
    });

    it("sees no change in what only became secret, nor in a moved asset with the same content", async () => {
      const asset = (path: string): object => ({ [signature]: "c44067f5952c0a294b673a41bacd8c17", path, hash: "h" });
      assert.deepEqual(
        await provider.diff(local, { create: "a", triggers: [asset("/a")] }, { create: secret("a"), triggers: [asset("/b")] }),
        {},
      );
    });

    it("replaces a CopyFile whatever changes: it has no update", async () => {
      assert.deepEqual(await provider.diff("command:remote:CopyFile", { localPath: "a" }, { localPath: "b" }), {
        localPath: "UPDATE_REPLACE",
      });
    });
  });

  it("runs nothing in a preview, and says what isn't known", async () => {
    const inputs = { create: `touch ${folder}/made`, assetPaths: ["*"] };
    assert.deepEqual(await provider.create(local, inputs, true), {
      id: "",
      outputs: { ...inputs, stdout: unknown, stderr: unknown, assets: unknown },
    });
    assert.equal(existsSync(join(folder, "made")), false);
  });

  it("runs a command with its folder, environment, input and interpreter", async () => {
    const inputs = {
      create: `process.stdin.pipe(process.stdout); console.error(process.cwd(), process.env.NAME)`,
      interpreter: [process.execPath, "-e"],
      dir: folder,
      environment: { NAME: "value" },
      stdin: "given\n",
    };
    const { id, outputs } = await provider.create(local, inputs);
    assert.match(id, /^name[0-9a-f]{8}$/);
    assert.deepEqual(outputs, { ...inputs, stdout: "given", stderr: `${folder} value` });
  });

  it("hands the last output on to the next command, unless told not to", async () => {
    const show = "echo $PULUMI_COMMAND_STDOUT-$PULUMI_COMMAND_STDERR";
    const was = { stdout: "out", stderr: "err" };
    assert.equal((await provider.update(local, was, { create: "false", update: show }))["stdout"], "out-err");
    assert.equal((await provider.update(local, was, { create: show, addPreviousOutputInEnv: false }))["stdout"], "-");
    await provider.remove(local, { ...was, delete: `${show} > ${folder}/deleted` });
    assert.equal(readFileSync(join(folder, "deleted"), "utf8"), "out-err\n");
  });

  it("keeps the last output when there is nothing to run", async () => {
    assert.deepEqual(await provider.update(local, { stdout: "out", stderr: "err" }, { delete: "true" }), {
      delete: "true",
      stdout: "out",
      stderr: "err",
    });
  });

  it("fails with how, which command and what it printed", async () => {
    await assert.rejects(provider.create(local, { create: "echo one; echo two >&2; exit 3" }), {
      message: 'exit status 3: running "echo one; echo two >&2; exit 3":\none\ntwo\n',
    });
  });

  it("uses secrets and gives them back as secrets", async () => {
    const inputs = { create: "echo $NAME", environment: secret({ NAME: secret("hidden") }) };
    assert.deepEqual((await provider.create(local, inputs)).outputs, { ...inputs, stdout: "hidden", stderr: "" });
  });

  it("returns the files that patterns name", async () => {
    for (const file of ["assets/logos/logo.svg", "src/index.js", "src/deep/more.js", "src/secret.js", "src/[x].txt", "other"]) {
      mkdirSync(join(folder, file, ".."), { recursive: true });
      writeFileSync(join(folder, file), file);
    }
    const { outputs } = await provider.create(local, {
      create: "true",
      dir: folder,
      assetPaths: ["assets/**", "src/**.js", "!**secret.*"],
      archivePaths: ["src/*.{js,txt}"],
    });
    const asset = (path: string): object => ({
      [signature]: "c44067f5952c0a294b673a41bacd8c17",
      path: join(folder, path),
      hash: createHash("sha256").update(path).digest("hex"),
    });
    const named = (...paths: string[]): object => Object.fromEntries(paths.map((path) => [path, asset(path)]));
    assert.deepEqual(outputs["assets"], named("assets/logos/logo.svg", "src/deep/more.js", "src/index.js"));
    const { hash, ...archive } = outputs["archive"] as { hash: string };
    assert.deepEqual(archive, {
      [signature]: "0def7320c3a5731c473e5ecbe6d01bc7",
      assets: named("src/[x].txt", "src/index.js", "src/secret.js"),
    });
    assert.match(hash, /^[0-9a-f]{64}$/);
  });

  it("answers the function `run`", async () => {
    assert.deepEqual(await provider.invoke("command:local:run", { command: "echo hello" }), {
      command: "echo hello",
      stdout: "hello",
      stderr: "",
    });
  });

  it("names a resource or function that it doesn't know", async () => {
    await assert.rejects(provider.create("command:local:Other", {}), { message: 'unknown resource type "command:local:Other"' });
    await assert.rejects(provider.invoke("command:local:other", {}), { message: 'unknown function "command:local:other"' });
  });

  it("ends a running command, and what that started, when the engine cancels", async () => {
    const running = provider.create(local, { create: `sleep 600 & echo $! > ${folder}/new; mv ${folder}/new ${folder}/pid; wait` });
    await Promise.race([until("the command started", () => existsSync(join(folder, "pid"))), running]);
    await Promise.all([
      assert.rejects(running, /^Error: signal: SIGKILL: running/),
      call((done) => provider.launched.client.cancel(new Empty(), done)),
    ]);
    await until("the command ended", () => !isAlive(Number(readFileSync(join(folder, "pid"), "utf8"))));
  });
});
