import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { begunLine } from "../../../host/begun";
import { quote, render, type Command, type Setting } from "../../../host/command";
import { randomWords } from "../../random-words";
import { until } from "./sshd";

const shells = ["/bin/bash", "/bin/dash", "/usr/bin/zsh", "/usr/bin/fish", "/bin/tcsh"];

/** Gives a rendered line to a login shell as sshd does, with a channel that stays open. */
async function give(shell: string, command: Command, setting: Partial<Setting> = {}, input = "0\n") {
  const child = spawn(shell, ["-c", render(command, { timeoutSeconds: 20, ...setting })], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined).write(input);
  const [stdout, stderr, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<number | null>((resolve) => child.once("exit", resolve)),
  ]);
  child.stdin.destroy();
  assert.ok(stdout.toString().startsWith(begunLine));
  return { stdout: stdout.toString().slice(begunLine.length), stderr: stderr.toString(), code };
}

const zeroTerminated = (words: readonly string[]): string => words.map((word) => `${word}\0`).join("");
const print = 'if [ $# -gt 0 ]; then printf "%s\\0" "$@"; fi';

describe("what a command becomes in a shell", function () {
  this.timeout(120_000);

  for (const shell of shells) {
    it(`${shell} hands over 5,000 random words unchanged, directly and in scripts, pipes and sequences`, async () => {
      for (let seed = 1; seed <= 25; seed += 1) {
        const words = randomWords(200, seed);
        const run = { run: ["printf", "%s\\0", ...words] };
        const script = { script: print, with: words };
        const forms: Command[] = [run, script, { pipe: [run, { run: ["cat"] }] }, { all: [{ pipe: [script, { run: ["cat"] }] }] }];
        const { stdout, stderr } = await give(shell, forms[seed % forms.length] as Command);
        assert.equal(stdout, zeroTerminated(words), `seed ${seed}: ${stderr}`);
      }
    });
  }

  for (const shell of shells.filter((one) => !one.endsWith("/tcsh")))
    it(`${shell} reads 5,000 random words that are only quoted, as a host's set-up gives them to it`, () => {
      for (let seed = 1; seed <= 25; seed += 1) {
        const words = randomWords(200, seed);
        const line = ["printf", "%s\\0", ...words].map(quote).join(" ");
        assert.equal(spawnSync(shell, ["-c", line], { encoding: "utf8" }).stdout, zeroTerminated(words), `seed ${seed}`);
      }
    });

  it("refuses a NUL character, which no argument can have", () => {
    assert.throws(() => quote("a\0b"), /NUL/);
  });

  it("refuses a line that Linux would not take", () => {
    assert.throws(() => render({ run: ["echo", "x".repeat(140_000)] }, { timeoutSeconds: 1 }), /128 KiB/);
  });

  it("refuses a time limit of zero, which would mean none", () => {
    assert.throws(() => render({ run: ["true"] }, { timeoutSeconds: 0 }), /above 0 s/);
  });
});

describe("how commands are put together", function () {
  this.timeout(30_000);

  for (const shell of shells) {
    it(`${shell}: a sequence stops at its first failure and ends with its exit code`, async () => {
      const command = { all: [{ run: ["echo", "one"] }, { run: ["bash", "-c", "exit 3"] }, { run: ["echo", "two"] }] };
      assert.deepEqual(await give(shell, command), { stdout: "one\n", stderr: "", code: 3 });
    });

    it(`${shell}: a pipe fails when its first part fails, also when that is a sequence`, async () => {
      const broken = { all: [{ run: ["echo", "one"] }, { run: ["false"] }, { run: ["echo", "two"] }] };
      assert.deepEqual(await give(shell, { pipe: [broken, { run: ["cat"] }] }), { stdout: "one\n", stderr: "", code: 1 });
    });

    it(`${shell}: a sequence goes as a whole into the next part of a pipe`, async () => {
      const both = { all: [{ run: ["echo", "b"] }, { run: ["echo", "a"] }] };
      assert.equal((await give(shell, { pipe: [both, { run: ["sort"] }] })).stdout, "a\nb\n");
    });
  }

  it("a script that uses a value it was not given fails", async () => {
    const { code, stderr } = await give("/bin/bash", { script: 'echo "$2"', with: ["one"] });
    assert.equal(code, 1);
    assert.match(stderr, /\$2: unbound variable/);
  });

  it("a script stops at a failing part of a pipe", async () => {
    assert.equal((await give("/bin/bash", { script: "false | cat\necho on", with: [] })).stdout, "");
  });

  it("sets the directory and the environment, whatever characters they have", async () => {
    const folder = mkdtempSync(join(tmpdir(), "it's a $(folder) "));
    try {
      const setting = { directory: folder, environment: { VALUE: "a 'b' $HOME\n" } };
      const { stdout } = await give("/bin/dash", { script: 'printf "%s|" "$PWD" "$VALUE"', with: [] }, setting);
      assert.equal(stdout, `${folder}|a 'b' $HOME\n|`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says which directory is missing", async () => {
    const { code, stderr } = await give("/bin/bash", { run: ["pwd"] }, { directory: "/no/such" });
    assert.notEqual(code, 0);
    assert.match(stderr, /\/no\/such/);
  });

  it("a program that is not there ends with 127", async () => {
    assert.equal((await give("/bin/bash", { run: ["no-such-program"] })).code, 127);
  });

  it("prints in UTF-8 whatever the host's locale is", async () => {
    assert.match((await give("/bin/bash", { run: ["locale", "charmap"] })).stdout, /UTF-8/);
  });
});

describe("how a command ends", function () {
  this.timeout(30_000);

  it("its time limit ends it with 124", async () => {
    assert.equal((await give("/bin/bash", { run: ["sleep", "100"] }, { timeoutSeconds: 0.2 })).code, 124);
  });

  it("what it left running in the background is gone with it", async () => {
    const { stdout } = await give("/bin/bash", { script: "sleep 100 & echo $!", with: [] });
    await until("the background process is gone", () => !isAlive(Number(stdout)));
  });

  it("its own children that ignore SIGTERM are gone with it too", async () => {
    const stubborn = "(trap '' TERM; sleep 100) & echo $!; wait";
    const { stdout } = await give("/bin/bash", { script: stubborn, with: [] }, { timeoutSeconds: 0.3 });
    await until("the stubborn process is gone", () => !isAlive(Number(stdout)));
  });

  it("reads its input to the end mark, not to the end of the channel", async () => {
    assert.equal((await give("/bin/bash", { run: ["cat"] }, {}, "3\nabc2\nde0\n")).stdout, "abcde");
  });

  it("is ended, without having seen an end of its input, when the channel ends in the middle", async () => {
    const child = spawn("/bin/bash", ["-c", render({ script: "echo begun; cat; echo complete", with: [] }, { timeoutSeconds: 20 })]);
    const output = buffer(child.stdout);
    child.stdin.end("10\nabc");
    assert.doesNotMatch((await output).toString(), /complete/);
  });
});

function isAlive(pid: number): boolean {
  assert.ok(pid > 1);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
