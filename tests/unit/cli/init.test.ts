import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../lab/places";
import { inTerminal, type Turn } from "../../lab/terminal";

const selfhelp = join(projectFolder, "bin", "selfhelp");
const file = join(projectFolder, "Pulumi.never-written.yaml");

describe("selfhelp init, typed in a terminal", function () {
  this.timeout(60_000);
  const init = (turns: Turn[]) => inTerminal([selfhelp, "init", "never-written"], turns);

  it("says what is wrong with an answer and asks again, and leaves nothing behind after Ctrl-C", async () => {
    const { shown, exitCode } = await init([
      ["git repository: ", "\n"],
      ["git repository: ", "nowhere/to/be/found\n"],
      ["git repository: ", "https://git.example.org/app.git\n"],
      ["[main]: ", "--force\n"],
      ["[main]: ", "\n"],
      ["IP address: ", "http://web1/\n"],
      ["IP address: ", "203.0.113.700\n"],
      ["IP address: ", "127.0.0.1\n"],
      ["[22]: ", "ssh\n"],
      ["[22]: ", "\n"],
      ["[deploy]: ", "\x03"],
    ]);
    assert.equal(exitCode, 130, shown);
    const [, answered = "", again] =
      /^([^]*)\nthis command was cancelled; nothing was written\. To go on with what was answered:\n(.*)\n$/.exec(shown) ?? [];
    const told = answered.split("\n").filter((line) => line.startsWith("  "));
    assert.deepEqual(told, [
      "  it must be said",
      `  must be there: ${join(projectFolder, "nowhere/to/be/found")} isn't`,
      '  must be a tag, branch or commit, for example "v8.1.0"',
      '  must be a host name or an IP address, for example "203.0.113.7"',
      '  must be a host name or an IP address, for example "203.0.113.7"',
      "  must be a port, for example 22",
    ]);
    assert.equal(
      again,
      "  npx selfhelp init never-written --repository https://git.example.org/app.git --release main --address 127.0.0.1 --port 22",
      shown,
    );
    assert.ok(!existsSync(file));
  });

  it("takes the end of its input for Ctrl-C", async () => {
    const { shown, exitCode } = await init([["git repository: ", "\x04"]]);
    assert.equal(exitCode, 130, shown);
    assert.match(shown, /: this command was cancelled; nothing was written\n$/);
  });

  it("asks nothing where its input is no terminal, and names every wrong option at once", () => {
    const words = ["init", "never-written", "--port", "99999", "--key", "/no/such/key", "--address", "a b"];
    const { status, stderr } = spawnSync(selfhelp, words, {
      cwd: projectFolder,
      encoding: "utf8",
      input: "https://git.example.org/app.git\n",
    });
    assert.equal(status, 2);
    assert.equal(
      stderr,
      [
        '--address "a b" must be a host name or an IP address, for example "203.0.113.7"',
        '--port "99999" must be a port, for example 22',
        '--key "/no/such/key" must be a file: /no/such/key isn\'t there',
        "Nothing was written.",
        "",
      ].join("\n"),
    );
  });
});
