import Table from "cli-table3";
import { Command } from "commander";
import type { DeploymentSeal } from "../components/audit/contract";
import { barsOf } from "../components/audit/bars";
import type { RecordedDeployment } from "../components/audit/deployments";
import { readAuditLog, recordedDeployments } from "../components/audit/read-log";
import { durationText } from "../components/migration/durations";
import { DeploymentError } from "../host/errors";
import { plain, plainLines } from "../host/plain";
import { print } from "./print";
import { askPulumi, stackWords } from "./pulumi";
import { openStack, withStackOption } from "./stack";

interface Options {
  stack?: string;
  json?: boolean;
  last?: string;
}

/** What was done to a stack's hosts and database, by whom. */
export const audit = new Command("audit").description(
  "What was done to a stack's hosts and database, by whom: the log on the database's host.",
);

withStackOption(audit.command("list"))
  .description("Prints the newest deployments and commands, oldest first, each with its steps.")
  .option("-n, --last <count>", "how many", "20")
  .option("--json", "print JSON")
  .action(async ({ stack, json, last }: Options) => {
    const deployments = (await recordedDeployments((await openStack(stack)).inventory)).slice(-Number(last));
    print({ json }, deployments, `${tableOf(deployments)}\n`);
  });

withStackOption(audit.command("show"))
  .description("Prints one run: what each step did, and a bar of when and how long it was at work.")
  .argument("[run]", "its id, as `audit list --json` has it, or how it begins; default: the newest one")
  .option("--json", "print JSON")
  .action(async (id: string | undefined, { stack, json }: Options) => {
    const all = await recordedDeployments((await openStack(stack)).inventory);
    const run = all.findLast(({ deployment }) => deployment.startsWith(id ?? ""));
    if (run === undefined)
      throw new DeploymentError(id === undefined ? "nothing was recorded yet" : `the log has no run "${id}": selfhelp audit list`);
    print({ json }, run, textOf(run));
  });

withStackOption(audit.command("verify"))
  .description(
    "Follows the log's chain, and looks for the last deployment that the stack knows of. Exit code: 0 nothing was changed, 1 something was.",
  )
  .action(async ({ stack }: Options) => {
    const outputs = await askPulumi(["stack", "output", "--json", ...stackWords(stack)], "the stack's outputs can't be read");
    const { lastDeployment = null } = JSON.parse(outputs) as { lastDeployment?: DeploymentSeal | null };
    const { lines, problems } = await readAuditLog((await openStack(stack)).inventory, lastDeployment);
    process.stdout.write(
      problems.length === 0 ? `${lines.length} lines, as they were written\n` : plainLines(problems.map((one) => `${one}\n`).join("")),
    );
    process.exitCode = problems.length === 0 ? 0 : 1;
  });

function textOf(found: RecordedDeployment): string {
  const { deployment, at, operator, run, purpose, result, seconds, release, databaseVersion, wanted } = found;
  const way = wanted === null ? "" : `, on the way to ${wanted.release}, the database to ${wanted.databaseVersion}`;
  const end = release === null ? way : `, at ${release}, the database at ${databaseVersion}`;
  const failed = found.steps.filter((step) => step.result !== "done" && step.detail.includes("\n"));
  return [
    `${deployment}: ${purpose}`,
    `by ${operator} on ${at.slice(0, 19).replace("T", " ")} UTC${run === null ? "" : ` (${run})`}`,
    `${result} after ${durationText(seconds * 1000)}${end}`,
    ...barsOf(found),
    ...failed.flatMap(({ step, detail }) => ["", `${step}:`, ...detail.split("\n")]),
  ]
    .map((line) => `${plain(line)}\n`)
    .join("");
}

function tableOf(deployments: readonly RecordedDeployment[]): string {
  if (deployments.length === 0) return "nothing was recorded yet";
  const table = new Table({ head: ["when", "who", "what", "result", "seconds", "steps"], style: { head: [], border: [] } });
  for (const { at, operator, run, purpose, result, seconds, steps, release, wanted } of deployments) {
    const told = steps.map(({ step, result: how, detail }) => `${step}${how === "done" ? "" : ` ${how}`}: ${detail.split("\n")[0]}`);
    table.push([
      at.slice(0, 19).replace("T", " "),
      [operator, ...(run === null ? [] : [run])].map(plain).join("\n"),
      [purpose, ...[release ?? wanted?.release ?? []].flat()].map(plain).join("\n"),
      result,
      seconds,
      told.map(plain).join("\n"),
    ]);
  }
  return table.toString();
}
