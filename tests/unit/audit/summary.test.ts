import assert from "node:assert/strict";
import { barsOf } from "../../../components/audit/bars";
import type { RecordedDeployment, RecordedStep } from "../../../components/audit/deployments";
import { doneAfter, doneBefore, summaryOf } from "../../../components/audit/summary";

const step = (name: string, beganSeconds: number, seconds: number | null, over: Partial<RecordedStep> = {}): RecordedStep => ({
  ...{ step: name, result: "done", detail: `${name} did it`, beganSeconds, seconds },
  ...over,
});
const run: RecordedDeployment = {
  ...{ deployment: "d1", at: "2026-11-30T00:00:00.000Z", purpose: "deployment of stack lab", operator: "ann@laptop", run: null },
  ...{ result: "ended", seconds: 24, wanted: null, release: null, commit: null, databaseVersion: null },
  steps: [step("release", 0, 12), step("backup", 0, 6), step("switch", 12, 6), step("validation", 18, 6)],
};
const ended = { release: "v8.1.0", commit: "0123456789abcdef", databaseVersion: "v8.1.0" };

describe("the bars of a run", () => {
  it("stand where each step was at work: below each other one after the other, beside each other at the same time", () => {
    assert.deepEqual(barsOf(run), [
      `release     ${"█".repeat(12)}${" ".repeat(12)}       12 s  release did it`,
      `backup      ${"█".repeat(6)}${" ".repeat(18)}        6 s  backup did it`,
      `switch      ${" ".repeat(12)}${"█".repeat(6)}${" ".repeat(6)}        6 s  switch did it`,
      `validation  ${" ".repeat(18)}${"█".repeat(6)}        6 s  validation did it`,
    ]);
  });

  it("are there for what took no time, what failed, and what nobody saw end", () => {
    const steps = [
      step("quick", 24, 0),
      step("failed", 0, 3, { result: "failed", detail: "node is missing\nUsers are on v8.0.0." }),
      step("dead", 5, null, { result: "cut short", detail: "" }),
    ];
    const [quick = "", failed = "", dead = ""] = barsOf({ steps, seconds: 24 });
    assert.match(quick, /^quick {3}[ ]{23}█ {8}0 s {2}quick did it$/);
    assert.match(failed, /^failed {2}███ {21} {8}3 s {2}FAILED: node is missing$/);
    assert.match(dead, /^dead {4}[ ]{5}█ {18} {10}\? {2}CUT SHORT$/);
  });

  it("fit where a host's clock was set back, and where nothing was done", () => {
    const widths = barsOf({ steps: [step("a", -50, 100), step("b", 90, 90)], seconds: -5 }).map((line) => line.indexOf("s") - 3);
    assert.equal(new Set(widths).size, 1);
    assert.deepEqual(barsOf({ steps: [], seconds: 0 }), []);
  });
});

describe("the summary of a deployment", () => {
  it("says what is live, how long each step took, and what to type next; not the step that says it", () => {
    const lines = summaryOf({ ...run, steps: [...run.steps, step("record", 24, null, { result: "cut short" })] }, ended).split("\n");
    assert.equal(lines[0], "v8.1.0 01234567 is live, the database is at v8.1.0; it took 24 s");
    assert.equal(lines.length, 6);
    assert.match(lines.at(-1) ?? "", /^next: `selfhelp status` .*`selfhelp rollback`/);
  });

  it("is followed by what a step says that comes after it, at its place in the whole run", () => {
    assert.equal(
      doneAfter({ ...run, seconds: 30, steps: [...run.steps, step("copy", 25, 5)] }, "copy"),
      `after the deployment's end, 30 s from its beginning:\n  copy  ${" ".repeat(20)}${"█".repeat(4)}        5 s  copy did it`,
    );
  });

  it("of one that failed is a line of what was done before, or nothing", () => {
    const failed = step("switch", 12, 3, { result: "failed" });
    assert.equal(doneBefore({ ...run, steps: [step("release", 0, 12), failed] }), "done before it failed, after 24 s: release 12 s");
    assert.equal(doneBefore({ ...run, steps: [failed] }), undefined);
    assert.equal(doneBefore(undefined), undefined);
  });
});
