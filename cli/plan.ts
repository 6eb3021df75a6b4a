import Table from "cli-table3";
import { Command, Option } from "commander";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { counted } from "../components/migration/chain";
import { MigrationRefused } from "../components/migration/errors";
import { endOf, type ScriptFolder, scriptFolder } from "../components/migration/folder";
import { type OutlineOptions, outlineOf, type ScriptOutline } from "../components/migration/outline";
import type { Script } from "../components/migration/script";
import { readScripts } from "../components/migration/scripts";
import { compareVersions, sameVersion } from "../components/migration/version";
import { dialectOf } from "../database/dialect";
import { DeploymentError } from "../host/errors";
import { resolveCommit } from "../repository/resolve";
import { print } from "./print";
import { openStack } from "./stack";

interface Options {
  from: string;
  to?: string;
  repository?: string;
  release?: string;
  scripts: string;
  server: "mariadb" | "mysql";
  stack?: string;
  json?: boolean;
}

const usual: Record<Options["server"], string> = { mariadb: "10.11", mysql: "8.0.36" };

/** What a migration from one version to another would do. */
export const plan = new Command("plan")
  .description(
    "The scripts from one database version to another: statements, tables, findings, and how each treats the tables that it changes.",
  )
  .argument("[folder]", "a folder of update scripts; else --repository and --release")
  .requiredOption("--from <version>", "where the database is, for example v8.0.0")
  .option("--to <version>", "where it should be; default: where the scripts end")
  .option("--repository <place>", "path or address of a git repository")
  .option("--release <ref>", "its tag, branch or commit")
  .option("--scripts <folder>", "the folder in the repository", "db/update_scripts")
  .addOption(new Option("--server <kind>", "whose rules for altering tables count").choices(["mariadb", "mysql"]).default("mariadb"))
  .option("-s, --stack <name>", "a Pulumi stack, whose database is asked for its version and the size of its tables")
  .option("--json", "print JSON")
  .addHelpText("after", "\nExit code: 0 printed, 2 wrong use, no such way, or a place that can't be read.")
  .action(async (folder: string | undefined, options: Options, command: Command) => {
    if ((folder === undefined) === (options.release === undefined))
      command.error("error: name either a folder of update scripts, or --repository and --release");
    const chain = folder === undefined ? await chainOf(options) : chainIn(folder);
    const way = wayThrough(chain, options.from, options.to ?? endOf({ chain }) ?? options.from);
    const outlines = outlineOf(way, {
      earlier: chain.slice(0, way[0] === undefined ? 0 : chain.indexOf(way[0])),
      ...(await serverOf(options)),
    });
    print(options, { scripts: outlines }, asText(outlines));
  });

function chainIn(folder: string): Script[] {
  const files = readable(folder);
  const { chain, problems }: ScriptFolder = scriptFolder(files);
  if (problems.length > 0)
    process.stderr.write(`the scripts in ${folder} are no chain:\n${problems.map(({ text }) => `    ${text}\n`).join("")}`);
  return chain;
}

async function chainOf({ repository = ".", release = "", scripts }: Options): Promise<Script[]> {
  const place = /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) ? repository : resolve(repository);
  const commit = await resolveCommit(place, release);
  return (await readScripts({ repository: place, commit, scripts, afterEach: [], acknowledged: [] })).chain;
}

function readable(folder: string): { name: string; content: Buffer }[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.sql$/i.test(name));
    return names.map((name) => ({ name, content: readFileSync(join(folder, name)) }));
  } catch (error) {
    throw new DeploymentError(`${folder} can't be read: ${(error as Error).message}`);
  }
}

function wayThrough(chain: readonly Script[], from: string, to: string): Script[] {
  const way: Script[] = [];
  for (let at = from; compareVersions(at, to) < 0; at = way.at(-1)?.to ?? to) {
    const next = chain.find((script) => sameVersion(script.from, at));
    if (next === undefined || compareVersions(next.to, to) > 0)
      throw new MigrationRefused(
        `no script leads from ${at} towards ${to}`,
        `There are: ${chain.map(({ file }) => file).join(", ") || "none"}.`,
      );
    way.push(next);
  }
  return way;
}

/** The server's kind, and the size of its tables where a stack says which one it is. */
async function serverOf({ stack, server }: Options): Promise<Pick<OutlineOptions, "server" | "rows">> {
  if (stack === undefined) return { server: { kind: server, version: usual[server] } };
  const database = await (await openStack(stack)).inventory.database();
  const [row] = await database.query<{ version: string }>("SELECT VERSION() AS version");
  const tables = await database.query<{ name: string; count: string | number | null }>(
    "SELECT table_name AS name, table_rows AS count FROM information_schema.tables WHERE table_schema = ?",
    [database.schema],
  );
  const version = row?.version ?? "";
  return {
    server: { kind: dialectOf(version).kind, version },
    rows: new Map(tables.map(({ name, count }) => [name.toLowerCase(), Number(count ?? 0)])),
  };
}

function asText(outlines: readonly ScriptOutline[]): string {
  if (outlines.length === 0) return "nothing to run\n";
  const table = new Table({
    head: ["script", "from", "to", "statements", "findings", "tables"],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, null, null, 50],
  });
  for (const { file, from, to, statements, findings, tables } of outlines) {
    const open = findings.filter(({ acknowledged }) => acknowledged === undefined).length;
    table.push([file, from, to, statements, open, tables.join(", ")]);
  }
  const locks = outlines.flatMap(({ file, locks: some }) =>
    some.map(({ line, table: name, locking, reason, rows }) => {
      const size = rows === undefined ? "" : ` (about ${counted(rows, "row")})`;
      return `${file}:${line}  ${name}${size}: ${locking}, ${reason}\n`;
    }),
  );
  const findings = outlines.flatMap((outline) =>
    outline.findings
      .filter(({ acknowledged }) => acknowledged === undefined)
      .map(({ line, rule, message }) => `${outline.file}:${line}  ${rule}: ${message}\n`),
  );
  return [
    `${table.toString()}\n`,
    ...section("Tables that are changed, but not at once:", locks),
    ...section("Findings (selfhelp lint says more):", findings),
  ].join("");
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : [`\n${title}\n`, ...lines]);
