import assert from "node:assert/strict";
import { bandOf } from "../../../components/metrics/bands";
import { period, recorded, rollback, start } from "./recorded";
import { attemptsOf } from "../../../components/metrics/attempts";
import { day, metricsOf, monthlyMetrics } from "../../../components/metrics/metrics";
import { prometheusText } from "../../../components/metrics/prometheus";
import type { RecordedDeployment } from "../../../components/audit/deployments";

const metrics = (log: RecordedDeployment[], committedAt?: Map<string, number>) => metricsOf(attemptsOf(log), period, committedAt);

describe("delivery metrics", () => {
  it("are nothing but zeros and unknowns where nothing was deployed yet", () => {
    const { attempts, deployments, deploymentsPerDay, ...rest } = metrics([]);
    assert.deepEqual([attempts, deployments, deploymentsPerDay], [0, 0, 0]);
    assert.deepEqual(
      Object.entries(rest).filter(([name, value]) => name !== "rollbacks" && value !== null),
      [],
    );
  });

  it("of one deployment are its own", () => {
    const one = metrics([recorded(5)], new Map([["c5", start + 4 * 3600 * 1000]]));
    assert.deepEqual([one.medianSeconds, one.slowestTwentiethSeconds, one.successRate], [60, 60, 1]);
    assert.equal(one.leadSeconds, 3660);
    assert.equal(one.deploymentsPerDay, 0.1);
    assert.deepEqual([one.changeFailureRate, one.recoverySeconds], [0, null]);
  });

  it("count what failed or was cut short as tried, and commands and corrections not at all", () => {
    const found = metrics([
      recorded(1),
      recorded(2, { result: "failed" }),
      recorded(3, { result: "cut short" }),
      recorded(4, { result: "ended" }),
      recorded(5, { purpose: "backups verify of stack production" }),
      recorded(6, { purpose: "deployment of stack production (in spite of its protection: tonight)" }),
    ]);
    assert.deepEqual([found.attempts, found.deployments, found.successRate], [4, 2, 0.5]);
  });

  it("take a deployment for a failed change when users were taken back from it, once, and not a way back behind a way back", () => {
    const found = metrics([recorded(1), recorded(2), rollback(3), rollback(4), recorded(5), recorded(6)]);
    assert.deepEqual([found.deployments, found.rollbacks, found.changeFailureRate, found.rollbackRate], [4, 2, 0.25, 0.5]);
    assert.equal(found.recoverySeconds, 3600);
  });

  it("take the first time that a commit was served as its lead time, and leave out commits that nobody knows", () => {
    const again = [recorded(1, { commit: "a" }), recorded(40, { commit: "a" }), recorded(2, { commit: "unknown" })];
    assert.equal(metrics(again, new Map([["a", start]])).leadSeconds, 3660);
  });

  it("count a way back to the deployment that it is from, in another month, too", () => {
    const log = [recorded(-2), rollback(5)];
    const all = monthlyMetrics(attemptsOf(log), { from: start - 30 * day, to: start + 10 * day });
    assert.deepEqual(
      all.map(({ metrics: own }) => [own.changeFailureRate, own.recoverySeconds]),
      [
        [1, 7 * 3600],
        [null, null],
      ],
    );
  });

  it("are never below zero where a clock was set back", () => {
    assert.equal(metrics([recorded(1, { seconds: -30 })]).medianSeconds, 0);
  });

  it("are told by month, each by its own days", () => {
    const log = [recorded(-24 * 5), recorded(1), recorded(2)];
    const all = monthlyMetrics(attemptsOf(log), { from: start - 30 * day, to: start + 10 * day });
    assert.deepEqual(
      all.map(({ month, metrics: own }) => [month, own.deployments]),
      [
        ["2026-10", 1],
        ["2026-11", 2],
      ],
    );
    assert.equal(all[1]?.metrics.deploymentsPerDay, 0.2);
  });
});

describe("the band of a measure", () => {
  const of = (perDay: number) => bandOf("deploymentsPerDay", { ...metrics([]), deploymentsPerDay: perDay });

  it("is the best one that it reaches", () => {
    assert.deepEqual([1, 0.5, 0.1, 0.01].map(of), ["elite", "high", "medium", "low"]);
    assert.equal(bandOf("recoverySeconds", { ...metrics([]), recoverySeconds: 3600 }), "elite");
    assert.equal(bandOf("recoverySeconds", { ...metrics([]), recoverySeconds: 3601 }), "high");
  });

  it("is none of what isn't known, or has no bands", () => {
    assert.equal(bandOf("leadSeconds", metrics([])), null);
    assert.equal(bandOf("medianSeconds", metrics([recorded(1)])), null);
  });
});

describe("metrics for Prometheus", () => {
  it("leave out what isn't known, and say any stack's name", () => {
    const text = prometheusText([{ stack: 'a"\\\n', metrics: metrics([recorded(1)]) }]);
    assert.match(text, /^# TYPE selfhelp_deployments gauge\nselfhelp_deployments\{stack="a\\"\\\\\\n"\} 1$/m);
    assert.doesNotMatch(text, /lead_time|null/);
  });
});
