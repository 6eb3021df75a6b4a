import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { type Bump, decideBump } from "../components/migration/bump";
import { endOf, type ScriptFolder, scriptFolder } from "../components/migration/folder";
import { readRange } from "../components/migration/range";
import { newScript } from "../components/migration/template";
import { isVersion, sameVersion } from "../components/migration/version";
import { DeploymentError, withoutStop } from "../host/errors";
import { headOf, relation, workingTree } from "../repository/changes";
import { RepositoryFailed } from "../repository/git";
import { freshFolder } from "../repository/mirror";
import { resolveCommit } from "../repository/resolve";
import { print } from "./print";
import { bumpText } from "./bump-report";

/** What the command was given. */
export interface BumpOptions {
  from: string;
  to: string;
  repository: string;
  scripts: string;
  write?: string;
  json?: boolean;
}

/** `--json` prints this. */
export interface BumpReport extends Bump {
  from: { name: string; commit: string };
  to: { name: string; commit: string };
  /** Path of the script that `--write` made. */
  written: string | null;
}

class BumpRefused extends DeploymentError {}

/** From a range of commits to the next version, by the process's rules. */
export const bump = new Command("bump")
  .description("Decides the next version from what changed since a tag, says why, and makes the next script")
  .requiredOption("--from <tag>", "the release to count on from, for example v8.0.0")
  .requiredOption("--to <ref>", "tag, branch or commit that is to be released; HEAD is what is checked out")
  .option("--repository <path or URL>", "the application's git repository", ".")
  .option("--scripts <folder>", "where its update scripts are", "db/update_scripts")
  .option("--write <name>", "make the next script, named in its header; into the working tree")
  .option("--json", "print JSON")
  .addHelpText("after", "\nA database change or a breaking change of the API: 7.5.1 -> 7.6.0 (major), all else: 7.5.1 -> 7.5.2 (minor).")
  .addHelpText("after", "\nExit code: 0 decided, 2 wrong use: an unknown tag, no repository, a script that can't be made.")
  .action(async (options: BumpOptions) => {
    const report = await reportOf({ ...options, scripts: folderIn(options.scripts) });
    print(options, report, bumpText(report, options));
  });

async function reportOf(options: BumpOptions): Promise<BumpReport> {
  const { repository, scripts, write } = options;
  if (!isVersion(options.from) || /^[0-9a-f]{7,40}$/i.test(options.from)) throw noVersion(options);
  await freshFolder(repository).catch((error: unknown) => {
    throw withAdvice(error, "Type the command in the application's repository, or name it: --repository PATH_OR_URL");
  });
  const [from, to] = [await commitOf(options, "from"), await commitOf(options, "to")];
  const related = await relation(repository, from, to);
  if (related === "before") throw swapped(options);
  const range = await readRange({ repository, from, to, scripts });
  const decided = decideBump({ ...range, current: options.from, isScriptWanted: write !== undefined });
  if (related === "apart")
    decided.warnings.unshift(
      `${options.from} isn't among the commits before ${options.to}: what only ${options.from} has counts as removed`,
    );
  const written = write === undefined ? null : await writeScript(options, decided, range.after);
  return { from: { name: options.from, commit: from }, to: { name: options.to, commit: to }, ...decided, written };
}

async function commitOf({ repository, ...names }: BumpOptions, end: "from" | "to"): Promise<string> {
  const name = names[end];
  const finding = name === "HEAD" ? headOf(repository) : resolveCommit(repository, name);
  return finding.catch((error: unknown) => {
    throw withAdvice(error, `Type the command again with another --${end}`);
  });
}

/** What a deployment advises is no help here. */
const withAdvice = (error: unknown, advice: string): unknown =>
  error instanceof RepositoryFailed ? new BumpRefused(`${withoutStop(error.problem)}. ${advice}`) : error;

const noVersion = ({ from, to }: BumpOptions): BumpRefused =>
  new BumpRefused(
    `--from ${from} is no version, so there is nothing to count on from; name a release's tag. ` +
      `Type for example: selfhelp bump --from v8.0.0 --to ${to} (git tag --list shows the tags)`,
  );

const swapped = ({ from, to }: BumpOptions): BumpRefused =>
  new BumpRefused(
    `${from} comes after ${to}. Type: selfhelp bump ${isVersion(to) ? `--from ${to} --to ${from}` : `--from ${from} --to HEAD`}`,
  );

/** Relative to the repository's top, as git writes it. */
function folderIn(scripts: string): string {
  const parts = scripts.split("/").filter((part) => part !== "" && part !== ".");
  if (scripts.startsWith("/") || parts.includes("..") || parts.length === 0)
    throw new BumpRefused(
      `--scripts ${scripts} must be a folder inside the repository, relative to its top, for example: --scripts db/update_scripts`,
    );
  return parts.join("/");
}

async function writeScript(options: BumpOptions, { current, next }: Bump, after: ScriptFolder): Promise<string> {
  const top = await workingTree(options.repository);
  if (top === undefined)
    throw new BumpRefused(
      `--write needs a working tree, which ${options.repository} isn't. Clone it, and type there: selfhelp bump --from ${options.from} --to ${options.to} --write …`,
    );
  const folder = join(top, options.scripts);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new BumpRefused(`the working tree has no folder ${options.scripts}. If it is the right one, type: mkdir -p ${folder}`);
  const here = readTree(folder);
  refuseOther(options, here, after);
  const script = newScript(here, { name: options.write ?? "", version: next, folder: options.scripts, start: current });
  const path = join(folder, script.file);
  try {
    writeFileSync(path, script.content, { flag: "wx" });
  } catch (error) {
    throw new BumpRefused(`${path} can't be made: ${(error as Error).message}`);
  }
  return path;
}

const readTree = (folder: string): ScriptFolder =>
  scriptFolder(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.sql$/i.test(entry.name))
      .map(({ name }) => ({ name, content: readFileSync(join(folder, name)) })),
  );

/** What is checked out must be what was looked at. */
function refuseOther({ to, scripts }: BumpOptions, here: ScriptFolder, after: ScriptFolder): void {
  const [end, wanted] = [endOf(here), endOf(after)];
  if (end === wanted || (end !== null && wanted !== null && sameVersion(end, wanted))) return;
  const extra = here.chain.find(({ file }) => !after.chain.some((script) => script.file === file));
  throw new BumpRefused(
    extra === undefined
      ? `the working tree's scripts end at ${end ?? "no version"}, those of ${to} at ${wanted ?? "no version"}. Type first: git switch --detach ${to}`
      : `the working tree has ${scripts}/${extra.file} already, which ${to} hasn't: put your statements there, or commit it and name that commit with --to`,
  );
}
