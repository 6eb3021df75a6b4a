import assert from "node:assert/strict";
import { fpmUnit, otherSlot, type Slot } from "../../host/site";
import { onHost } from "../../lab/lab";
import { ask, startLoad } from "../../lab/load";
import { figuresOf } from "../../lab/load-figures";
import { waitFor } from "../../lab/process";
import { SwitchHost } from "./switch-host";

describe("what users notice of a release, under load", function () {
  this.timeout(180_000);
  let host: SwitchHost;

  before(async () => (host = await SwitchHost.start("switchload")));
  after(() => host?.stop());

  const mainPid = async (slot: Slot): Promise<string> =>
    (await onHost(host.lab, "web1", ["systemctl", "show", "--value", "-p", "MainPID", fpmUnit("selfhelp", slot)])).stdout.trim();
  const isRunning = async (request: Promise<unknown>): Promise<boolean> =>
    (await Promise.race([request, Promise.resolve("still running")])) === "still running";

  it("twenty switches there and back lose no request, and no answer mixes two releases", async () => {
    const load = startLoad(host.address);
    for (let count = 0; count < 20; count++) {
      await host.switchTo(otherSlot((await host.served()).slot));
      const answered = load.count();
      await waitFor("a hundred more answers", 60, () => Promise.resolve(load.count() >= answered + 100));
    }
    const samples = await load.stop();
    const { failures, mixed, requests } = figuresOf(samples);
    assert.deepEqual(failures, {});
    assert.equal(mixed, 0);
    assert.ok(requests > 2000, `${requests} requests`);
    for (const kind of ["kept", "fresh", "slow", "upload"] as const) {
      const seen = new Set(samples.filter((sample) => sample.kind === kind).flatMap(({ releases }) => releases));
      assert.deepEqual([...seen].sort(), ["v8.0.1", "v8.1.0"], kind);
    }
  });

  it("a request of 15 seconds ends on the release that it began with; the way back to its slot neither ends it nor waits for it", async () => {
    const { slot, release } = await host.served();
    const pid = await mainPid(slot);
    const request = ask(host.address, "slow", { seconds: 15 });
    await host.switchTo(otherSlot(slot));
    await host.build(release);
    await host.switchTo(slot);
    assert.equal(await mainPid(slot), pid);
    assert.ok(await isRunning(request));
    const { failure, releases } = await request;
    assert.deepEqual([failure, releases], [undefined, [release]]);
  });

  it("a build in a slot that still answers such a request begins when that has ended, and loses no other one either", async () => {
    const { slot, release } = await host.served();
    const request = ask(host.address, "slow", { seconds: 15 });
    const load = startLoad(host.address);
    await host.switchTo(otherSlot(slot));
    const built = host.build("v8.0.0");
    const { failure, releases } = await request;
    assert.deepEqual([failure, releases], [undefined, [release]]);
    assert.ok(await isRunning(built));
    assert.deepEqual([(await built).slot, (await built).release], [slot, "v8.0.0"]);
    await host.switchTo(slot);
    const { failures, mixed } = figuresOf(await load.stop());
    assert.deepEqual([failures, mixed], [{}, 0]);
    assert.equal((await host.served()).release, "v8.0.0");
  });
});
