import assert from "node:assert/strict";
import type { Sample } from "../../../lab/load";
import { parseAnswer } from "../../../lab/load-answer";
import { around, figuresOf } from "../../../lab/load-figures";

const told = { release: "v8.1.0", source: "v8.1.0", marker: "v8.1.0", folder: "/var/www/a", root: "/var/www/a", bytes: 0 };
const answer = (over: Partial<Record<keyof typeof told, unknown>>, header = "v8.1.0"): unknown =>
  parseAnswer(200, header, JSON.stringify({ ...told, ...over }), 0);

describe("an answer under load", () => {
  it("that names one release throughout is whole, with a marker or without", () => {
    assert.deepEqual(answer({}), { releases: ["v8.1.0"] });
    assert.deepEqual(answer({ marker: null }), { releases: ["v8.1.0"] });
  });

  it("mixes releases when header, code, files or folder differ", () => {
    assert.deepEqual(answer({}, "v8.0.1"), { releases: ["v8.0.1", "v8.1.0"] });
    assert.deepEqual(answer({ source: "v8.0.1" }), { releases: ["v8.1.0", "v8.0.1"] });
    assert.deepEqual(answer({ source: null }), { releases: ["v8.1.0", "no source"] });
    assert.deepEqual(answer({ marker: "v8.0.1" }), { releases: ["v8.1.0", "v8.0.1"] });
    assert.deepEqual(answer({ root: "/var/www/b" }), { releases: ["v8.1.0", "/var/www/a by way of /var/www/b"] });
  });

  it("failed when it is no 200, not whole, or lost a part of what was sent", () => {
    assert.deepEqual(parseAnswer(502, undefined, "", 0), { failure: "answered 502" });
    assert.deepEqual(parseAnswer(200, "v8.1.0", '{"release":', 0), { failure: "an answer of 11 characters that is not whole" });
    assert.deepEqual(parseAnswer(200, "v8.1.0", JSON.stringify(told), 1000), { failure: "0 of 1000 bytes arrived" });
  });
});

describe("the figures of a load", () => {
  const sample = (began: number, ended: number, more: Partial<Sample> = {}): Sample => ({
    kind: "kept",
    began,
    ended,
    releases: ["v1"],
    ...more,
  });

  it("count failures by what they were, mixtures, and latencies of the quick requests alone", () => {
    const samples = [
      ...Array.from({ length: 98 }, (_, index) => sample(0, index + 1)),
      sample(0, 500, { failure: "kept: answered 502", releases: [] }),
      sample(0, 1000, { kind: "fresh", releases: ["v1", "v2"] }),
      sample(0, 3000, { kind: "slow" }),
    ];
    const failures = { "kept: answered 502": 1 };
    assert.deepEqual(figuresOf(samples), { requests: 101, failed: 1, mixed: 1, failures, p50: 50, p95: 95, p99: 500 });
  });

  it("set requests that were under way in a window apart from the others", () => {
    const [before, into, out, after] = [sample(0, 9), sample(5, 12), sample(18, 30), sample(21, 25)];
    assert.deepEqual(around([before, into, out, after], [{ from: 10, to: 20 }]), { within: [into, out], atRest: [before, after] });
  });
});
