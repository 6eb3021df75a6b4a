import type { EChartsCoreOption } from "echarts/core";
import type { Outcome } from "../attempts";
import type { Part } from "./parts";

/** Outcomes from the ground up, each with the page's colour for it. */
export const outcomes: { outcome: Outcome; title: string; colour: string }[] = [
  { outcome: "stayed", title: "deployed, and stayed", colour: "var(--stayed)" },
  { outcome: "taken back", title: "deployed, and taken back later", colour: "var(--taken-back)" },
  { outcome: "way back", title: "way back", colour: "var(--way-back)" },
  { outcome: "failed", title: "failed", colour: "var(--failed)" },
  { outcome: "cut short", title: "cut short", colour: "var(--cut-short)" },
];

/** How many attempts ended how, stacked. */
export const attemptsChart = (parts: readonly Part[]): EChartsCoreOption => ({
  ...frame(parts, { minInterval: 1 }),
  series: outcomes.map(({ outcome, colour }) => ({
    ...bars(colour),
    stack: "attempts",
    data: parts.map(({ byOutcome }) => byOutcome[outcome] || null),
  })),
});

/** Times by part, as bars; `mark` is a dash in the same place. In the unit that suits the longest of them. */
export function timesChart(parts: readonly Part[], bar: (part: Part) => number | null, mark?: (part: Part) => number | null) {
  const longest = Math.max(0, ...parts.flatMap((part) => [bar(part) ?? 0, mark?.(part) ?? 0]));
  const { unit, seconds } = units.find((one) => longest >= 2 * one.seconds) ?? smallest;
  const inUnit = (value: number | null): number | null => (value === null ? null : value / seconds);
  const dash = {
    type: "scatter",
    symbol: "rect",
    symbolSize: [Math.max(4, Math.min(16, 240 / parts.length)), 3],
    itemStyle: { color: "var(--mark)" },
    silent: true,
  };
  const series = [
    { ...bars("var(--stayed)"), data: parts.map((part) => inUnit(bar(part))) },
    ...(mark === undefined ? [] : [{ ...dash, data: parts.map((part) => inUnit(mark(part))) }]),
  ];
  return { ...frame(parts, { name: unit }), series };
}

const smallest = { unit: "seconds", seconds: 1 };
const units = [{ unit: "days", seconds: 86_400 }, { unit: "hours", seconds: 3600 }, { unit: "minutes", seconds: 60 }, smallest];

const bars = (color: string) => ({
  type: "bar",
  barMaxWidth: 34,
  barCategoryGap: "28%",
  itemStyle: { color, borderColor: "var(--card)", borderWidth: 1 },
  silent: true,
});

/** Axes; colours are the page's, so that one picture is right in light and in dark. */
function frame(parts: readonly Part[], yAxis: { name?: string; minInterval?: number }): EChartsCoreOption {
  const text = { color: "var(--muted)", fontSize: 12 };
  return {
    textStyle: { fontFamily: "system-ui, sans-serif" },
    grid: {
      left: 4,
      right: 8,
      top: yAxis.name === undefined ? 12 : 34,
      bottom: 4,
      outerBoundsMode: "same",
      outerBoundsContain: "axisLabel",
    },
    xAxis: {
      type: "category",
      data: parts.map(({ label }) => label),
      axisLabel: { ...text, hideOverlap: true },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: "var(--axis)" } },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      ...yAxis,
      nameTextStyle: { ...text, align: "left", padding: [0, 0, 0, -20] },
      axisLabel: text,
      splitLine: { lineStyle: { color: "var(--line)" } },
    },
  };
}
