import assert from "node:assert/strict";
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";
import { connectDatabase } from "../../../database/connect";
import { StatementFailed } from "../../../database/errors";
import { DeploymentError } from "../../../host/errors";
import type { Host } from "../../../host/host";
import { Secret } from "../../../host/secret";
import type { DatabaseSettings } from "../../../provider/handler";

const settings: DatabaseSettings = {
  over: "db1",
  address: "127.0.0.1",
  port: 3306,
  name: "selfhelp",
  user: "deploy",
  password: new Secret("s3cret"),
};

/** A host that reaches whatever listens on a port here. */
const hostOf = (port: number): Host =>
  ({
    name: "db1",
    connectTo: () =>
      new Promise<Socket>((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => resolve(socket)).once("error", reject);
      }),
  }) as unknown as Host;

describe("a database that can't be had", () => {
  let server: Server;

  const listen = (answer: (socket: Socket) => void): Promise<Host> =>
    new Promise((resolve) => {
      server = createServer(answer).listen(0, "127.0.0.1", () => resolve(hostOf((server.address() as AddressInfo).port)));
    });

  afterEach(() => server.close());

  it("is named with the host that it is reached over, and that nothing was changed", async () => {
    const host = await listen((socket) => socket.destroy());
    await assert.rejects(connectDatabase(settings, host), (error: Error) => {
      assert.ok(error instanceof DeploymentError);
      assert.match(
        error.message,
        /^the database "selfhelp" at 127.0.0.1:3306 \(over host "db1"\) can't be reached: .+\. This attempt changed nothing\. Check/,
      );
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  });

  it("may be something else that listens there", async () => {
    const host = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
    await assert.rejects(connectDatabase(settings, host), { name: "DatabaseUnreachable" });
  });

  it("may be one that has no connection left", async () => {
    const host = await listen((socket) => {
      const said = Buffer.concat([Buffer.from([0xff, 1040 & 0xff, 1040 >> 8]), Buffer.from("Too many connections")]);
      socket.end(Buffer.concat([Buffer.from([said.length, 0, 0, 0]), said]));
    });
    await assert.rejects(connectDatabase(settings, host), { name: "DatabaseUnreachable", message: /Too many connections/ });
  });
});

describe("a statement's failure", () => {
  it("is the end of the session when the server or the network ended it, so that nobody saw how the statement ended", () => {
    const isLost = (errno: number): boolean => new StatementFailed(errno, "HY000", "said").connectionLost;
    assert.deepEqual([0, 1927, 1053].map(isLost), [true, true, true]);
    assert.deepEqual([1064, 1205, 1213, 1317, 1062].map(isLost), [false, false, false, false, false]);
  });

  it("is told with the server's number, state and words", () => {
    assert.equal(new StatementFailed(1062, "23000", "Duplicate entry 'a'").message, "error 1062 (23000): Duplicate entry 'a'");
    assert.equal(new StatementFailed(0, "", "read ECONNRESET").message, "the connection was lost: read ECONNRESET");
  });
});
