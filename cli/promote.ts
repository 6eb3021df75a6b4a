import Table from "cli-table3";
import { Command } from "commander";
import { repositoryAddress } from "../components/deployment/deployer";
import { provenBy } from "../components/protect/rules";
import { DeploymentError } from "../host/errors";
import { resolveCommit, tagsOf } from "../repository/resolve";
import { type OtherState, readOtherStack } from "./other-stack";
import { askPulumi, stackWords } from "./pulumi";
import { readConfig } from "./stack";

interface Options {
  dryRun?: true;
}

const keys = { release: "selfhelp:release", databaseVersion: "selfhelp:databaseVersion", repository: "selfhelp:repository" } as const;

interface Change {
  key: string;
  was: string;
  now: string;
}

/** What one stack has proven becomes what another one wants. */
export const promote = new Command("promote")
  .description(
    "Sets in the config of one stack what another one has proven: its release, pinned to tag or commit, and the database's version where one is set.",
  )
  .argument("<from>", "the stack that has it live, for example staging")
  .argument("<to>", "the stack whose config is set, for example production")
  .option("--dry-run", "only show what would be set")
  .addHelpText("after", "\nExit code: 0 set, or nothing to set; 2 nothing is proven, or a stack can't be read. Nothing was set then.")
  .action(async (from: string, to: string, { dryRun }: Options) => {
    if (from === to) throw new DeploymentError(`"${from}" can't be promoted to itself`);
    const [state, wanted] = await Promise.all([readOtherStack(from), readConfig(to, "without secrets")]);
    const changes = await changesOf(from, state, wanted);
    if (changes.length === 0)
      return void process.stdout.write(`${to} wants what ${from} has proven already. Next: pulumi preview --stack ${to}\n`);
    process.stdout.write(`${tableOf(changes)}\n`);
    if (dryRun === true) return void process.stdout.write("Nothing was set (--dry-run).\n");
    await askPulumi(
      ["config", "set-all", ...stackWords(to), ...changes.flatMap(({ key, now }) => ["--plaintext", `${key}=${now}`])],
      `the config of "${to}" can't be changed`,
    );
    process.stdout.write(`The config of ${to} is set; nothing was deployed. Next: pulumi preview --stack ${to}\n`);
  });

async function changesOf(from: string, state: OtherState, wanted: Readonly<Record<string, string>>): Promise<Change[]> {
  const commit = provenCommit(from, state);
  const release = await pinned(wanted[keys.repository], state.release, commit);
  const version = wanted[keys.databaseVersion] === undefined ? undefined : (state.databaseVersion ?? undefined);
  const set: [string, string | undefined][] = [
    [keys.release, release],
    [keys.databaseVersion, version],
  ];
  return set.flatMap(([key, now]) => (now === undefined || now === wanted[key] ? [] : [{ key, was: wanted[key] ?? "not set", now }]));
}

/** @throws DeploymentError when nothing is proven there */
function provenCommit(from: string, state: OtherState): string {
  const proven = provenBy(from, state);
  if ("problem" in proven) throw new DeploymentError(`${proven.problem}. Nothing was set.`);
  if (state.lastUpdate === "succeeded") return proven.commit;
  throw new DeploymentError(
    `the last pulumi up of "${from}" ${state.lastUpdate === "in-progress" ? "is still running" : `ended as "${state.lastUpdate ?? "unknown"}"`}: ` +
      `bring it to its end there first (pulumi preview --stack ${from}, pulumi up --stack ${from}). Nothing was set.`,
  );
}

/** A tag stays one, if it is still that commit; a branch moves on, and is none. @throws RepositoryFailed when the repository doesn't have the commit */
async function pinned(repository: string | undefined, name: string | null, commit: string): Promise<string> {
  if (repository === undefined) return commit;
  const place = repositoryAddress(repository);
  await resolveCommit(place, commit);
  const tags = await tagsOf(place, commit);
  return name !== null && tags.includes(name) ? name : commit;
}

function tableOf(changes: readonly Change[]): string {
  const table = new Table({ head: ["key", "was", "now"], style: { head: [], border: [] } });
  for (const { key, was, now } of changes) table.push([key, was, now]);
  return table.toString();
}
