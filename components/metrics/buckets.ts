import { day, type Period } from "./metrics";

/** A part of a time that is shown as one: a day, a week from Monday on, a month or a year, by UTC; the first and the last as far as the time covers them. */
export interface Bucket extends Period {
  /** "3 Nov", of a week its first day; "Nov 2026"; "2026" */
  label: string;
}

export type Unit = "day" | "week" | "month" | "year";

const longest: { unit: Unit; days: number }[] = [
  { unit: "day", days: 31 },
  { unit: "week", days: 371 },
  { unit: "month", days: 3653 },
];

/** Cut so that there are some dozens at most: by day up to a month, by week up to a year, by month up to ten years, else by year. */
export function bucketsOf({ from, to }: Period): { unit: Unit; buckets: Bucket[] } {
  const unit = longest.find(({ days }) => to - from <= days * day)?.unit ?? "year";
  const buckets: Bucket[] = [];
  for (let start = startOf(unit, from); start < to; start = after(unit, start))
    buckets.push({ label: labelOf(unit, start), from: Math.max(from, start), to: Math.min(to, after(unit, start)) });
  return { unit, buckets };
}

function startOf(unit: Unit, time: number): number {
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const midnight = Date.UTC(year, month, date.getUTCDate());
  switch (unit) {
    case "day":
      return midnight;
    case "week":
      return midnight - ((date.getUTCDay() + 6) % 7) * day;
    case "month":
      return Date.UTC(year, month);
    case "year":
      return Date.UTC(year, 0);
  }
}

/** When the next one begins. */
function after(unit: Unit, start: number): number {
  const date = new Date(start);
  switch (unit) {
    case "day":
      return start + day;
    case "week":
      return start + 7 * day;
    case "month":
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
    case "year":
      return Date.UTC(date.getUTCFullYear() + 1, 0);
  }
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function labelOf(unit: Unit, start: number): string {
  const date = new Date(start);
  const [year, month] = [date.getUTCFullYear(), months[date.getUTCMonth()]];
  if (unit === "year") return `${year}`;
  return unit === "month" ? `${month} ${year}` : `${date.getUTCDate()} ${month}`;
}
