import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from "node:net";
import type { HttpCheck } from "../../../components/switch/contract";
import type { Endpoint } from "../../../components/switch/endpoints";
import { askOverHost, askWhenWarm } from "../../../components/validation/http";
import { connectHost } from "../../../host/ssh";
import { freePort, startSshd, type TestSshd } from "../host/sshd";

const check: HttpCheck = { name: "health", path: "/cms-api/v1/health?full=1", hostName: "cms.example.org", timeoutSeconds: 5, status: 200 };
const never = new AbortController().signal;

describe("an HTTP check, asked from the host's own point of view", function () {
  this.timeout(30_000);
  let sshd: TestSshd;
  let host: ReturnType<typeof connectHost>;
  const servers: (Server | TcpServer)[] = [];

  before(async () => {
    sshd = await startSshd();
    host = connectHost(sshd.settings);
  });
  afterEach(() => servers.splice(0).forEach((server) => server.close()));
  after(() => {
    host.close();
    sshd.stop();
  });

  async function listen(server: Server | TcpServer, port = 0): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }
  const at = (port: number): Endpoint => ({ address: "127.0.0.1", port });
  const serve = (answer: RequestListener): Promise<number> => listen(createServer(answer));

  it("asks for the path under the host name, on a connection of its own", async () => {
    const asked: unknown[] = [];
    const connections = new Set<unknown>();
    const port = await serve((request, response) => {
      asked.push([request.method, request.url, request.headers.host]);
      connections.add(request.socket);
      response.end("fine");
    });
    const results = [await askOverHost(host, at(port), check), await askOverHost(host, at(port), check)];
    assert.deepEqual(
      results.map(({ check, result, detail }) => ({ check, result, detail })),
      [1, 2].map(() => ({ check: "health", result: "passed", detail: "answered 200" })),
    );
    assert.deepEqual(asked, [1, 2].map(() => ["GET", check.path, "cms.example.org"])); // prettier-ignore
    assert.equal(connections.size, 2);
  });

  it("tells how long the answer took", async () => {
    const port = await serve((_request, response) => void setTimeout(() => response.end(), 150));
    const { milliseconds } = await askOverHost(host, at(port), check);
    assert.ok(milliseconds >= 150 && milliseconds < 2000 && Number.isInteger(milliseconds), `${milliseconds}`);
  });

  it("fails on another status, quoting the answer", async () => {
    const port = await serve((_request, response) => response.writeHead(500).end("<h1>\n  no table user_profiles</h1>"));
    const { result, detail } = await askOverHost(host, at(port), check);
    assert.deepEqual([result, detail], ["failed", 'answered 500, not 200: "<h1> no table user_profiles</h1>"']);
  });

  it("finds a text that comes in pieces, and fails without it", async () => {
    const port = await serve((_request, response) => {
      response.write("version v8.");
      setImmediate(() => response.end("1.0"));
    });
    assert.equal((await askOverHost(host, at(port), { ...check, contains: "v8.1.0" })).result, "passed");
    const { result, detail } = await askOverHost(host, at(port), { ...check, contains: "v8.2.0" });
    assert.deepEqual([result, detail], ["failed", 'answered 200, but without "v8.2.0": "version v8.1.0"']);
  });

  it("reads no more than it needs of an endless answer", async () => {
    const port = await serve((_request, response) => {
      const more = (): void => void (response.destroyed || response.write("x".repeat(65536), more));
      more();
    });
    assert.equal((await askOverHost(host, at(port), check)).result, "passed");
  });

  it("fails when nothing listens there, or nothing that speaks HTTP", async () => {
    const { result, detail } = await askOverHost(host, at(await freePort()), check);
    assert.equal(result, "failed");
    assert.match(detail, /^nothing listens on port \d+$/);
    const talker = await listen(createTcpServer((socket) => socket.end("hello\n")));
    assert.match((await askOverHost(host, at(talker), check)).detail, /^its answer broke off: /);
    const hangup = await listen(createTcpServer((socket) => socket.end()));
    assert.match((await askOverHost(host, at(hangup), check)).detail, /^its answer broke off: /);
  });

  it("fails when the answer, or its end, takes too long", async () => {
    const silent = await listen(createTcpServer((socket) => socket.resume()));
    const stuck = await serve((_request, response) => response.write("half"));
    for (const port of [silent, stuck]) {
      const { result, detail } = await askOverHost(host, at(port), { ...check, timeoutSeconds: 0.3 });
      assert.deepEqual([result, detail], ["failed", "no answer within 0.3 s"]);
    }
  });

  it("is inconclusive when the host can't be asked", async () => {
    const gone = connectHost({ ...sshd.settings, hostKey: "" });
    const { result, detail } = await askOverHost(gone, at(8080), check);
    assert.equal(result, "inconclusive");
    assert.match(detail, /^could not be asked: host "web1" .*has no usable hostKey/);
  });

  describe("of a release that was just started", () => {
    it("waits while nginx answers that it is not there yet", async () => {
      const statuses = [502, 503, 200];
      const port = await serve((_request, response) => response.writeHead(statuses.shift() ?? 500).end());
      const { result, milliseconds } = await askWhenWarm(host, at(port), check, never);
      assert.equal(result, "passed");
      assert.ok(milliseconds >= 400);
    });

    it("waits for a port that nobody listens on yet", async () => {
      const port = await freePort();
      const asking = askWhenWarm(host, at(port), check, never);
      await askOverHost(host, at(port), check);
      await listen(
        createServer((_request, response) => response.end()),
        port,
      );
      assert.equal((await asking).result, "passed");
    });

    it("takes any other answer as it is", async () => {
      let count = 0;
      const port = await serve((_request, response) => response.writeHead((count += 1) === 1 ? 500 : 200).end());
      assert.match((await askWhenWarm(host, at(port), check, never)).detail, /^answered 500/);
    });

    it("counts what it last answered when its time is over", async () => {
      const port = await serve((_request, response) => response.writeHead(502).end("starting"));
      const { result, detail } = await askWhenWarm(host, at(port), { ...check, timeoutSeconds: 0.5 }, never);
      assert.deepEqual([result, detail], ["failed", 'answered 502, not 200: "starting"']);
    });
  });
});
