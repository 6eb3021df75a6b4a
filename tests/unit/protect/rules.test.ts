import assert from "node:assert/strict";
import { protectConfig } from "../../../components/protect/config";
import type { Circumstances } from "../../../components/protect/contract";
import { type OtherStack, otherStackOf, provenBy, refusals } from "../../../components/protect/rules";

const release = { name: "v8.1.0", commit: "a".repeat(40) };
const fine: Circumstances = { operator: "ann@laptop", changed: [], programPushed: true, releasePushed: true, preflightAt: null };
const proven: OtherStack = { commits: [release.commit], isDone: true };
const all = protectConfig.parse({ operators: ["ann", "ci"], clean: true, pushed: true, after: "staging" });

describe("a protected stack", () => {
  const told = (circumstances: Partial<Circumstances>, other: OtherStack | null = proven): string[] =>
    refusals(all, { ...fine, ...circumstances }, release, other);

  it("may be changed when everything is as it must be, or nothing must", () => {
    assert.deepEqual(told({}), []);
    const worst = { operator: "eve@x", changed: null, programPushed: false, releasePushed: false, preflightAt: null };
    assert.deepEqual(refusals(protectConfig.parse({}), worst, release, null), []);
  });

  it("names everything that keeps it from being changed, with what to do", () => {
    const circumstances = { operator: "eve@x", changed: ["Pulumi.production.yaml"], programPushed: false, releasePushed: false };
    assert.deepEqual(told(circumstances, { commits: ["b".repeat(40)], isDone: true }), [
      '"eve" is none of protect.operators: ann, ci',
      "the Pulumi program was changed since its last commit: Pulumi.production.yaml",
      "the Pulumi program's commit is on no remote branch that this clone knows of: git push; where it was pushed, git fetch origin",
      "the commit of v8.1.0 is on no remote branch of its repository that this clone knows of: git push; where it was pushed, git fetch origin",
      '"staging" is at bbbbbbbb, not at aaaaaaaa (v8.1.0): deploy it there first',
    ]);
  });

  it("waits for each host of the other stack, and for the end of its deployment", () => {
    assert.match(told({}, { commits: [release.commit, "c".repeat(40)], isDone: true })[0] ?? "", /is at aaaaaaaa, cccccccc/);
    assert.match(told({}, { ...proven, isDone: false })[0] ?? "", /has come to its end/);
    assert.match(told({}, null)[0] ?? "", /nothing was deployed to "staging" yet/);
  });

  it("waits for a pre-flight of its commit, where it wants one, and not for one of the day before", () => {
    const wanting = protectConfig.parse({ preflight: "passed" });
    const now = Date.parse("2026-11-23T12:00:00Z");
    const toldOf = (preflightAt: string | null): string[] => refusals(wanting, { ...fine, preflightAt }, release, null, now);
    assert.deepEqual(toldOf("2026-11-23T11:00:00Z"), []);
    assert.deepEqual(toldOf(null), ["no pre-flight of v8.1.0 has passed in the last 24 h: selfhelp preflight"]);
    assert.equal(toldOf("2026-11-22T11:00:00Z").length, 1);
  });

  it("isn't shown a hundred files", () => {
    const changed = Array.from({ length: 100 }, (_, index) => `f${index}`);
    assert.match(told({ changed })[0] ?? "", /f0, f1, f2, f3, f4 and 95 more$/);
  });
});

describe("what another stack has proven", () => {
  it("is one commit on each of its hosts, with a deployment that came to its end", () => {
    const { commit } = release;
    assert.deepEqual(provenBy("staging", otherStackOf(commit, { deployment: "1" })), { commit });
    assert.deepEqual(provenBy("staging", otherStackOf({ web1: commit, web2: commit }, { deployment: "1" })), { commit });
    assert.deepEqual(provenBy("staging", otherStackOf({ web1: commit, web2: "b".repeat(40) }, { deployment: "1" })), {
      problem: 'the hosts of "staging" are at different commits: aaaaaaaa, bbbbbbbb',
    });
    assert.deepEqual(provenBy("staging", otherStackOf(commit, null)), {
      problem: 'no deployment to "staging" has come to its end: see there',
    });
    assert.deepEqual(provenBy("staging", otherStackOf(undefined, undefined)), { problem: 'nothing was deployed to "staging" yet' });
  });
});
