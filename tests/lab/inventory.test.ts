import assert from "node:assert/strict";
import { LockHeld, LockLost, LockNotRetaken } from "../../host/lock";
import { Secret } from "../../host/secret";
import { cutConnections, hostOf, type Lab, onHost, powerCut, freshLab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import type { Inventory } from "../../provider/handler";
import { openInventory } from "../../provider/inventory";

describe("the inventory of two real hosts", function () {
  this.timeout(120_000);
  let lab: Lab;

  before(async () => {
    lab = await freshLab("inventory", [{ name: "web1" }, { name: "web2", role: "web" }]);
  });
  after(() => stopLab("inventory"));

  /** As a provider process has it. */
  function open(): Inventory {
    const { name, port, deployUser, deployPassword } = lab.database;
    const hosts = ["web1", "web2"].map((host) => ({ ...hostOf(lab, host), privateKeyPath: lab.deployKeyPath }));
    const database = { over: "web1", address: "127.0.0.1", port, name, user: deployUser, password: new Secret(deployPassword) };
    return openInventory({ app: "demo", hosts, database });
  }

  const root = async (host: string, command: string): Promise<string> =>
    (await onHost(lab, host, ["bash", "-c", command], { asRoot: true })).stdout.trim();
  const sessions = (): Promise<string> =>
    root("web1", "mariadb --batch --skip-column-names -e \"SELECT id FROM information_schema.processlist WHERE user = 'selfhelp_deploy'\"");

  it("knows its hosts by name, and names them where another is asked for", () => {
    assert.equal(open().host("web2").name, "web2");
    assert.equal(open().databaseHost().name, "web1");
    assert.throws(() => open().host("web3"), /^DeploymentError: there is no host "web3" in selfhelp:hosts, only: web1, web2\.$/);
  });

  it("shares one session with the database, and opens another when the server has ended it", async () => {
    const inventory = open();
    const [first, second] = await Promise.all([inventory.database(), inventory.database()]);
    assert.equal(first, second);
    const id = await sessions();
    assert.match(id, /^\d+$/);
    await root("web1", `mariadb -e 'KILL ${id}'`);
    await waitFor("it is seen", 10, async () => (await inventory.database()) !== first);
    const [row] = await (await inventory.database()).query<{ one: string }>("SELECT 1 AS one");
    assert.equal(Number(row?.one), 1);
  });

  it("takes its lock again that was lost with the connection, unless it is somebody else's by then", async () => {
    const purpose = "deployment of stack production";
    const cut = async (): Promise<void> => {
      for (const host of ["web1", "web2"]) await cutConnections(lab, host);
    };
    const isFree = async (): Promise<boolean> =>
      (await root("web1", "flock --nonblock /var/lib/demo/lock true; echo $?")) === "0" &&
      (await root("web2", "flock --nonblock /var/lib/demo/lock true; echo $?")) === "0";
    const inventory = open();
    await inventory.lock(purpose);
    await cut();
    await waitFor("the loss is seen", 60, () => inventory.lock(purpose).then(no, yes));
    await inventory.relock();
    assert.equal(await isFree(), false);
    await cut();
    await waitFor("the lock is free", 60, isFree);
    await open().lock("deployment of stack staging");
    let refusal: unknown;
    await waitFor("the loss is seen", 60, () => inventory.relock().then(no, (error: unknown) => ((refusal = error), true)));
    assert.ok(refusal instanceof LockNotRetaken);
    assert.match(
      refusal.message,
      /taken back, because the lock was lost .*: host "web1" is locked by \S+, since \S+, for the deployment of stack staging\. Next: pulumi preview/,
    );
    await cut();
    await waitFor("the lock is free", 60, isFree);
  });

  it("takes the lock of all hosts once, refuses everybody else, and says when a host has lost it", async () => {
    const inventory = open();
    const since = await inventory.lock("deployment of stack production");
    assert.equal(await inventory.lock("deployment of stack production"), since);
    const refused = await open()
      .lock("deployment of stack staging")
      .catch((error: unknown) => error);
    assert.ok(refused instanceof LockHeld);
    assert.deepEqual([refused.host, refused.holder?.purpose], ["web1", "deployment of stack production"]);
    assert.equal(await root("web2", "flock --nonblock /var/lib/demo/lock true; echo $?"), "1");
    await powerCut(lab, "web2");
    const isLost = (): Promise<boolean> =>
      inventory.lock("deployment of stack production").then(
        () => false,
        (error: unknown) => error instanceof LockLost && error.host === "web2",
      );
    await waitFor("the loss is seen", 60, isLost);
  });
});

const yes = (): boolean => true;
const no = (): boolean => false;
