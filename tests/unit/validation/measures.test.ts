import assert from "node:assert/strict";
import { certificateResult } from "../../../components/validation/certificate";
import type { Checks } from "../../../components/validation/contract";
import { judged } from "../../../components/validation/limits";
import { parseLogs } from "../../../components/validation/log-errors";
import { parseTimes, percentile } from "../../../components/validation/response-times";
import { schemaResults } from "../../../components/validation/schema";
import { parseVitals, vitalResults } from "../../../components/validation/vitals";

describe("a limit", () => {
  it("is reached at its value, and the failing one counts first", () => {
    const limit = { warn: 85, fail: 95 };
    assert.deepEqual([84.9, 85, 94.9, 95].map((value) => judged(value, limit, "x").result), ["passed", "warning", "warning", "failed"]); // prettier-ignore
    assert.equal(judged(96, limit, "96 %").detail, "96 % (limit: 95)");
  });

  it("is none where it is switched off", () => {
    assert.equal(judged(1000, { warn: false, fail: false }, "x").result, "passed");
    assert.equal(judged(1000, { warn: false, fail: 0 }, "x").result, "failed");
    assert.equal(judged(1000, { warn: 0, fail: false }, "x").result, "warning");
  });
});

describe("the 95th percentile", () => {
  it("leaves out one slow call of 20, but not two", () => {
    const calls = (slow: number): number[] => Array.from({ length: 20 }, (_, index) => (index < slow ? 5000 : 10 + index));
    assert.ok(percentile(calls(1), 95) < 100);
    assert.equal(percentile(calls(2), 95), 5000);
    assert.equal(percentile([7], 95), 7);
  });
});

describe("the times of answers", () => {
  it("are without what the connection took, up to the call that wasn't answered as it should", () => {
    assert.deepEqual(parseTimes("200 0.250000 0.500000\n200 0.000000 1.500000\n", 200), { milliseconds: [250, 1500], problem: null });
    assert.deepEqual(parseTimes("200 0.250000 0.500000\n503 0.1 0.2\n", 200), { milliseconds: [250], problem: "answered 503, not 200" });
    const silent = "000 0.1 1.0\ncurl: (28) Operation timed out after 1000 milliseconds\n";
    assert.deepEqual(parseTimes(silent, 200), { milliseconds: [], problem: "no answer: Operation timed out after 1000 milliseconds" });
  });
});

describe("the schema check", () => {
  const wanted = { schemaCommand: "check", schema: { mapping: "warn", sync: "fail" }, newerDatabase: null } as Checks;
  const told = (exitCode: number, printed: string[], more: Partial<Checks> = {}): string[] =>
    schemaResults({ exitCode, printed }, { ...wanted, ...more }).map(({ check, result }) => `${check}: ${result}`);
  const doctrine = ["Mapping", " [FAIL] The entity-class App\\Entity\\User mapping is invalid:", "Database"];

  it("reads Doctrine's exit code: 1 for the mapping, 2 for the database, 3 for both", () => {
    assert.deepEqual(told(0, []), ["schema mapping: passed", "schema sync: passed"]);
    assert.deepEqual(told(1, doctrine), ["schema mapping: warning", "schema sync: passed"]);
    assert.deepEqual(told(2, ["not in sync"]), ["schema mapping: passed", "schema sync: failed"]);
    assert.deepEqual(told(3, doctrine), ["schema mapping: warning", "schema sync: failed"]);
  });

  it("never takes a command that broke for an answer, however lenient it is", () => {
    const lenient = { schema: { mapping: "warn", sync: "warn" } } as const;
    assert.deepEqual(told(1, ["In Kernel.php line 3:", "Undefined constant"], lenient), ["schema: failed"]);
    assert.deepEqual(told(255, ["could not find driver; mapping"], lenient), ["schema: failed"]);
    assert.deepEqual(told(127, ["php: command not found"], lenient), ["schema: failed"]);
  });

  it("doesn't ask whether a database that is newer than the release is in sync, and lets nothing of it stop the way back", () => {
    const newer = { newerDatabase: "v8.2.0" };
    assert.deepEqual(told(2, ["not in sync"], newer), ["schema mapping: passed"]);
    assert.deepEqual(told(255, ["Unknown column"], newer), ["schema: warning"]);
  });
});

describe("logged errors", () => {
  /** The switch at 04:24:18.500 UTC, now 04:30, in a zone two hours ahead. */
  const clock = (switched = "1795407858.500"): string => `clock 1795408200.000 +0200 ${switched}`;
  const linesOf = (said: string[], head = clock()): string[] => parseLogs([head, ...said].join("\n"))?.lines ?? assert.fail("not complete");
  const log = (said: string): string => `log /var/log/x.log: ${said}`;

  it("are those stamped since the switch, in nginx's, Monolog's and JSON's words", () => {
    const fresh = [
      "2026/11/23 06:24:18 [error] 1#1: in the second of the switch, in the host's zone",
      "[2026-11-23T04:24:18.600000+00:00] app.ERROR: with a zone",
      "[2026-11-23 04:25:00] app.CRITICAL: in UTC without a zone",
      "[2026-11-23 06:25:00] app.CRITICAL: in the host's zone without one",
      '{"message":"x","level_name":"ERROR","datetime":"2026-11-23T06:26:00.1+02:00"}',
    ];
    assert.deepEqual(
      linesOf(fresh.map(log)),
      fresh.map((said) => `/var/log/x.log: ${said}`),
    );
  });

  it("are none from before the switch, and none that nothing dates", () => {
    const old = [
      "2026/11/23 06:24:17 [error] 1#1: a second before",
      "[2026-11-23T04:24:18.400000+00:00] app.ERROR: 0.1 s before",
      "[2026-11-22T04:25:00+00:00] app.ERROR: yesterday",
      "#3 {main} app.ERROR: of a stack trace",
    ];
    assert.deepEqual(linesOf(old.map(log)), []);
  });

  it("go back no more than an hour when the switch is longer ago", () => {
    const head = clock("1795000000.000");
    assert.deepEqual(linesOf([log("[2026-11-23T03:29:59+00:00] app.ERROR: x")], head), []);
    assert.equal(linesOf([log("[2026-11-23T03:30:01+00:00] app.ERROR: x")], head).length, 1);
    assert.equal(parseLogs(head)?.since, "2026-11-23T03:30:00.000Z");
  });

  it("take php-fpm's journal as it was asked for, and are not to be had from half an answer", () => {
    assert.deepEqual(linesOf(["journal selfhelp-fpm: child 7 exited on signal 11"]), ["selfhelp-fpm: child 7 exited on signal 11"]);
    assert.equal(parseLogs(log("2026/11/23 06:24:18 [error] x")), null);
  });
});

describe("a host's vitals", () => {
  const printed =
    "memory 4000000 400000\nload 3.00 2\ndisk slots 100000000000 15000000000  85%   3%\ndisk database 50000000000 40000000000  20%  96%\ndisk backups 1000 999   1%    -\n";
  const limits = { memoryPercent: { warn: 90, fail: 98 }, loadPerCpu: { warn: 2, fail: 4 }, diskPercent: { warn: 85, fail: 95 } };

  it("are each held against its limit; a disk can run out of files, too", () => {
    const vitals = parseVitals(printed) ?? assert.fail("not complete");
    assert.deepEqual(
      vitalResults(vitals, limits).map(({ check, result, detail }) => [check, result, detail]),
      [
        ["memory", "warning", "90 % in use, 410 MB of 4.1 GB free (limit: 90)"],
        ["load", "passed", "3 in the last minute on 2 CPUs"],
        ["disk of slots", "warning", "85 % in use, 15.0 GB of 100.0 GB free (limit: 85)"],
        ["disk of database", "failed", "96 % of the files that it can hold are there (limit: 95)"],
        ["disk of backups", "passed", "1 % in use, 0 MB of 0 MB free"],
      ],
    );
  });

  it("are not told where no limit is set, nor from half an answer", () => {
    const off = { warn: false, fail: false } as const;
    const vitals = parseVitals(printed) ?? assert.fail("not complete");
    assert.deepEqual(vitalResults(vitals, { memoryPercent: off, loadPerCpu: off, diskPercent: off }), []);
    assert.equal(parseVitals("memory 4000000 400000\n"), null);
  });
});

describe("users' certificate", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  const limit = { warn: 21, fail: 3 };
  const until = (validTo: string, distrust: string | null = null) =>
    certificateResult({ validTo: new Date(validTo), distrust }, now, limit);

  it("warns before it ends, fails shortly before it, and after it", () => {
    assert.deepEqual(until("2026-12-15T12:00:01Z"), { result: "passed", detail: "ends in 22 days, on 2026-12-15" });
    assert.deepEqual(until("2026-12-14T12:00:00Z"), { result: "warning", detail: "ends in 21 days, on 2026-12-14 (limit: 21)" });
    assert.equal(until("2026-11-25T12:00:00Z").result, "failed");
    assert.deepEqual(until("2026-11-22T11:00:00Z"), { result: "failed", detail: "ended on 2026-11-22 (limit: 3)" });
  });

  it("says why nobody would trust it", () => {
    assert.match(until("2027-12-15T00:00:00Z", "CERT_HAS_EXPIRED").detail, /; this deployer does not trust it \(CERT_HAS_EXPIRED\)$/);
  });
});
