import assert from "node:assert/strict";
import type { ReleaseInputs, SlotsState, StandingRelease } from "../../../components/release/contract";
import { unknown } from "../../../provider/handler";
import { isAlreadyBuilt, liveRelease as lookAt, markerOf, planRelease, servedFrom } from "../../../components/release/plan";

const old = "a".repeat(40);
const next = "b".repeat(40);
const wanted: ReleaseInputs = {
  host: "web1",
  repository: "/repository",
  release: "v8.1.0",
  commit: next,
  build: ["composer install"],
  shared: [".env.local"],
  buildTimeoutSeconds: 900,
  environment: "by hand",
};

const marker = (release: string, commit: string, more: Partial<StandingRelease> = {}): StandingRelease => ({
  release,
  commit,
  builtAt: "2026-11-23T04:24:18Z",
  ...more,
});
const slots = (over: Partial<SlotsState> = {}): SlotsState => ({
  active: "blue",
  foreignTarget: null,
  blue: marker("v8.0.0", old),
  green: null,
  ...over,
});
const liveRelease = (state: SlotsState, inputs: ReleaseInputs, environment: string | null = null): ReturnType<typeof lookAt> =>
  lookAt(state, inputs, environment);
const plan = (state: SlotsState, inputs = wanted, environment: string | null = null): ReturnType<typeof planRelease> =>
  planRelease(liveRelease(state, inputs, environment), inputs);

describe("the plan of a release", () => {
  it("builds the first release in blue", () => {
    const { slot, previousRelease, change } = plan(slots({ active: null, blue: null }));
    assert.deepEqual({ slot, previousRelease, change }, { slot: "blue", previousRelease: null, change: "in blue, the first release" });
  });

  it("builds in the slot that users are not served from", () => {
    assert.deepEqual(plan(slots()), {
      host: "web1",
      commit: next,
      release: "v8.1.0",
      slot: "green",
      builtAt: unknown,
      previousRelease: "v8.0.0",
      change: "in green, replacing v8.0.0",
    });
    assert.equal(plan(slots({ active: "green", green: marker("v8.0.0", old), blue: marker("v7.9.0", "c".repeat(40)) })).slot, "blue");
  });

  it("does nothing while users are served the wanted commit, and names the slot that it stands in", () => {
    const live = liveRelease(slots({ blue: marker("v8.1.0", next), green: marker("v8.0.0", old) }), wanted);
    assert.equal(live.inputs.commit, next);
    assert.deepEqual(planRelease(live, wanted), {
      host: "web1",
      commit: next,
      release: "v8.1.0",
      slot: "blue",
      builtAt: "2026-11-23T04:24:18Z",
      previousRelease: "v8.0.0",
      change: "unchanged",
    });
  });

  it("uses what stands finished in the idle slot", () => {
    const state = slots({ green: markerOf(wanted, new Date(0)) });
    assert.equal(plan(state).change, "already built in green");
    assert.equal(isAlreadyBuilt(liveRelease(state, wanted), wanted), true);
  });

  it("builds the same commit again when it was built by other commands, with other shared paths, or under another name", () => {
    const state = slots({ green: markerOf(wanted, new Date(0)) });
    for (const changed of [{ build: ["composer install", "bin/console assets:install"] }, { shared: [] }, { release: "main" }])
      assert.equal(plan(state, { ...wanted, ...changed }).change, "in green, replacing v8.0.0");
  });

  it("makes what users are served anew beside it when that was built otherwise, and says in what", () => {
    const state = slots({ blue: markerOf(wanted, new Date(0)) });
    assert.equal(plan(state).change, "unchanged");
    const again = plan(state, { ...wanted, build: ["true"], shared: [] });
    assert.deepEqual([again.slot, again.change], ["green", "in green, made anew: another build, shared"]);
  });

  it("makes it anew for another environment, and goes back to the one that stands with the wanted one", () => {
    const stack = { ...wanted, environment: "0123" };
    const made = (environment: string): StandingRelease => ({ ...markerOf(stack, new Date(0)), environment });
    const state = slots({ blue: made("aa"), green: made("bb") });
    assert.equal(plan(state, stack, "aa").change, "unchanged");
    assert.deepEqual([plan(state, stack, "bb").slot, plan(state, stack, "bb").change], ["green", "already built in green"]);
    assert.deepEqual(
      [plan(state, stack, "cc").slot, plan(state, stack, "cc").change],
      ["green", "in green, made anew: another environment"],
    );
    assert.equal(plan(state, wanted).change, "unchanged", "made by hand, it is nothing of this stack's");
  });

  it("takes a release that was put there by hand, with the wanted commit, for made as wanted", () => {
    assert.equal(plan(slots({ blue: marker("v8.1.0", next) }), { ...wanted, build: ["true"] }).change, "unchanged");
  });

  it("takes a slot without a marker for incomplete, whatever is in it", () => {
    assert.equal(isAlreadyBuilt(liveRelease(slots({ green: null }), wanted), wanted), false);
  });

  it("builds beside a release that it doesn't know", () => {
    const state = slots({ active: null, foreignTarget: "/srv/by-hand", blue: null });
    assert.equal(liveRelease(state, wanted).inputs.commit, "unknown");
    assert.equal(plan(state).change, "in blue, replacing an unknown release");
  });

  it("knows what users see meanwhile", () => {
    assert.equal(servedFrom(liveRelease(slots(), wanted)), "blue (v8.0.0)");
    assert.equal(servedFrom(liveRelease(slots({ active: null, blue: null }), wanted)), null);
  });
});
