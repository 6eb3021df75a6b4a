import assert from "node:assert/strict";
import { LockHeld, LockNotRetaken } from "../../../host/lock";
import type { Context } from "../../../provider/handler";
import { WayBack } from "../../../provider/way-back";

const context = { inventory: { relock: () => Promise.resolve() } } as unknown as Context;

/** Of a run that has opened a window. */
function inWindow(): WayBack {
  const wayBack = new WayBack();
  wayBack.begin(() => Promise.resolve(""), "the window stays open");
  return wayBack;
}

describe("the way back of a run", () => {
  it("is none while users are served, whoever offers one: what they do would be lost", async () => {
    const wayBack = new WayBack();
    wayBack.add(() => assert.fail("the database was restored under its users"));
    assert.deepEqual([await wayBack.take(context), wayBack.isInWindow], [[], false]);
  });

  it("is taken in reverse order, once, however many steps fail", async () => {
    const wayBack = inWindow();
    const done: string[] = [];
    for (const step of ["window", "database", "users"])
      wayBack.add(async () => {
        done.push(step);
        return `${step} as before`;
      });
    const said = await Promise.all([wayBack.take(context), wayBack.take(context)]);
    assert.deepEqual(done, ["users", "database", "window"]);
    assert.deepEqual(said[0], ["users as before", "database as before", "window as before"]);
    assert.deepEqual(said[1], said[0]);
  });

  it("ends where something can't be taken back: the window stays closed to users then", async () => {
    const wayBack = inWindow();
    wayBack.add(() => Promise.reject(new Error("the database holds part of a backup")));
    wayBack.add(() => Promise.resolve("users as before"));
    assert.deepEqual(await wayBack.take(context), ["users as before", "the database holds part of a backup", "the window stays open"]);
  });

  it("takes nothing back while somebody else has the lock, and says so: the connection that held it broke", async () => {
    const wayBack = inWindow();
    wayBack.add(() => assert.fail("the database was restored under somebody else's deployment"));
    const inventory = { relock: () => Promise.reject(new LockNotRetaken(new LockHeld("web1", null))) };
    const [why, then] = await wayBack.take({ inventory } as unknown as Context);
    assert.match(
      `${why}`,
      /^Nothing that this deployment had changed was taken back, .*: host "web1" is locked by somebody who has just begun\. Next/,
    );
    assert.equal(then, "the window stays open");
  });

  it("lets no other step begin any more", async () => {
    const wayBack = inWindow();
    wayBack.assertForward();
    wayBack.add(() => Promise.resolve("as before"));
    await wayBack.take(context);
    assert.throws(() => wayBack.assertForward(), /was not begun: another one failed/);
  });

  it("is empty after what was changed was made final, and stays so", async () => {
    const wayBack = inWindow();
    wayBack.add(() => assert.fail("was taken back"));
    wayBack.forget();
    assert.deepEqual(await wayBack.take(context), []);
    wayBack.add(() => assert.fail("was taken back while users are served again"));
    assert.deepEqual(await wayBack.take(context), []);
  });
});
