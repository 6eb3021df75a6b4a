import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import Table from "cli-table3";
import { Command } from "commander";
import { linesIn } from "../components/audit/chain";
import { deploymentsOf } from "../components/audit/deployments";
import { recordedDeployments } from "../components/audit/read-log";
import { attemptsOf, type StackHistory } from "../components/metrics/attempts";
import { bandOf } from "../components/metrics/bands";
import { day, type Metrics, metricsOf, monthlyMetrics, type Period } from "../components/metrics/metrics";
import { reportPage } from "../components/metrics/page/page";
import { prometheusText } from "../components/metrics/prometheus";
import { measures } from "../components/metrics/words";
import { DeploymentError, textOf } from "../host/errors";
import { commitTimes } from "../repository/commit-times";
import { plainJson } from "../host/plain";
import { stackNameOf } from "./pulumi";
import { openStack } from "./stack";

interface Options {
  stack: string[];
  log?: string;
  since?: string;
  json?: boolean;
  prometheus?: boolean;
  html?: string;
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
  .option("--html <file>", "write one page with charts, whole in itself, for a browser or to be sent on")
  .action(async (options: Options) => {
    const period = { from: startOf(options.since), to: Date.now() };
    const histories = await historiesOf(options);
    if (options.html !== undefined) return writePage(options.html, await reportPage(histories, period));
    const stacks = histories.map((history) => reportOf(history, period));
    if (options.json === true) process.stdout.write(`${plainJson(stacks)}\n`);
    else process.stdout.write(options.prometheus === true ? prometheusText(stacks) : stacks.map(text).join("\n"));
  });

async function historiesOf({ stack: names, log }: Options): Promise<StackHistory[]> {
  if (log !== undefined) return [historyIn(log)];
  const histories: StackHistory[] = [];
  for (const name of names.length === 0 ? [undefined] : names) histories.push(await historyOf(name));
  return histories;
}

function startOf(since: string | undefined): number {
  if (since === undefined) return Date.now() - usualDays * day;
  const start = /^\d{4}-\d{2}-\d{2}$/.test(since) ? Date.parse(`${since}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(start)) throw new DeploymentError(`--since must be a day, for example 2026-01-31, not "${since}"`);
  return start;
}

function historyIn(path: string): StackHistory {
  try {
    const log = deploymentsOf(linesIn(readFileSync(path, "utf8")));
    return { stack: basename(path), attempts: attemptsOf(log), committedAt: new Map() };
  } catch (error) {
    throw new DeploymentError(`${path} can't be read: ${textOf(error)}`);
  }
}

async function historyOf(name: string | undefined): Promise<StackHistory> {
  const { config, inventory } = await openStack(name);
  const log = await recordedDeployments(inventory);
  const commits = log.flatMap(({ commit }) => commit ?? []);
  // Where the repository can't be had the lead time is unknown; everything else is not.
  const committedAt = await commitTimes(config.repository, commits).catch(() => new Map<string, number>());
  const stack = await stackNameOf(name);
  return { stack, attempts: attemptsOf(log), committedAt };
}

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new DeploymentError(`${file} can't be written: ${textOf(error)}`);
  }
  process.stdout.write(`${file}: ${Math.ceil(page.length / 1024)} KB, for a browser\n`);
}

const reportOf = ({ stack, attempts, committedAt }: StackHistory, period: Period): StackReport => ({
  stack,
  metrics: metricsOf(attempts, period, committedAt),
  months: monthlyMetrics(attempts, period, committedAt),
});

/** As many as a terminal has room for. */
const shownMonths = 6;

function text({ stack, metrics, months }: StackReport): string {
  if (metrics.attempts === 0) return `${stack}: nothing was deployed in this time\n`;
  const newest = months.slice(-shownMonths);
  const table = new Table({ head: ["", "all", "", ...newest.map(({ month }) => month)], style: { head: [], border: [] } });
  for (const { measure, title, shown } of measures)
    table.push([title, shown(metrics[measure]), bandOf(measure, metrics) ?? "", ...newest.map((month) => shown(month.metrics[measure]))]);
  const hidden = months.length - newest.length;
  return `${stack}\n${table.toString()}\n${hidden > 0 ? `${hidden} months before: --json, --html\n` : ""}`;
}
