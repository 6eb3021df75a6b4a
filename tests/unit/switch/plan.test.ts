import assert from "node:assert/strict";
import type { SwitchInputs } from "../../../components/switch/contract";
import { dueHosts, liveSwitch, planSwitch, switchProblems } from "../../../components/switch/plan";
import type { Serving } from "../../../components/switch/slots";
import { unknown } from "../../../provider/handler";

const v1 = { release: "v8.0.0", commit: "1".repeat(40), builtAt: "2026-11-23T04:24:18Z" };
const v2 = { release: "v8.1.0", commit: "2".repeat(40), builtAt: "2026-11-24T04:24:18Z" };
const switchedAt = "2026-11-23T05:00:00.000Z";

const wanted: SwitchInputs = {
  hosts: ["web1"],
  slots: { web1: "green" },
  commits: { web1: v2.commit },
  release: v2.release,
  probe: { name: "health", path: "/cms-api/v1/health", hostName: "cms.example.org", timeoutSeconds: 10, status: 200 },
  probes: 3,
  inWindow: false,
  rollout: { batch: 1, pauseSeconds: 0, maxFailures: 0 },
  hooks: {},
  unproven: [],
};
const fleet: SwitchInputs = {
  ...wanted,
  hosts: ["web2", "web1", "web3"],
  slots: { web1: "green", web2: "green", web3: "blue" },
  commits: { web1: v2.commit, web2: v2.commit, web3: v2.commit },
};
const serving = (slots: Partial<Serving["slots"]>, rest: Partial<Serving> = {}): Serving => ({
  slots: { active: null, foreignTarget: null, blue: null, green: null, ...slots },
  maintenance: false,
  switchedAt,
  ...rest,
});
const old = serving({ active: "blue", blue: v1, green: v2 });
const planOf = (web1: Serving, inputs = wanted) => planSwitch(liveSwitch({ web1 }, inputs), inputs);
const liveOf = (web1: Serving) => liveSwitch({ web1 }, wanted);

describe("the plan of a switch", () => {
  it("shows which slot users come from and go to, and which release stays behind", () => {
    assert.deepEqual(planOf(old), {
      activeSlots: { web1: "green" },
      releases: { web1: "v8.1.0" },
      commits: { web1: v2.commit },
      previousReleases: { web1: "v8.0.0" },
      maintenance: { web1: false },
      changedAt: unknown,
      changes: { web1: "blue -> green" },
    });
  });

  it("shows a first switch, with nothing left behind", () => {
    const plan = planOf(serving({ blue: v2 }, { switchedAt: null }), { ...wanted, slots: { web1: "blue" } });
    assert.deepEqual([plan.changes, plan.previousReleases], [{ web1: "none -> blue" }, {}]);
  });

  it("shows that a folder made by hand is switched away from", () => {
    const plan = planOf(serving({ foreignTarget: "/srv/old", blue: v2 }), { ...wanted, slots: { web1: "blue" } });
    assert.deepEqual([plan.changes, plan.previousReleases], [{ web1: "a folder made by hand -> blue" }, {}]);
  });

  it("is the live state, unchanged, when users already are where they should be", () => {
    assert.deepEqual(planOf(serving({ active: "green", blue: v1, green: v2 }, { maintenance: true })), {
      activeSlots: { web1: "green" },
      releases: { web1: "v8.1.0" },
      commits: { web1: v2.commit },
      previousReleases: { web1: "v8.0.0" },
      maintenance: { web1: true },
      changedAt: { web1: switchedAt },
      changes: { web1: "unchanged" },
    });
  });

  it("leaves hosts alone that have the release already, and takes the others in the config's order", () => {
    const there = serving({ active: "green", blue: v1, green: v2 });
    const live = liveSwitch({ web1: there, web2: old, web3: serving({ blue: v2 }, { switchedAt: null }) }, fleet);
    assert.deepEqual(dueHosts(live.inputs, fleet), ["web2", "web3"]);
    const { changes, previousReleases } = planSwitch(live, fleet);
    assert.deepEqual(changes, { web1: "unchanged", web2: "blue -> green", web3: "none -> blue" });
    assert.deepEqual(previousReleases, { web1: "v8.0.0", web2: "v8.0.0" });
  });
});

describe("what is live, in the place of what is wanted", () => {
  it("names slot and commit, so that a link changed by hand shows as a difference", () => {
    const { inputs } = liveOf(old);
    assert.deepEqual([inputs.slots, inputs.commits, inputs.probes], [{ web1: "blue" }, { web1: v1.commit }, 3]);
  });

  it("says none before the first switch", () => {
    const { inputs, state } = liveOf(serving({}, { switchedAt: null }));
    assert.deepEqual(
      [inputs.slots, inputs.commits, state.releases, state.changedAt],
      [{ web1: "none" }, { web1: "none" }, { web1: "none" }, {}],
    );
  });

  it("says unknown for a slot whose marker is gone", () => {
    assert.deepEqual(liveOf(serving({ active: "blue" })).inputs.commits, { web1: "unknown" });
  });
});

describe("a switch's inputs", () => {
  it("are taken as they should be", () => assert.deepEqual(switchProblems(wanted), []));

  it("may be unknown during a preview", () => assert.deepEqual(switchProblems({ hosts: ["web1"] }), []));

  it("are refused all at once, each with its path", () => {
    const problems = switchProblems({ ...wanted, slots: { web1: "none" }, probes: 0, probe: { ...wanted.probe, path: "health" } });
    assert.deepEqual(
      problems.map((problem) => problem.propertyPath),
      ["slots.web1", "probes", "probe.path"],
    );
  });
});
