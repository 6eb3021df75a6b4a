import { durationText } from "../migration/durations";
import type { Metrics } from "./metrics";

/** A measure in a person's words; "-" for what isn't known. */
export type Shown = (value: number | null) => string;

const known =
  (show: (value: number) => string): Shown =>
  (value) =>
    value === null ? "-" : show(value);

export const count = known((value) => value.toLocaleString("en"));
export const percent = known((value) => `${Math.round(value * 1000) / 10} %`);
/** "42 s", "3 min 20 s", "2 h 5 min", "3.4 days" */
export const time = known((value) => (value < 2 * 86_400 ? durationText(value * 1000) : `${(value / 86_400).toFixed(1)} days`));
/** "2.3 a day", "4.1 a week", "1.5 a month", "6 a year": as often as can be imagined. */
export const frequency = known((perDay) => {
  if (perDay === 0) return "never";
  const [days, name] = perDay >= 1 ? [1, "day"] : perDay >= 1 / 7 ? [7, "week"] : perDay >= 1 / 30 ? [30, "month"] : [365, "year"];
  return `${Number((perDay * days).toFixed(1))} a ${name}`;
});

/** All measures, in the order in which they are told. */
export const measures: { measure: keyof Metrics; title: string; shown: Shown }[] = [
  { measure: "deployments", title: "deployments", shown: count },
  { measure: "deploymentsPerDay", title: "how often", shown: frequency },
  { measure: "leadSeconds", title: "lead time, median", shown: time },
  { measure: "changeFailureRate", title: "change failure rate", shown: percent },
  { measure: "recoverySeconds", title: "time to recovery, median", shown: time },
  { measure: "attempts", title: "attempts", shown: count },
  { measure: "successRate", title: "success rate", shown: percent },
  { measure: "rollbacks", title: "ways back", shown: count },
  { measure: "rollbackRate", title: "rollback rate", shown: percent },
  { measure: "medianSeconds", title: "duration, median", shown: time },
  { measure: "slowestTwentiethSeconds", title: "duration, 95 of 100", shown: time },
];
