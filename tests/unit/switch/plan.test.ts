import assert from "node:assert/strict";
import type { SwitchInputs } from "../../../components/switch/contract";
import { liveSwitch, planSwitch, switchProblems } from "../../../components/switch/plan";
import type { Serving } from "../../../components/switch/slots";
import { unknown } from "../../../provider/handler";

const v1 = { release: "v8.0.0", commit: "1".repeat(40), builtAt: "2026-11-23T04:24:18Z" };
const v2 = { release: "v8.1.0", commit: "2".repeat(40), builtAt: "2026-11-24T04:24:18Z" };
const switchedAt = "2026-11-23T05:00:00.000Z";

const wanted: SwitchInputs = {
  host: "web1",
  slot: "green",
  commit: v2.commit,
  release: v2.release,
  probe: { name: "health", path: "/cms-api/v1/health", hostName: "cms.example.org", timeoutSeconds: 10, status: 200 },
  probes: 3,
  inWindow: false,
};
const serving = (slots: Partial<Serving["slots"]>, rest: Partial<Serving> = {}): Serving => ({
  slots: { active: null, foreignTarget: null, blue: null, green: null, ...slots },
  maintenance: false,
  switchedAt,
  ...rest,
});
const planOf = (live: Serving, inputs = wanted) => planSwitch(liveSwitch(live, inputs), inputs);

describe("the plan of a switch", () => {
  it("shows which slot users come from and go to, and which release stays behind", () => {
    assert.deepEqual(planOf(serving({ active: "blue", blue: v1, green: v2 })), {
      activeSlot: "green",
      release: "v8.1.0",
      commit: v2.commit,
      previousRelease: "v8.0.0",
      maintenance: false,
      changedAt: unknown,
      change: "blue -> green",
    });
  });

  it("shows a first switch, with nothing left behind", () => {
    const plan = planOf(serving({ blue: v2 }, { switchedAt: null }), { ...wanted, slot: "blue" });
    assert.deepEqual([plan.change, plan.previousRelease], ["none -> blue", null]);
  });

  it("shows that a folder made by hand is switched away from", () => {
    const plan = planOf(serving({ foreignTarget: "/srv/old", blue: v2 }), { ...wanted, slot: "blue" });
    assert.deepEqual([plan.change, plan.previousRelease], ["a folder made by hand -> blue", null]);
  });

  it("is the live state, unchanged, when users already are where they should be", () => {
    assert.deepEqual(planOf(serving({ active: "green", blue: v1, green: v2 }, { maintenance: true })), {
      activeSlot: "green",
      release: "v8.1.0",
      commit: v2.commit,
      previousRelease: "v8.0.0",
      maintenance: true,
      changedAt: switchedAt,
      change: "unchanged",
    });
  });
});

describe("what is live, in the place of what is wanted", () => {
  it("names slot and commit, so that a link changed by hand shows as a difference", () => {
    const { inputs } = liveSwitch(serving({ active: "blue", blue: v1, green: v2 }), wanted);
    assert.deepEqual([inputs.slot, inputs.commit, inputs.probes], ["blue", v1.commit, 3]);
  });

  it("says none before the first switch", () => {
    const { inputs, state } = liveSwitch(serving({}, { switchedAt: null }), wanted);
    assert.deepEqual([inputs.slot, inputs.commit, state.release, state.changedAt], ["none", "none", "none", null]);
  });

  it("says unknown for a slot whose marker is gone", () => {
    assert.equal(liveSwitch(serving({ active: "blue" }), wanted).inputs.commit, "unknown");
  });
});

describe("a switch's inputs", () => {
  it("are taken as they should be", () => assert.deepEqual(switchProblems(wanted), []));

  it("may be unknown during a preview", () => assert.deepEqual(switchProblems({ host: "web1" }), []));

  it("are refused all at once, each with its path", () => {
    const problems = switchProblems({ ...wanted, slot: "none", probes: 0, probe: { ...wanted.probe, path: "health" } });
    assert.deepEqual(
      problems.map((problem) => problem.propertyPath),
      ["slot", "probes", "probe.path"],
    );
  });
});
