import Table from "cli-table3";
import { Command } from "commander";
import { durationText } from "../components/migration/durations";
import { resolved, type Resolution } from "../components/migration/resolve";
import { type LedgerRow, resolveScript } from "../components/migration/ledger";
import { type LiveVersion, readLiveVersion } from "../components/migration/read-version";
import { DeploymentError } from "../host/errors";
import { plainLines } from "../host/plain";
import { print } from "./print";
import { showPulumi, stackWords } from "./pulumi";
import { openStack, type Stack, withStackOption } from "./stack";

interface Options {
  stack?: string;
  json?: boolean;
}

/** What ran in a stack's database, and what to do with a script that stopped. */
export const migrations = new Command("migrations").description("What ran in a stack's database, and scripts that stopped there.");

withStackOption(migrations.command("status"))
  .description("Where the database is, and every script that this tool ran in it.")
  .option("--json", "print JSON")
  .action(async ({ stack, json }: Options) => {
    const live = await onStack(stack, async ({ inventory }) => readLiveVersion(await inventory.database()));
    print({ json }, { version: live.label, ledger: live.ledger }, statusText(live));
    process.exitCode = live.unfinished === undefined ? 0 : 1;
  });

withStackOption(migrations.command("resume"))
  .description("Goes on with a script that stopped, from its first statement that isn't done: shows where it is, then runs `pulumi up`.")
  .option("-y, --yes", "don't ask before it is done")
  .action(async ({ stack, yes }: Options & { yes?: true }) => {
    const live = await onStack(stack, async ({ inventory }) => readLiveVersion(await inventory.database()));
    process.stdout.write(plainLines(statusText(live)));
    if (live.unfinished === undefined) process.stdout.write("no script stopped half way: there is nothing to resume\n");
    else process.exitCode = await showPulumi(["up", ...stackWords(stack), ...(yes ? ["--yes", "--skip-preview"] : [])], "deployment");
  });

withStackOption(migrations.command("resolve"))
  .description("Says how a script that stopped is to be seen; `pulumi up` then goes on from there.")
  .argument("<script>", "the script's file name")
  .option("--took-effect", "the statement whose end nobody saw took effect")
  .option("--no-effect", "it did not")
  .option("--by-hand", "all that was left of the script was done by hand")
  .action(async (script: string, options: Options & { tookEffect?: true; effect?: boolean; byHand?: true }, command: Command) => {
    const given: Resolution[] = [
      ...(options.tookEffect ? (["took effect"] as const) : []),
      ...(options.effect === false ? (["no effect"] as const) : []),
      ...(options.byHand ? (["by hand"] as const) : []),
    ];
    const [resolution] = given;
    if (resolution === undefined || given.length > 1) command.error("error: say one of --took-effect, --no-effect, --by-hand");
    else await onStack(options.stack, (stack) => resolveOn(stack, script, resolution));
  });

async function resolveOn({ inventory }: Stack, script: string, resolution: Resolution): Promise<void> {
  await inventory.lock(`resolving ${script}`);
  const database = await inventory.database();
  const { ledger, isRunning } = await readLiveVersion(database);
  if (isRunning)
    throw new DeploymentError(
      "a migration of this database is running right now: wait until it has ended (SHOW FULL PROCESSLIST shows it)",
    );
  const row = ledger.findLast((one) => one.script === script);
  if (row === undefined)
    throw new DeploymentError(`the ledger has no script ${script}, only: ${ledger.map((one) => one.script).join(", ") || "none"}`);
  const next = resolved(row, resolution);
  if ("problem" in next) throw new DeploymentError(`${next.problem}; nothing was changed`);
  const note =
    next.state === "resolved"
      ? null
      : `${inventory.operator}: statement ${row.done + 1} ${resolution === "took effect" ? "took effect" : "had no effect"}`;
  await database.query(resolveScript, [database.schema, next.state, next.done, next.done_checksum, note, row.id]);
  const { label } = await readLiveVersion(database);
  process.stdout.write(`${script} is ${next.state} now, and the database at ${label}. Next: pulumi up\n`);
}

async function onStack<Result>(name: string | undefined, use: (stack: Stack) => Promise<Result>): Promise<Result> {
  const stack = await openStack(name);
  return use(stack);
}

function statusText({ label, ledger }: LiveVersion): string {
  if (ledger.length === 0) return `the database is at ${label}; this tool ran no script in it\n`;
  const table = new Table({
    head: ["script", "from", "to", "state", "statements", "ended", "took", "by", "commit"],
    style: { head: [], border: [] },
  });
  for (const row of ledger) table.push(cells(row));
  const stopped = ledger.flatMap(({ script, error }) => (error === null ? [] : [`${script}: ${error}\n`]));
  return `the database is at ${label}\n${table.toString()}\n${stopped.join("")}`;
}

const cells = (row: LedgerRow): string[] => [
  ...[row.script, row.from_version, row.to_version, row.state, `${row.done}/${row.statements}`],
  ...[row.finished_at?.slice(0, 19).replace("T", " ") ?? "", row.milliseconds === undefined ? "" : durationText(row.milliseconds)],
  ...[row.operator ?? "", row.commit_id?.slice(0, 10) ?? ""],
];
