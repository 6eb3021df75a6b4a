import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { HostKeyRefused, HostUnreachable, LoginRefused, PortUnreachable, PrivateKeyUnusable } from "../../../host/errors";
import type { HostSettings } from "../../../host/host";
import { connectHost } from "../../../host/ssh";
import { freePort, makeKey, startSshd, type TestSshd } from "./sshd";

const options = { purpose: "a look", timeoutSeconds: 10 };

/** As SSH has a text in a packet. */
const text = (words: string): Buffer => Buffer.concat([lengthOf(Buffer.byteLength(words)), Buffer.from(words)]);

/** As it is sent before anything is encrypted. */
function packet(type: number, ...fields: Buffer[]): Buffer {
  const payload = Buffer.concat([Buffer.from([type]), ...fields]);
  const padding = 16 - ((5 + payload.length) % 8);
  return Buffer.concat([lengthOf(1 + payload.length + padding), Buffer.from([padding]), payload, Buffer.alloc(padding)]);
}

function lengthOf(bytes: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(bytes);
  return field;
}

describe("the connection to a host", function () {
  this.timeout(30_000);
  let sshd: TestSshd;
  const open: { close(): void }[] = [];

  before(async () => {
    sshd = await startSshd();
  });
  afterEach(() => open.splice(0).forEach((each) => each.close()));
  after(() => sshd.stop());

  function host(changes: Partial<HostSettings> = {}) {
    const connected = connectHost({ ...sshd.settings, ...changes });
    open.push(connected);
    return connected;
  }
  const look = (changes: Partial<HostSettings> = {}) => host(changes).run({ run: ["echo", "hello"] }, options);
  const refusal = async (changes: Partial<HostSettings>): Promise<Error> =>
    await look(changes).then(
      () => assert.fail("it was not refused"),
      (error: Error) => error,
    );
  function listen(server: Server): Promise<number> {
    open.push(server);
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
  }

  it("is one for all commands, and not opened before the first", async () => {
    const web = host();
    assert.equal(sshd.connections().length, 0);
    await Promise.all([1, 2, 3].map(() => web.run({ run: ["true"] }, options)));
    await web.run({ run: ["true"] }, options);
    assert.equal(sshd.connections().length, 1);
  });

  it("is opened again after it was lost", async () => {
    const dialled: Socket[] = [];
    const onDial = (message: unknown): void => void dialled.push((message as { socket: Socket }).socket);
    subscribe("net.client.socket", onDial);
    const web = host();
    await web.run({ run: ["true"] }, options);
    unsubscribe("net.client.socket", onDial);
    // A connection may end with a reset, too, which `once` of node:events would take for a failure of its own.
    const lost = new Promise((resolve) => (dialled[0] as Socket).once("close", resolve));
    const [first] = sshd.connections();
    process.kill(first as number, "SIGKILL");
    await lost;
    assert.equal((await web.run({ run: ["echo", "back"] }, options)).stdout, "back\n");
  });

  it("takes the keys of the SSH agent when no key is configured", async () => {
    const socket = join(sshd.folder, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
    const before = process.env.SSH_AUTH_SOCK;
    try {
      await new Promise((resolve) => agent.stdout.once("data", resolve));
      process.env.SSH_AUTH_SOCK = socket;
      execFileSync("ssh-add", ["-q", join(sshd.folder, "user")]);
      assert.equal((await look({ privateKeyPath: undefined })).stdout, "hello\n");
      execFileSync("ssh-add", ["-qD"]);
      assert.match((await refusal({ privateKeyPath: undefined })).message, /does not accept the keys of the SSH agent at .*agent/);
    } finally {
      if (before === undefined) delete process.env.SSH_AUTH_SOCK;
      else process.env.SSH_AUTH_SOCK = before;
      agent.kill();
    }
  });

  it("is refused when neither a key nor an agent is there", async () => {
    const before = process.env.SSH_AUTH_SOCK;
    delete process.env.SSH_AUTH_SOCK;
    try {
      const error = await refusal({ privateKeyPath: undefined });
      assert.ok(error instanceof LoginRefused);
      assert.match(error.message, /has no privateKeyPath, and there is no SSH agent \(SSH_AUTH_SOCK is not set\)/);
    } finally {
      if (before !== undefined) process.env.SSH_AUTH_SOCK = before;
    }
  });

  describe("the host's key", () => {
    const fingerprintOf = (file: string) =>
      execFileSync("ssh-keygen", ["-lf", join(sshd.folder, file)], { encoding: "utf8" }).split(" ")[1] as string;
    const lineOf = (file: string) => readFileSync(join(sshd.folder, file), "utf8").split(" ").slice(0, 2).join(" ");

    it("another one than configured is refused, with both fingerprints and the line that would accept it", async () => {
      makeKey(join(sshd.folder, "other"));
      const error = await refusal({ hostKey: lineOf("other.pub") });
      assert.ok(error instanceof HostKeyRefused);
      assert.equal(
        error.message,
        `host "web1" (127.0.0.1) offered another key than the configured one: expected ${fingerprintOf("other.pub")}, offered ${fingerprintOf("host.pub")}. ` +
          "Nothing was sent. If this is expected, compare the offered fingerprint on the host's own console " +
          "(ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then accept it in selfhelp:hosts:\n" +
          `    name: web1\n    hostKey: ${lineOf("host.pub")}`,
      );
    });

    for (const hostKey of ["", "ssh-ed25519", "ssh-ed25519 AAAA", "no key"]) {
      it(`is never trusted unseen: with hostKey "${hostKey}" the error tells what was offered`, async () => {
        const { message } = await refusal({ hostKey });
        assert.ok(
          message.includes(
            `host "web1" (127.0.0.1) has no usable hostKey in selfhelp:hosts, so it is not trusted: it offered ${fingerprintOf("host.pub")}.`,
          ),
        );
        assert.ok(message.endsWith(`hostKey: ${lineOf("host.pub")}`));
      });
    }

    it("may be copied from the error, from a .pub file or from known_hosts", async () => {
      const { message } = await refusal({ hostKey: "" });
      const copied = message.split("hostKey: ")[1] as string;
      for (const hostKey of [copied, `${copied} root@web1`, `[web1]:2222 ${copied}`]) assert.equal((await look({ hostKey })).exitCode, 0);
    });

    it("may be any of the keys a host has", async () => {
      for (const type of ["ecdsa", "rsa"]) makeKey(join(sshd.folder, type), ["-t", type, "-N", ""]);
      const several = await startSshd([`HostKey ${sshd.folder}/ecdsa`, `HostKey ${sshd.folder}/rsa`]);
      try {
        const { port, privateKeyPath, hostKey } = several.settings;
        for (const key of [lineOf("ecdsa.pub"), lineOf("rsa.pub"), hostKey]) {
          assert.equal((await look({ port, privateKeyPath, hostKey: key })).stdout, "hello\n");
        }
      } finally {
        several.stop();
      }
    });
  });

  describe("the user's key", () => {
    const keyProblem = async (path: string): Promise<string> => {
      const error = await refusal({ privateKeyPath: path, port: await freePort() });
      assert.ok(error instanceof PrivateKeyUnusable, error.message);
      return error.message;
    };

    it("that the host does not know is refused, naming user and key", async () => {
      const path = join(sshd.folder, "stranger");
      makeKey(path);
      const error = await refusal({ privateKeyPath: path });
      assert.ok(error instanceof LoginRefused);
      assert.ok(
        error.message.startsWith(`host "web1" refused the login of "${sshd.settings.user}": it does not accept the key ${path}. Check`),
      );
    });

    it("that is missing is found before anything is contacted", async () => {
      assert.equal(
        await keyProblem("/no/such/key"),
        `the private key "/no/such/key" for host "web1" can't be used: there is no such file. Nothing was contacted. Correct privateKeyPath in selfhelp:hosts.`,
      );
    });

    it("that has a passphrase is refused with the way round it", async () => {
      const path = join(sshd.folder, "locked");
      makeKey(path, ["-t", "ed25519", "-N", "secret"]);
      assert.match(await keyProblem(path), /a passphrase protects it.* Load it into the SSH agent \(ssh-add .*locked\)/);
    });

    it("that others may read is refused with the command that repairs it", async () => {
      const path = join(sshd.folder, "open");
      makeKey(path);
      chmodSync(path, 0o644);
      assert.match(await keyProblem(path), /others may read it too \(mode 644\).* Run: chmod 600 .*open$/);
    });

    it("that is a public key or no key at all is refused as that", async () => {
      const path = join(sshd.folder, "text");
      writeFileSync(path, "hello", { mode: 0o600 });
      assert.match(await keyProblem(path), /no private key that is understood/);
      chmodSync(join(sshd.folder, "user.pub"), 0o600);
      assert.match(await keyProblem(join(sshd.folder, "user.pub")), /it is a public key.* without \.pub/);
    });
  });

  describe("a host that can't be reached", () => {
    it("is named with its address and the reason, within 3 s", async () => {
      const port = await freePort();
      const started = performance.now();
      const error = await refusal({ port });
      assert.ok(error instanceof HostUnreachable);
      assert.equal(
        error.message,
        `host "web1" (127.0.0.1 port ${port}) can't be reached: nothing listens there (connection refused). ` +
          "Check that it is up and that selfhelp:hosts names the right address and port.",
      );
      assert.ok(performance.now() - started < 3000);
    });

    it("is given a second to come back", async () => {
      const port = await freePort();
      const looking = look({ port });
      const late = await startSshd([`Port ${port}`, "ListenAddress 127.0.0.1"]);
      try {
        await assert.rejects(looking, HostKeyRefused);
      } finally {
        late.stop();
      }
    });

    it("is given up after 10 s of silence, and of endless talk without a login, too", async () => {
      const talk = (socket: Socket): void => {
        socket.write("SSH-2.0-x\r\n");
        const talking = setInterval(() => socket.write(packet(2, text(""))), 100);
        socket.on("error", () => undefined).once("close", () => clearInterval(talking));
      };
      const [silent, talking] = [await listen(createServer()), await listen(createServer(talk))];
      const started = performance.now();
      for (const { message } of await Promise.all([refusal({ port: silent }), refusal({ port: talking })]))
        assert.match(message, /can't be reached: no answer within 10 s/);
      assert.ok(performance.now() - started < 12_000);
    });

    it("is told from something else that listens there", async () => {
      const port = await listen(createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
      assert.match((await refusal({ port })).message, /can't be reached: /);
    });

    const flood = (socket: Socket, chunk: string | Buffer): void => {
      while (socket.writable && socket.write(chunk));
      socket.once("drain", () => flood(socket, chunk));
    };
    const hostile: [name: string, answer: (socket: Socket) => unknown, reason: string][] = [
      ["endless lines before its version", (socket) => flood(socket, "welcome\r\n".repeat(1000)), "Max greeting lines exceeded"],
      ["an endless line", (socket) => flood(socket, "x".repeat(65_536)), "Header line too long"],
      ["packets of any size", (socket) => flood(socket, `SSH-2.0-x\r\n${"x".repeat(65_536)}`), "Bad packet length"],
      ["an end within its version", (socket) => socket.end("SSH-2.0-"), "it closed the connection"],
      ["an end in the middle of the handshake", (socket) => socket.end("SSH-2.0-x\r\n\0\0"), "it closed the connection"],
    ];
    for (const [name, answer, reason] of hostile)
      it(`is let go, and named, when it answers with ${name}`, async () => {
        const gone: Promise<unknown>[] = [];
        const server = createServer((socket) => {
          gone.push(
            new Promise((resolve) =>
              socket
                .on("error", () => undefined)
                .resume()
                .once("close", resolve),
            ),
          );
          answer(socket);
        });
        const port = await listen(server);
        const { message } = await refusal({ port });
        assert.ok(message.startsWith(`host "web1" (127.0.0.1 port ${port}) can't be reached: ${reason}. Check`), message);
        await Promise.all(gone);
      });

    it("can't move the cursor, nor fill the screen, by the reason that it gives", async () => {
      const goodbye = packet(1, Buffer.from([0, 0, 0, 2]), text(`\u001b[2Jcall\nus ${"x".repeat(3000)}`), text(""));
      const port = await listen(
        createServer((socket) => socket.on("error", () => undefined).end(Buffer.concat([Buffer.from("SSH-2.0-x\r\n"), goodbye]))),
      );
      assert.match((await refusal({ port })).message, / can't be reached:  \[2Jcall us x{100,200}\. Check that it is up/);
    });
  });

  describe("over a jump host", () => {
    const jump = (): HostSettings => ({ ...sshd.settings, name: "bastion" });

    it("reaches a host behind it, each with its own key", async () => {
      const behind = await startSshd();
      try {
        assert.equal((await look({ ...behind.settings, jump: jump() })).stdout, "hello\n");
      } finally {
        behind.stop();
      }
    });

    it("names the one of the two that failed", async () => {
      assert.match((await refusal({ jump: { ...jump(), hostKey: "" } })).message, /^host "bastion" .*no usable hostKey/);
      assert.match((await refusal({ hostKey: "", jump: jump() })).message, /^host "web1" .*no usable hostKey/);
      assert.match(
        (await refusal({ port: 1, jump: jump() })).message,
        /^host "web1" \(127.0.0.1 port 1, over host "bastion"\) can't be reached: Connection refused/,
      );
    });
  });

  describe("to a port of the host", () => {
    it("carries bytes both ways", async () => {
      const port = await listen(createServer((socket) => socket.pipe(socket)));
      const stream = await host().connectTo("127.0.0.1", port);
      stream.end("ping");
      assert.equal(await textOf(stream), "ping");
    });

    it("carries them also where no command may be run", async () => {
      const closed = await startSshd(["MaxSessions 0"]);
      open.push({ close: () => closed.stop() });
      const port = await listen(createServer((socket) => socket.pipe(socket)));
      const stream = await host(closed.settings).connectTo("127.0.0.1", port);
      stream.end("ping");
      assert.equal(await textOf(stream), "ping");
    });

    it("says so when nothing listens there", async () => {
      await assert.rejects(host().connectTo("127.0.0.1", 1), (error: Error) => {
        assert.ok(error instanceof PortUnreachable);
        assert.equal(error.message, `host "web1" can't connect to 127.0.0.1 port 1: Connection refused`);
        return true;
      });
    });
  });
});
