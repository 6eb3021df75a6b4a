import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes, type Hash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Script } from "../../../host/command";
import { Cancelled, CommandFailed, HostUnreachable, TransferFailed } from "../../../host/errors";
import { Secret } from "../../../host/secret";
import { connectHost } from "../../../host/ssh";
import { startSshd, until, type TestSshd } from "./sshd";

const options = { purpose: "the build of v8.1.0", timeoutSeconds: 20 };
const script = (text: string, ...values: string[]): Script => ({ script: text, with: values });

describe("a command on a host", function () {
  this.timeout(60_000);
  let sshd: TestSshd;
  let host: ReturnType<typeof connectHost>;
  let files = 0;

  before(async () => {
    sshd = await startSshd();
    host = connectHost(sshd.settings);
  });
  after(() => {
    host.close();
    sshd.stop();
  });

  const newFile = (): string => join(sshd.folder, `file${(files += 1)}`);
  async function failureOf(run: Promise<unknown>): Promise<Error> {
    return await run.then(
      () => assert.fail("it did not fail"),
      (error: Error) => error,
    );
  }
  /** Starts a command that writes its process id and then never ends by itself. */
  async function endless(extra: Partial<Parameters<typeof host.run>[1]> = {}, on = host, ending = "exec sleep 300") {
    const file = newFile();
    const run = on.run(script(`echo $$ >"$1.new"; mv "$1.new" "$1"; ${ending}`, file), { ...options, ...extra });
    run.catch(() => undefined);
    await until("the command runs", () => existsSync(file));
    return { run, pid: Number(readFileSync(file, "utf8")) };
  }
  const isGone = (pid: number): boolean => !existsSync(`/proc/${pid}`);

  describe("tells", () => {
    it("what it printed, apart, and its exit code", async () => {
      assert.deepEqual(await host.run(script("echo out; echo err >&2"), options), { stdout: "out\n", stderr: "err\n", exitCode: 0 });
    });

    it("an exit code that is an answer", async () => {
      assert.equal((await host.run(script("exit 4"), { ...options, expectedExitCodes: [0, 4] })).exitCode, 4);
    });

    it("what failed, where, how, and its last lines", async () => {
      const error = await failureOf(host.run(script("for i in $(seq 30); do echo line $i; done; echo broken >&2; exit 2"), options));
      assert.ok(error instanceof CommandFailed);
      assert.match(error.message, /^the build of v8.1.0 on host "web1" exited with code 2; its last lines:\n {4}line 12\n/);
      assert.match(error.message, /broken/);
      assert.doesNotMatch(error.message, /seq 30/);
      assert.deepEqual([error.exitCode, error.lastLines.length], [2, 20]);
    });

    it("that it was killed", async () => {
      const error = await failureOf(host.run(script("kill -KILL $$"), options));
      assert.equal(error.message, 'the build of v8.1.0 on host "web1" was killed by SIGKILL and printed nothing');
    });

    it("that it ran out of time, and it is gone then", async () => {
      const { run, pid } = await endless({ timeoutSeconds: 0.5 });
      assert.match((await failureOf(run)).message, /on host "web1" timed out/);
      assert.ok(isGone(pid));
    });

    it("each line as it comes", async () => {
      const gate = newFile();
      const lines: string[] = [];
      const open = (line: string): void => {
        lines.push(line);
        if (line === "waiting") writeFileSync(gate, "");
      };
      const wait = script('printf "a\\r\\nb\\033[1m!\\033[0m\\nwaiting\\n" >&2; until [ -e "$1" ]; do sleep 0.01; done; printf last', gate);
      await host.run(wait, { ...options, onLine: open });
      assert.deepEqual(lines, ["a", "b!", "waiting", "last"]);
    });

    it("the last MiB of an endless output", async () => {
      const { stdout } = await host.run(script("seq 1000000 1700000; printf end"), options);
      assert.equal(stdout.length, 1024 * 1024);
      assert.match(stdout, /\n1699999\n1700000\nend$/);
    });
  });

  describe("floods", () => {
    /** What is held in memory, without what is only not collected yet. */
    const heldBytes = (): number => {
      setFlagsFromString("--expose-gc");
      (runInNewContext("gc") as () => void)();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };

    it("and no more of 64 MiB than their end is in memory, be they lines or a single one", async () => {
      const gate = newFile();
      const before = heldBytes();
      let [more, bytes] = [0, 0];
      // Node.js gives buffers back in a thread of its own: what is not held any more may still be counted for a moment.
      const settle = async (): Promise<void> => {
        for (let left = 100; left > 0; left -= 1) {
          more = heldBytes() - before;
          if (more < 16 * 1024 * 1024) break;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        writeFileSync(gate, "");
      };
      const count = (line: string): void => {
        bytes += line.length;
        if (line === "waiting") void settle();
      };
      const flood =
        'x() { head -c 33554432 /dev/zero | tr "\\0" x; }; x | fold >&2; x; printf "\nwaiting\n"; until [ -e "$1" ]; do sleep 0.01; done';
      await host.run(script(flood, gate), { ...options, timeoutSeconds: 50, onLine: count });
      assert.equal(bytes, 2 * 33_554_432 + "waiting".length);
      assert.ok(more < 16 * 1024 * 1024, `${more} bytes are held`);
    });
  });

  describe("reads", () => {
    for (const [kind, stdin] of [
      ["a text", "grüße\n0\n"],
      ["bytes", Buffer.from("grüße\n0\n")],
      ["a secret", new Secret("grüße\n0\n")],
    ] as const) {
      it(`${kind} as it is`, async () => {
        assert.equal((await host.run({ run: ["cat"] }, { ...options, stdin })).stdout, "grüße\n0\n");
      });
    }

    it("a stream, chunk by chunk, empty ones too", async () => {
      const stdin = Readable.from([Buffer.from("ab"), Buffer.alloc(0), Buffer.from("c\n")]);
      assert.equal((await host.run({ run: ["cat"] }, { ...options, stdin })).stdout, "abc\n");
    });

    it("nothing, at once, when it is given nothing", async () => {
      assert.equal((await host.run({ run: ["wc", "-c"] }, options)).stdout.trim(), "0");
    });

    it("only as much as it wants to", async () => {
      const stdin = Readable.from(randomChunks(64, createHash("sha256")));
      assert.equal((await host.run(script("head -c 10 >/dev/null; echo enough"), { ...options, stdin })).stdout, "enough\n");
      await until("the source is let go", () => stdin.destroyed);
    });

    it("100 MB from a stream unchanged, and takes no more of it than the host has room for", async () => {
      const gate = newFile();
      const digest = createHash("sha256");
      let produced = 0;
      let producedBeforeReading = 0;
      const openGate = (): void => {
        producedBeforeReading = produced;
        writeFileSync(gate, "");
      };
      const stalled = setTimeout(openGate, 300);
      const count = (bytes: number): void => {
        produced += bytes;
        if (producedBeforeReading === 0) stalled.refresh();
      };
      const stdin = Readable.from(randomChunks(1600, digest, count));
      const command = script('until [ -e "$1" ]; do sleep 0.01; done; sha256sum', gate);
      const { stdout } = await host.run(command, { ...options, timeoutSeconds: 60, stdin });
      assert.equal(stdout.split(" ")[0], digest.digest("hex"));
      assert.ok(producedBeforeReading < 10e6, `${producedBeforeReading} bytes were taken at once`);
    });

    it("never half an input as if it were whole, when the source breaks", async () => {
      const file = newFile();
      const stdin = Readable.from(brokenSource());
      const error = await failureOf(host.run(script('cat >/dev/null; echo complete >"$1"', file), { ...options, stdin }));
      assert.ok(error instanceof TransferFailed);
      assert.match(
        error.message,
        /on host "web1" failed on the deployer's side: its input could not be read: no such disk\. The command was ended/,
      );
      assert.ok(!existsSync(file));
    });
  });

  describe("writes its output", () => {
    it("into a stream, byte by byte, and ends it", async () => {
      const onStdout = new PassThrough();
      const [bytes] = await Promise.all([
        buffer(onStdout),
        host.run(script("head -c 3000000 /dev/zero; echo note >&2"), { ...options, onStdout }),
      ]);
      assert.equal(Buffer.compare(bytes, Buffer.alloc(3_000_000)), 0);
    });

    it("as fast as a slow stream takes it", async () => {
      let bytes = 0;
      const slow = new Writable({
        highWaterMark: 1,
        write(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          setImmediate(done);
        },
      });
      await host.run({ run: ["head", "-c", "20000000", "/dev/zero"] }, { ...options, onStdout: slow });
      assert.equal(bytes, 20_000_000);
    });

    it("and a failure reaches whoever reads that stream", async () => {
      const onStdout = new PassThrough();
      const reading = failureOf(buffer(onStdout));
      await assert.rejects(host.run(script("echo half; exit 1"), { ...options, onStdout }), CommandFailed);
      assert.ok((await reading) instanceof CommandFailed);
    });

    it("and is ended when that stream breaks", async () => {
      const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error("no space left")) });
      const error = await failureOf(host.run({ run: ["yes"] }, { ...options, onStdout: full }));
      assert.match(error.message, /its output could not be written: no space left/);
    });

    it("from one command straight into another", async () => {
      const between = new PassThrough();
      const [, second] = await Promise.all([
        host.run({ run: ["seq", "100000"] }, { ...options, onStdout: between }),
        host.run({ run: ["wc", "-l"] }, { ...options, stdin: between }),
      ]);
      assert.equal(second.stdout.trim(), "100000");
    });
  });

  describe("many at once", () => {
    it("all 200 run, over one connection", async () => {
      const numbers = Array.from({ length: 200 }, (_, index) => `${index}`);
      const outputs = await Promise.all(numbers.map((number) => host.run({ run: ["echo", number] }, options)));
      assert.deepEqual(outputs.map(({ stdout }) => stdout.trim()), numbers); // prettier-ignore
      assert.equal(sshd.connections().length, 1);
    });

    it("run too where sshd allows fewer sessions", async () => {
      const narrow = await startSshd(["MaxSessions 2"]);
      const host = connectHost(narrow.settings);
      try {
        await Promise.all(Array.from({ length: 30 }, () => host.run({ run: ["true"] }, options)));
      } finally {
        host.close();
        narrow.stop();
      }
    });

    it("but not where sshd allows none: that is an error, not a wait", async () => {
      const closed = await startSshd(["MaxSessions 0"]);
      const host = connectHost(closed.settings);
      try {
        const error = await failureOf(host.run({ run: ["true"] }, options));
        assert.ok(error instanceof HostUnreachable);
        assert.match(error.message, /refuses a session \(see MaxSessions/);
      } finally {
        host.close();
        closed.stop();
      }
    });
  });

  describe("when it is cancelled", () => {
    it("is ended on the host before the error comes", async () => {
      const controller = new AbortController();
      const { run, pid } = await endless({ signal: controller.signal });
      controller.abort();
      const error = await failureOf(run);
      assert.ok(error instanceof Cancelled);
      assert.equal(error.message, "the build of v8.1.0 was cancelled");
      assert.ok(isGone(pid));
    });

    it("is killed when it ignores SIGTERM", async () => {
      const controller = new AbortController();
      const { run, pid } = await endless({ signal: controller.signal }, host, "trap '' TERM; while :; do sleep 0.1; done");
      controller.abort();
      await assert.rejects(run, Cancelled);
      await until("it is gone", () => isGone(pid));
    });

    it("can still clean up", async () => {
      const file = newFile();
      const controller = new AbortController();
      const { run } = await endless(
        { signal: controller.signal },
        host,
        `trap 'echo cleaned >${file}; exit 1' TERM; while :; do sleep 0.1; done`,
      );
      controller.abort();
      await assert.rejects(run, Cancelled);
      assert.equal(readFileSync(file, "utf8"), "cleaned\n");
    });

    it("does not start any more", async () => {
      const file = newFile();
      await assert.rejects(host.run({ run: ["touch", file] }, { ...options, signal: AbortSignal.abort() }), Cancelled);
      const waiting = new AbortController();
      const busy = await Promise.all(Array.from({ length: 8 }, () => endless({ signal: waiting.signal })));
      const ninth = new AbortController();
      const queued = host.run({ run: ["touch", file] }, { ...options, signal: ninth.signal });
      ninth.abort();
      await assert.rejects(queued, Cancelled);
      waiting.abort();
      await Promise.allSettled(busy.map(({ run }) => run));
      assert.ok(!existsSync(file));
    });
  });

  describe("when the connection breaks", () => {
    it("it is ended on the host, and the error says that its state is unknown", async () => {
      const host = connectHost(sshd.settings);
      const known = sshd.connections();
      const { run, pid } = await endless({}, host);
      const [connection] = sshd.connections().filter((each) => !known.includes(each));
      process.kill(connection as number, "SIGKILL");
      const error = await failureOf(run);
      assert.ok(error instanceof CommandFailed);
      assert.equal(
        error.message,
        'the build of v8.1.0 on host "web1" lost its connection. The host ends such a command by itself; how far it got is unknown: pulumi preview looks, and pulumi up goes on from there',
      );
      await until("the command is gone", () => isGone(pid));
      host.close();
    });

    it("because the deployer was killed, it is ended on the host too", async () => {
      const file = newFile();
      const program = `
        const { connectHost } = require(${JSON.stringify(join(__dirname, "../../../host/ssh"))});
        const command = { script: 'echo $$ >"$1.new"; mv "$1.new" "$1"; exec sleep 300', with: [${JSON.stringify(file)}] };
        connectHost(${JSON.stringify(sshd.settings)}).run(command, { purpose: "a sleep", timeoutSeconds: 300 });`;
      const deployer = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", program], { stdio: "inherit" });
      await until("the command runs", () => existsSync(file));
      deployer.kill("SIGKILL");
      await until("the command is gone", () => isGone(Number(readFileSync(file, "utf8"))));
    });

    it("nothing is left of earlier commands on the host", async () => {
      await until("only this connection's own process is there", () => sshd.connections().length === 1);
      const [connection] = sshd.connections();
      await until("it has no children", () => readFileSync(`/proc/${connection}/task/${connection}/children`, "utf8") === "");
    });
  });
});

/** 64 KB each. */
function* randomChunks(count: number, digest: Hash, each: (bytes: number) => void = () => undefined): Generator<Buffer> {
  for (let index = 0; index < count; index += 1) {
    const chunk = randomBytes(64_000);
    digest.update(chunk);
    each(chunk.length);
    yield chunk;
  }
}

function* brokenSource(): Generator<Buffer> {
  yield Buffer.from("half");
  throw new Error("no such disk");
}
