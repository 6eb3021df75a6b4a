import assert from "node:assert/strict";
import { bucketsOf } from "../../../components/metrics/buckets";
import { day } from "../../../components/metrics/metrics";

const time = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const told = (from: string, to: string): string[] => {
  const { unit, buckets } = bucketsOf({ from: time(from), to: time(to) });
  return [unit, ...buckets.map(({ label }) => label)];
};

describe("parts of a time", () => {
  it("are days up to a month, weeks from Monday up to a year, months up to ten years, else years", () => {
    assert.deepEqual(told("2026-02-27", "2026-03-02"), ["day", "27 Feb", "28 Feb", "1 Mar"]);
    assert.deepEqual(told("2026-11-01", "2026-12-10"), ["week", "26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov", "7 Dec"]);
    assert.deepEqual(told("2024-11-20", "2026-01-01").slice(0, 4), ["month", "Nov 2024", "Dec 2024", "Jan 2025"]);
    assert.deepEqual(told("2014-06-01", "2026-06-01").slice(0, 3), ["year", "2014", "2015"]);
  });

  it("cover the time without a gap, and nothing else", () => {
    const period = { from: time("2026-11-04") + 1, to: time("2027-01-20") - 1 };
    const { buckets } = bucketsOf(period);
    assert.equal(buckets[0]?.from, period.from);
    assert.equal(buckets.at(-1)?.to, period.to);
    assert.ok(buckets.every(({ from }, index) => index === 0 || from === buckets[index - 1]?.to));
    assert.ok(buckets.slice(1, -1).every(({ from, to }) => to - from === 7 * day));
  });
});
