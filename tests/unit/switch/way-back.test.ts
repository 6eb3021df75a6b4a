import assert from "node:assert/strict";
import { beforeSwitch, isWayBack, releaseBefore } from "../../../components/switch/slots";
import { siteOf } from "../../../host/site";
import type { SlotsState } from "../../../components/release/contract";

const marker = (letter: string, builtAt: string) => ({ release: letter, commit: letter.repeat(40), builtAt });
const older = marker("a", "2026-11-01T00:00:00.000Z");
const newer = marker("b", "2026-11-02T00:00:00.000Z");
const slots = (over: Partial<SlotsState>): SlotsState => ({ active: "green", foreignTarget: null, blue: older, green: newer, ...over });

describe("a way back", () => {
  it("leads to what stands in the other slot, when it was built before what users are served", () => {
    assert.equal(isWayBack(slots({}), older.commit), true);
  });

  it("is none to another commit, forward, from nothing, or to a slot that isn't complete", () => {
    assert.equal(isWayBack(slots({}), "c".repeat(40)), false);
    assert.equal(isWayBack(slots({ active: "blue" }), newer.commit), false);
    assert.equal(isWayBack(slots({ active: null }), older.commit), false);
    assert.equal(isWayBack(slots({ blue: null }), older.commit), false);
  });

  it("leads to the release before, and stays there once users are back on it, or were never taken further", () => {
    assert.equal(releaseBefore(slots({})), "a");
    assert.equal(releaseBefore(slots({ active: "blue" })), "a");
  });

  it("leads nowhere from nothing, to an incomplete slot, or to the same code", () => {
    assert.equal(releaseBefore(slots({ active: null })), null);
    assert.equal(releaseBefore(slots({ blue: null })), null);
    assert.equal(releaseBefore(slots({ blue: { ...older, commit: newer.commit } })), null);
  });

  it("from a switch that was cut short leads to where users were before it, unless that slot was built anew for this one", () => {
    const site = siteOf("demo");
    const serving = { slots: slots({}), maintenance: false, switchedAt: null };
    const before = (switchingFrom: string | null | undefined, slot: "blue" | "green"): [string | null, string | null] => {
      const { active, foreignTarget } = beforeSwitch({ ...serving, switchingFrom }, site, slot).slots;
      return [active, foreignTarget];
    };
    assert.deepEqual(before(undefined, "green"), ["green", null]);
    assert.deepEqual(before(site.slot.blue, "green"), ["blue", null]);
    assert.deepEqual(before(site.slot.blue, "blue"), ["green", null]);
    assert.deepEqual(before("/srv/by-hand", "green"), [null, "/srv/by-hand"]);
    assert.deepEqual(before(null, "green"), [null, null]);
  });
});
