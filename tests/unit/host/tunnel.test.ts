import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { text } from "node:stream/consumers";
import { connectHost } from "../../../host/ssh";
import { openTunnel, type Tunnel } from "../../../host/tunnel";
import { freePort, startSshd, type TestSshd, until } from "./sshd";

describe("a tunnel to a port of a host", function () {
  this.timeout(30_000);
  let sshd: TestSshd;
  let host: ReturnType<typeof connectHost>;
  /** Answers what it was sent, when that is over. */
  let echo: Server;
  let tunnel: Tunnel;

  before(async () => {
    sshd = await startSshd();
    host = connectHost(sshd.settings);
    echo = createServer({ allowHalfOpen: true }, (socket) => void text(socket).then((said) => socket.end(said.toUpperCase())));
    await once(echo.listen(0, "127.0.0.1"), "listening");
  });
  afterEach(() => tunnel.close());
  after(() => {
    echo.close();
    host.close();
    sshd.stop();
  });

  const open = async (port: number): Promise<Tunnel> => (tunnel = await openTunnel(host, { address: "127.0.0.1", port }));
  const echoPort = (): number => (echo.address() as AddressInfo).port;

  it("passes on both ways, several connections at a time, also when one side has said all", async () => {
    const { port } = await open(echoPort());
    const said = ["one", "two", "x".repeat(200_000)];
    const answers = await Promise.all(said.map((words) => text(connect(port, "127.0.0.1").end(words))));
    assert.deepEqual(
      answers,
      said.map((words) => words.toUpperCase()),
    );
    assert.equal(tunnel.problem(), null);
  });

  it("closes a connection that can't be passed on, and knows why", async () => {
    const { port } = await open(await freePort());
    assert.equal(await text(connect(port, "127.0.0.1")), "");
    assert.match(`${tunnel.problem()}`, /host "web1" can't connect to 127\.0\.0\.1 port \d+: .*refused/);
  });

  it("ends what is open when it is closed, and listens no more", async () => {
    const { port } = await open(echoPort());
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    tunnel.close();
    await until("the connection is closed", () => (socket.resume(), socket.closed));
    const late = connect(port, "127.0.0.1");
    const [error] = (await once(late, "error").catch((reason: unknown) => [reason])) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNREFUSED");
  });
});
