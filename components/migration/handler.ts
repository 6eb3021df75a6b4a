import { DeploymentError } from "../../host/errors";
import { type Context, type Handler, type Live, unknown } from "../../provider/handler";
import { scriptLine } from "./chain";
import type { DatabaseVersionInputs, DatabaseVersionState } from "./contract";
import { MigrationRefused } from "./errors";
import { selectLastFinished } from "./ledger";
import { type MigrationPlan, planMigration } from "./plan";
import { type LiveVersion, readLiveVersion } from "./read-version";
import { asOnlyRunner, runScript } from "./run";
import { readBase, readScripts, type Script } from "./scripts";
import { compareVersions, isVersion, sameVersion } from "./version";

/** The database at a version, moved there by the scripts of a commit. */
export const databaseVersion: Handler<DatabaseVersionInputs, DatabaseVersionState> = {
  compared: ["version", "scripts"],

  check: ({ version }) =>
    version === undefined || isVersion(version) ? [] : [{ propertyPath: "version", reason: `must be a version like v8.1.0: "${version}"` }],

  read: async (wanted, was, { inventory }) => {
    const database = await inventory.database();
    const [live, scripts] = await Promise.all([readLiveVersion(database), readScripts(sourceOf(wanted))]);
    const reached = reachedScripts(live, scripts);
    const changedAt = live.hasLedger ? await lastFinished(database) : null;
    return {
      inputs: { ...wanted, version: liveVersionLike(wanted.version, live), scripts: linesOf(live, reached) },
      state: { version: live.label, appliedScripts: reached.map(({ file }) => file), changedAt: changedAt ?? was?.changedAt ?? null, change: "unchanged" },
    };
  },

  plan: (live, wanted) => {
    const plan = planMigration(live.state.version, wanted);
    return {
      version: wanted.version,
      appliedScripts: [...live.state.appliedScripts, ...plan.scripts.map(({ file }) => file)].filter(onlyOnce),
      changedAt: unknown,
      change: plan.change,
    };
  },

  act: async (live, wanted, context) => {
    const plan = planMigration(live.state.version, wanted);
    if (!plan.base && wanted.backup === null) throw new MigrationRefused("there is no backup of the database as it is now", "Run `pulumi up` again.");
    const database = await context.inventory.database();
    return asOnlyRunner(database, wanted.lockWaitSeconds, () => migrate(plan, live, wanted, context));
  },
};

async function migrate(
  plan: MigrationPlan,
  live: Live<DatabaseVersionInputs, DatabaseVersionState>,
  wanted: DatabaseVersionInputs,
  context: Context,
): Promise<DatabaseVersionState> {
  const database = await context.inventory.database();
  const { unfinished, label } = await readLiveVersion(database);
  if (label !== live.state.version) throw new MigrationRefused(`the database changed meanwhile: ${live.state.version}, now ${label}`, "Run `pulumi preview` again.");
  const all = await readScripts(sourceOf(wanted));
  const base = plan.base && wanted.base !== undefined ? [await readBase(wanted.repository, wanted.commit, wanted.base)] : [];
  const scripts = [...base, ...all.filter(({ file }) => plan.scripts.some((script) => script.file === file))];
  for (const script of scripts) await runScript(database, script, unfinished, wanted.backup, context);
  const after = await readLiveVersion(database);
  if (!sameVersion(after.label, wanted.version))
    throw new DeploymentError(
      `all scripts ran, but the database says ${after.label} instead of ${wanted.version}: the last one, ${scripts.at(-1)?.file}, doesn't set the version that its name says. ` +
        `Users are still served by the release that was active.`,
    );
  return {
    version: after.label,
    appliedScripts: reachedScripts(after, all).map(({ file }) => file),
    changedAt: await lastFinished(database),
    change: plan.change,
  };
}

const sourceOf = ({ repository, commit, scriptsFolder }: DatabaseVersionInputs) => ({ repository, commit, scripts: scriptsFolder });

/** The scripts at or below the live version, and the one that it is in the middle of. */
function reachedScripts({ label, unfinished }: LiveVersion, scripts: readonly Script[]): Script[] {
  if (unfinished !== undefined) {
    const index = scripts.findIndex(({ file }) => file === unfinished.script);
    return scripts.slice(0, index + 1);
  }
  return label === "empty" ? [] : scripts.filter(({ to }) => compareVersions(to, label) <= 0);
}

const linesOf = ({ unfinished }: LiveVersion, reached: readonly Script[]): string[] =>
  reached.map((script) => scriptLine(script, script.file === unfinished?.script ? unfinished.done : undefined));

/** "8.1.0" in the table is no difference to "v8.1.0" in the config. */
const liveVersionLike = (wanted: string, live: LiveVersion): string =>
  live.unfinished === undefined && isVersion(live.label) && sameVersion(live.label, wanted) ? wanted : live.label;

async function lastFinished(database: Awaited<ReturnType<Context["inventory"]["database"]>>): Promise<string | null> {
  const [row] = await database.query<{ finished: string | null }>(selectLastFinished);
  return row?.finished ?? null;
}

const onlyOnce = (file: string, index: number, all: readonly string[]): boolean => all.indexOf(file) === index;
