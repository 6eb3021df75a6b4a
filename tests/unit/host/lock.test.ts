import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DeploymentError } from "../../../host/errors";
import { type HeldLock, holdLock, holdLocks, LockHeld, LockLost } from "../../../host/lock";
import { type Site, siteOf } from "../../../host/site";
import { connectHost } from "../../../host/ssh";
import { startSshd, type TestSshd, until } from "./sshd";

const alice = { operator: "alice@laptop", purpose: "deployment of stack production" };
const bob = { operator: "bob@build", purpose: "deployment of stack staging" };

describe("the lock of a host", function () {
  this.timeout(60_000);
  let sshd: TestSshd;
  let sites = 0;
  let site: Site;
  const hosts: ReturnType<typeof connectHost>[] = [];

  /** Another deployer's connection to the host. */
  const deployer = (name = "web1"): ReturnType<typeof connectHost> => {
    const host = connectHost({ ...sshd.settings, name });
    hosts.push(host);
    return host;
  };
  const lockFile = (): string => readFileSync(join(site.state, "lock"), "utf8");
  const refusal = (attempt: Promise<HeldLock>): Promise<Error> =>
    attempt.then(
      () => assert.fail("the lock was given twice"),
      (error: Error) => error,
    );
  /** Waits until somebody else can have it, and gives it back. */
  const untilFree = async (): Promise<void> => {
    const other = deployer();
    for (;;) {
      const lock = await holdLock(other, site, bob).catch((error: unknown) => {
        if (!(error instanceof LockHeld)) throw error;
      });
      if (lock !== undefined) return lock.release();
    }
  };

  /** A deployer of its own, which has the lock when this returns. */
  async function otherProcess(signs?: object): Promise<ChildProcess> {
    const program = `
      const { connectHost } = require("./host/ssh"), { holdLock } = require("./host/lock");
      const [settings, ...given] = JSON.parse(process.argv[1]);
      holdLock(connectHost(settings), ...given).then(() => process.stdout.write("locked"));`;
    const given = JSON.stringify([sshd.settings, site, alice, signs].filter((value) => value !== undefined));
    const words = ["--require", "ts-node/register/transpile-only", "--eval", program, given];
    const child = spawn(process.execPath, words, { cwd: join(__dirname, "../../.."), stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    return child;
  }

  before(async () => {
    sshd = await startSshd();
  });
  beforeEach(() => {
    site = { ...siteOf("demo"), state: join(sshd.folder, `state${(sites += 1)}`, "demo") };
  });
  afterEach(() => hosts.splice(0).forEach((host) => host.close()));
  after(() => sshd.stop());

  it("is taken once, and tells everybody else who has it, since when, what for and what to do", async () => {
    const { since } = await holdLock(deployer(), site, alice);
    const error = await refusal(holdLock(deployer(), site, bob));
    assert.ok(error instanceof LockHeld && error instanceof DeploymentError);
    assert.equal(error.holder?.operator, "alice@laptop");
    assert.ok(Math.abs(Date.parse(error.holder.since) - since.getTime()) < 10_000);
    assert.match(
      error.message,
      /^host "web1" is locked by alice@laptop, since 20\d\d-.*Z, for the deployment of stack production\. Nothing was changed/,
    );
    assert.match(error.message, /Wait until that has ended, then run `pulumi up` again\./);
  });

  it("can be taken from a deployer that hangs, as the refusal says", async () => {
    const lock = await holdLock(deployer(), site, alice);
    const { message } = await refusal(holdLock(deployer(), site, bob));
    const [, processId] = /take it on the host: sudo kill (\d+)$/.exec(message) ?? [];
    process.kill(Number(processId));
    await untilFree();
    assert.throws(() => lock.assertHeld(), LockLost);
  });

  it("takes any name of an operator for a name only", async () => {
    const operator = `'; touch "$0" \`id\` $(id)\nlocked`;
    await holdLock(deployer(), site, { ...alice, operator });
    const error = await refusal(holdLock(deployer(), site, bob));
    assert.equal((error as LockHeld).holder?.operator, operator);
  });

  it("is free again when it is released, and then names nobody", async () => {
    const lock = await holdLock(deployer(), site, alice);
    lock.assertHeld();
    lock.release();
    await untilFree();
    await until("the lock names nobody", () => lockFile() === "");
    assert.throws(() => lock.assertHeld(), LockLost);
  });

  it("is free again when its connection ends, and its holder sees that it is lost", async () => {
    const holder = deployer();
    const lock = await holdLock(holder, site, alice);
    holder.close();
    await untilFree();
    assert.throws(
      () => lock.assertHeld(),
      /lock on host "web1" was lost: .* so nothing more is changed\. Run `pulumi preview` to see where things stand, then `pulumi up` to continue/,
    );
  });

  it("is free again when its deployer is killed", async () => {
    const child = await otherProcess();
    await refusal(holdLock(deployer(), site, bob));
    child.kill("SIGKILL");
    await untilFree();
  });

  it("is free again when its deployer falls silent while the connection stays", async () => {
    const child = await otherProcess({ everySeconds: 0.1, missedSeconds: 1 });
    child.kill("SIGSTOP");
    await untilFree();
    child.kill("SIGKILL");
  });

  it("stays while its deployer gives signs of life, however long a step takes", async () => {
    const lock = await holdLock(deployer(), site, alice, { everySeconds: 0.05, missedSeconds: 0.5 });
    const end = performance.now() + 1_500;
    await until("three times the longest silence has passed", () => performance.now() > end);
    lock.assertHeld();
    assert.ok((await refusal(holdLock(deployer(), site, bob))) instanceof LockHeld);
  });

  it("is taken on every host or on none", async () => {
    // Both names lead to the same machine, so that the second host's lock is refused.
    const error = await refusal(holdLocks([deployer("web2"), deployer("web1")], site, alice));
    assert.equal((error as LockHeld).host, "web2");
    await untilFree();
  });
});
