import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { call, until } from "./launched";
import { Provider } from "./provider";
import { Sshd } from "./sshd";

const remote = "command:remote:Command";
const signature = "4dabf18193072939515e22adb298388d";
const asset = (fields: object): object => ({ [signature]: "c44067f5952c0a294b673a41bacd8c17", hash: "h", ...fields });
const archive = (path: string, hash = "h"): object => ({ [signature]: "0def7320c3a5731c473e5ecbe6d01bc7", hash, path });

describe("stand-in for the plugin of @pulumi/command, over SSH", () => {
  let sshd: Sshd;
  let provider: Provider;
  let folder: string;

  before(async () => {
    sshd = await Sshd.start();
  });

  after(() => sshd.stop());

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "remote-"));
    provider = await Provider.start({ SSH_AUTH_SOCK: undefined });
  });

  afterEach(async () => {
    await provider.launched.stop();
    rmSync(folder, { recursive: true });
  });

  it("runs a command with input and the variables that the server accepts", async () => {
    const inputs = { connection: sshd.connection, create: "cat; echo $ACCEPTED >&2", stdin: "given\n", environment: { ACCEPTED: "a b" } };
    const { id, outputs } = await provider.create(remote, inputs);
    assert.match(id, /^name[0-9a-f]{8}$/);
    assert.deepEqual(outputs, { ...inputs, stdout: "given", stderr: "a b" });
  });

  it("fails when the server doesn't accept a variable, and runs nothing", async () => {
    const inputs = { connection: sshd.connection, create: `touch ${folder}/made`, environment: { ACCEPTED: "1", OTHER: "2" } };
    await assert.rejects(provider.create(remote, inputs), { message: 'could not set environment variable "OTHER": ssh: setenv failed' });
    assert.equal(existsSync(join(folder, "made")), false);
  });

  it("goes on without the last output where the server doesn't accept that", async () => {
    const outputs = await provider.update(
      remote,
      { stdout: "before" },
      { connection: sshd.connection, create: "echo -$PULUMI_COMMAND_STDOUT" },
    );
    assert.equal(outputs["stdout"], "-");
  });

  it("fails with the exit status, the command and what it printed", async () => {
    await assert.rejects(provider.create(remote, { connection: sshd.connection, create: "echo one; exit 3" }), {
      message: 'Process exited with status 3: running "echo one; exit 3":\none\n',
    });
  });

  it("refuses a host with another key", async () => {
    const other = await Sshd.start();
    try {
      const connection = { ...sshd.connection, hostKey: other.connection.hostKey };
      await assert.rejects(provider.create(remote, { connection, create: "true" }), /after 0 failed attempts: Host denied/);
    } finally {
      await other.stop();
    }
  });

  it("takes a host's Ed25519 and ECDSA keys, and can't agree with it on its RSA key", async () => {
    const keyed = (name: string): Promise<unknown> => {
      const hostKey = readFileSync(join(sshd.folder, `${name}.pub`), "utf8");
      return provider.create(remote, { connection: { ...sshd.connection, hostKey }, create: "true" });
    };
    await keyed("host");
    await keyed("ecdsa");
    await assert.rejects(keyed("rsa"), /no matching host key format/);
  });

  it("accepts any key of a host when none is given", async () => {
    const connection = Object.fromEntries(Object.entries(sshd.connection).filter(([name]) => name !== "hostKey"));
    assert.equal((await provider.create(remote, { connection, create: "echo in" })).outputs["stdout"], "in");
  });

  it("says how often it tried to connect, and at once that a key can't be read", async () => {
    const refused = { ...sshd.connection, port: 1, dialErrorLimit: 2 };
    await assert.rejects(provider.create(remote, { connection: refused, create: "true" }), /after 2 failed attempts: connect ECONNREFUSED/);
    const unreadable = { ...sshd.connection, privateKey: "not a key", dialErrorLimit: -1 };
    await assert.rejects(provider.create(remote, { connection: unreadable, create: "true" }), /Unsupported key format/);
  });

  it("goes through a proxy", async () => {
    const connection = { ...sshd.connection, proxy: sshd.connection };
    assert.equal((await provider.create(remote, { connection, create: "echo through" })).outputs["stdout"], "through");
    const lost = { ...connection, proxy: { ...sshd.connection, port: 1 } };
    await assert.rejects(provider.create(remote, { connection: lost, create: "true" }), /^Error: proxy: after 0 failed attempts/);
  });

  it("leaves a running command when the engine cancels", async () => {
    const running = provider.create(remote, {
      connection: sshd.connection,
      create: `echo $$ > ${folder}/new; mv ${folder}/new ${folder}/pid; exec sleep 600`,
    });
    await Promise.race([until("the command started", () => existsSync(join(folder, "pid"))), running]);
    await Promise.all([
      assert.rejects(running, /^Error: context canceled: running/),
      call((done) => provider.launched.client.cancel(new Empty(), done)),
    ]);
    // Where the test's user is root, OpenSSH refuses to signal the command.
    if (process.getuid?.() === 0) process.kill(Number(readFileSync(join(folder, "pid"), "utf8")));
  });

  describe("copies", () => {
    const type = "command:remote:CopyToRemote";
    const copy = (source: object, remotePath: string): Promise<{ id: string }> =>
      provider.create(type, { connection: sshd.connection, source, remotePath });

    beforeEach(() => {
      mkdirSync(join(folder, "from/deep"), { recursive: true });
      writeFileSync(join(folder, "from/one"), "1");
      writeFileSync(join(folder, "from/deep/two"), "2");
    });

    const found = (path: string): string[] => readdirSync(join(folder, path), { recursive: true }).map(String).sort();

    it("a file and a text, making the folders on the way", async () => {
      assert.match((await copy(asset({ path: join(folder, "from/one") }), join(folder, "to/a/b"))).id, /^[0-9a-f]{8}$/);
      await copy(asset({ text: "texts" }), join(folder, "to/c"));
      assert.equal(readFileSync(join(folder, "to/a/b"), "utf8"), "1");
      assert.equal(readFileSync(join(folder, "to/c"), "utf8"), "texts");
    });

    it("a file into a folder that exists, but no text", async () => {
      mkdirSync(join(folder, "to"));
      await copy(asset({ path: join(folder, "from/one") }), join(folder, "to"));
      assert.deepEqual(found("to"), ["one"]);
      await assert.rejects(copy(asset({ text: "texts" }), join(folder, "to")), /when using a text asset, remotePath must be a file path/);
    });

    it("a folder, or with a slash what is in it", async () => {
      await copy(archive(join(folder, "from")), join(folder, "whole"));
      assert.deepEqual(found("whole"), ["from", "from/deep", "from/deep/two", "from/one"]);
      await copy(archive(`${join(folder, "from")}/`), join(folder, "inside"));
      assert.deepEqual(found("inside"), ["deep", "deep/two", "one"]);
    });

    it("again only when the source or its place changed", async () => {
      const inputs = { connection: sshd.connection, source: asset({ path: join(folder, "from/one") }), remotePath: join(folder, "to") };
      await provider.update(type, inputs, { ...inputs, connection: { ...sshd.connection, perDialTimeout: 5 } });
      assert.equal(existsSync(join(folder, "to")), false);
      await provider.update(type, inputs, { ...inputs, source: asset({ path: join(folder, "from/one"), hash: "other" }) });
      assert.equal(existsSync(join(folder, "to")), true);
    });

    it("a file by CopyFile", async () => {
      const inputs = { connection: sshd.connection, localPath: join(folder, "from/one"), remotePath: join(folder, "to") };
      await provider.create("command:remote:CopyFile", inputs);
      assert.equal(readFileSync(join(folder, "to"), "utf8"), "1");
    });
  });
});
