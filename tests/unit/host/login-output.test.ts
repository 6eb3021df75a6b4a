import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { PassThrough } from "node:stream";
import { CommandFailed } from "../../../host/errors";
import { connectHost } from "../../../host/ssh";
import { startSshd, type TestSshd } from "./sshd";

const options = { purpose: "reading of the slots", timeoutSeconds: 20 };

describe("a host whose login prints something", function () {
  this.timeout(30_000);
  let sshd: TestSshd | undefined;
  let host: ReturnType<typeof connectHost>;
  async function start(...config: string[]): Promise<TestSshd> {
    sshd = await startSshd(config);
    host = connectHost(sshd.settings);
    return sshd;
  }
  afterEach(() => {
    host.close();
    sshd?.stop();
  });

  it("is understood all the same: neither start-up files of its shell nor a banner are taken for an answer", async () => {
    const { folder } = await start("Banner /etc/hostname");
    writeFileSync(join(folder, ".bashrc"), `touch ${folder}/read; echo Welcome; printf 'last login: \\e[1mnever\\r'; seq 2000`);
    const lines: string[] = [];
    const said = await host.run({ run: ["printf", "%s\\n", "one", "two"] }, { ...options, onLine: (line) => lines.push(line) });
    assert.deepEqual({ ...said, lines }, { stdout: "one\ntwo\n", stderr: "", exitCode: 0, lines: ["one", "two"] });
    const bytes = new PassThrough();
    const [received] = await Promise.all([buffer(bytes), host.run({ run: ["printf", "\\377\\000"] }, { ...options, onStdout: bytes })]);
    assert.deepEqual([...received], [255, 0]);
    assert.ok(existsSync(join(folder, "read")));
  });

  it("and runs something else in a command's place has answered nothing, whatever its exit code", async () => {
    await start("ForceCommand echo This account is closed.");
    await assert.rejects(host.run({ run: ["true"] }, options), (error: Error) => {
      assert.ok(error instanceof CommandFailed);
      assert.match(
        error.message,
        /^reading of the slots on host "web1" did not begin \(code 0\): sudo refused it, or the login there runs something else in its place; its last lines:\n {4}This account is closed\.$/,
      );
      return true;
    });
  });
});
