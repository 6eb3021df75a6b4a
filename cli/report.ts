import { readFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { readChain } from "../components/audit/chain";
import { deploymentsOf, type RecordedDeployment } from "../components/audit/deployments";
import { bandOf } from "../components/metrics/bands";
import { attemptsOf, day, type Metrics, metricsOf, monthlyMetrics, type Period } from "../components/metrics/metrics";
import { prometheusText } from "../components/metrics/prometheus";
import { durationText } from "../components/migration/durations";
import { DeploymentError, textOf } from "../host/errors";
import { commitTimes } from "../repository/commit-times";
import { logOf } from "./audit";
import { openStack } from "./stack";

interface Options {
  stack: string[];
  log?: string;
  since?: string;
  json?: boolean;
  prometheus?: boolean;
}

/** What is reported of one stack. */
interface StackReport {
  stack: string;
  metrics: Metrics;
  months: { month: string; metrics: Metrics }[];
}

const usualDays = 90;

/** How often, how fast and how well stacks are deployed. */
export const report = new Command("report")
  .description("How often, how fast and how well stacks are deployed, from their audit logs, all and by month, with the bands of DORA.")
  .option(
    "-s, --stack <name>",
    "a Pulumi stack; may be given several times; default: the selected one",
    (name, all: string[]) => [...all, name],
    [],
  )
  .option("--log <file>", "a copy of a stack's deployments.jsonl, in the place of a stack")
  .option("--since <date>", `from this day on, as 2026-01-31; default: the last ${usualDays} days`)
  .option("--json", "print JSON")
  .option("--prometheus", "print gauges in Prometheus' text format")
  .action(async ({ stack: names, log, since, json, prometheus }: Options) => {
    const period = { from: startOf(since), to: Date.now() };
    const stacks: StackReport[] = [];
    if (log !== undefined) stacks.push(reportOf(log, readLogFile(log), period, new Map()));
    else for (const name of names.length === 0 ? [undefined] : names) stacks.push(await reportOfStack(name, period));
    if (json === true) process.stdout.write(`${JSON.stringify(stacks, null, 2)}\n`);
    else process.stdout.write(prometheus === true ? prometheusText(stacks) : stacks.map(text).join("\n"));
  });

function startOf(since: string | undefined): number {
  if (since === undefined) return Date.now() - usualDays * day;
  const start = /^\d{4}-\d{2}-\d{2}$/.test(since) ? Date.parse(`${since}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(start)) throw new DeploymentError(`--since must be a day, for example 2026-01-31, not "${since}"`);
  return start;
}

function readLogFile(path: string): RecordedDeployment[] {
  try {
    return deploymentsOf(readChain(readFileSync(path, "utf8"), null).lines);
  } catch (error) {
    throw new DeploymentError(`${path} can't be read: ${textOf(error)}`);
  }
}

async function reportOfStack(name: string | undefined, period: Period): Promise<StackReport> {
  const { config, inventory } = await openStack(name);
  const log = deploymentsOf(readChain(await logOf(inventory), null).lines);
  const commits = log.flatMap(({ commit }) => commit ?? []);
  // Where the repository can't be had the lead time is unknown; everything else is not.
  const times = await commitTimes(config.repository, commits).catch(() => new Map<string, number>());
  return reportOf(name ?? "selected stack", log, period, times);
}

function reportOf(stack: string, log: readonly RecordedDeployment[], period: Period, times: ReadonlyMap<string, number>): StackReport {
  const attempts = attemptsOf(log);
  return { stack, metrics: metricsOf(attempts, period, times), months: monthlyMetrics(attempts, period, times) };
}

function text({ stack, metrics, months }: StackReport): string {
  if (metrics.attempts === 0) return `${stack}: nothing was deployed in this time\n`;
  const table = new Table({ head: ["", "all", "", ...months.map(({ month }) => month)], style: { head: [], border: [] } });
  for (const { measure, title, shown } of rows)
    table.push([title, shown(metrics[measure]), bandOf(measure, metrics) ?? "", ...months.map((month) => shown(month.metrics[measure]))]);
  return `${stack}\n${table.toString()}\n`;
}

type Shown = (value: number | null) => string;

const known =
  (show: (value: number) => string): Shown =>
  (value) =>
    value === null ? "-" : show(value);
const count = known(String);
const percent = known((value) => `${Math.round(value * 1000) / 10} %`);
const time = known((value) => (value < 2 * 86_400 ? durationText(value * 1000) : `${(value / 86_400).toFixed(1)} days`));

const rows: { measure: keyof Metrics; title: string; shown: Shown }[] = [
  { measure: "deployments", title: "deployments", shown: count },
  { measure: "deploymentsPerDay", title: "of a day", shown: known((value) => value.toFixed(2)) },
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
