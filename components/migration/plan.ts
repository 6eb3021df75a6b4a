import { changedRule } from "./changed";
import { chainRule, counted } from "./chain";
import type { Target } from "./contract";
import { MigrationRefused, orRestore } from "./errors";
import type { LedgerRow } from "./ledger";
import type { Acknowledgement } from "./lint/acknowledge";
import { type Finding, lintScripts } from "./lint/lint";
import { type LiveVersion, unknownVersion } from "./read-version";
import { type Continuation, continuation } from "./resume";
import type { Script } from "./script";
import { compareVersions, isVersion, sameVersion } from "./version";

/** What a migration runs, in this order. */
export interface MigrationPlan {
  steps: Step[];
  /** "v8.0.0 -> v8.1.0, 1 script, 21 statements" */
  change: string;
  /** What the lint finds in them that nobody accepted, a line each. */
  findings: string[];
}

/** One script, from where it is to be taken up. */
export interface Step extends Continuation {
  script: Script;
}

/** What of the inputs a plan depends on. */
type Wanted = Pick<Target, "version" | "commit" | "strategy" | "atLeast" | "restoreFrom">;

/** What a commit carries. */
export interface Sources {
  /** The script for an empty database. */
  base: Script | undefined;
  chain: Script[];
  /** Run after each migration, and when their content is another than the last time. */
  helpers: Script[];
  /** Applied once with another content, and not acknowledged. */
  changed: ChangedSince[];
  acknowledged: Acknowledgement[];
}

export interface ChangedSince {
  file: string;
  appliedAt: string | null;
  /** Lines for a person; empty when the old content isn't known any more. */
  difference: string[];
}

/** The way from live to wanted; pure. @throws MigrationRefused when there is no safe one */
export function planMigration(live: LiveVersion, wanted: Wanted, sources: Sources): MigrationPlan {
  const backup = awaitedRestore(live, wanted);
  if (backup !== undefined) return { steps: [], change: `none: restored from ${backup}`, findings: [] };
  if (live.restoring !== undefined)
    throw new MigrationRefused(
      `the database is ${live.label}: a restore was interrupted`,
      `Type, to end it: selfhelp rollback --database ${live.restoring}`,
    );
  if (live.isRunning)
    throw new MigrationRefused(
      `${live.unfinished?.script} is being run right now by ${live.unfinished?.operator ?? "somebody"}: the database is at ${live.label}`,
      "Wait until it has ended; SHOW FULL PROCESSLIST shows its statement.",
    );
  if (live.label === unknownVersion) throw new MigrationRefused(noVersion, giveVersion);
  assertUnchanged(sources.changed);
  const first = firstStep(live, wanted, sources);
  const reached = first?.script.to ?? live.unfinished?.to_version ?? live.label;
  const rest = pathFrom(reached, live, wanted, sources.chain);
  assertNotApplied(rest, live);
  const chain = [...(first === undefined ? [] : [first]), ...rest.map(fromItsBegin)];
  const helpers = sources.helpers.filter((helper) => chain.length > 0 || !hasRun(helper, live));
  const steps = [...chain, ...helpers.map((helper) => fromItsBegin({ ...helper, from: wanted.version, to: wanted.version }))];
  const way = live.label === wanted.version || isNewer(live, wanted) ? live.label : `${live.label} -> ${wanted.version}`;
  const findings = findingsIn(steps, sources);
  if (live.label !== "empty" && wanted.strategy === "blue-green") assertOldCodeSurvives(findings);
  return {
    steps,
    change: [way, stepsText(steps, sources.base)].filter((text) => text !== "").join(", "),
    findings: findings.map(findingLine),
  };
}

const noVersion = "the newest row of the database's table `version` can't be read any more";
const giveVersion =
  "Put it back, for example: INSERT INTO version (version) VALUES ('v8.0.0'); or go back to a backup: selfhelp rollback --database previous";

/** The backup that it is still to be restored from. */
export const awaitedRestore = (
  { restored }: Pick<LiveVersion, "restored">,
  { restoreFrom }: Pick<Target, "restoreFrom">,
): string | undefined => (restoreFrom === null || restored.includes(restoreFrom) ? undefined : restoreFrom);

/** Older code runs on it: nothing is to be done. */
export const isNewer = (
  { label, unfinished }: Pick<LiveVersion, "label" | "unfinished">,
  { version, atLeast }: Pick<Target, "version" | "atLeast">,
): boolean => atLeast && unfinished === undefined && isVersion(label) && compareVersions(label, version) > 0;

/** What the lint finds in what is to run, and nobody accepted; a base makes everything anew. */
function findingsIn(steps: readonly Step[], { base, chain, acknowledged }: Sources): Finding[] {
  const scripts = steps.map(({ script }) => script).filter((script) => script !== base);
  const first = chain.findIndex((script) => scripts.includes(script));
  const before = (first === -1 ? chain : chain.slice(0, first)).filter(({ to }) => base === undefined || compareVersions(to, base.to) > 0);
  const earlier = [...(base === undefined ? [] : [base]), ...before];
  const own = acknowledged.filter(
    ({ rule, script }) => ![changedRule, chainRule].includes(rule) && scripts.some(({ file }) => file === script),
  );
  const ran = new Map(steps.map(({ script, done }) => [script.file, script.parts[done]?.line ?? 1]));
  return lintScripts(scripts, { earlier, acknowledged: own }).filter(
    ({ script, line, acknowledged: reason }) => reason === undefined && line >= (ran.get(script) ?? 1),
  );
}

const findingLine = ({ script, line, column, rule, message }: Finding): string => `${script}:${line}:${column} ${rule}: ${message}`;

/** Between the migration and the switch, and after a return, users are served by the old code on the new schema. */
function assertOldCodeSurvives(findings: readonly Finding[]): void {
  const breaking = findings.filter(({ breaksOldCode }) => breaksOldCode);
  if (breaking.length === 0) return;
  const lines = breaking.map((finding) => `    ${findingLine(finding)}\n`).join("");
  const entries = breaking.map(({ rule, script }) => `      - {rule: ${rule}, script: "${script}", reason: "…"}`);
  throw new MigrationRefused(
    `the release that serves users until the switch would break:\n${lines}`,
    "Make it in two releases (docs/migrations.md: expand and contract); or set selfhelp:strategy to maintenance; or, when the release that serves users doesn't need it any more, accept it " +
      `in the stack's config file:\n    selfhelp:acknowledge:\n${[...new Set(entries)].join("\n")}`,
  );
}

const fromItsBegin = (script: Script): Step => ({ script, done: 0, repeat: [] });

const hasRun = (helper: Script, { applied }: LiveVersion): boolean =>
  applied.findLast(({ script }) => script === helper.file)?.checksum === helper.checksum;

function assertUnchanged(changed: readonly ChangedSince[]): void {
  if (changed.length === 0) return;
  const lines = changed.flatMap(({ file, appliedAt, difference }) => [
    `${file} was changed after it was applied${appliedAt === null ? "" : ` on ${appliedAt.slice(0, 10)}`}`,
    ...difference.map((line) => `    ${line}`),
  ]);
  throw new MigrationRefused(
    `scripts that ran already are other ones now:\n${lines.map((line) => `    ${line}`).join("\n")}\n`,
    "Put them back as they were and make a new script of the change; or accept them in the stack's config file:\n" +
      `    selfhelp:acknowledge:\n${changed.map(({ file }) => `      - {rule: ${changedRule}, script: "${file}", reason: "…"}`).join("\n")}`,
  );
}

/** "base db/base.sql, 2 scripts, 33 statements" */
export function stepsText(steps: readonly Step[], base: Script | undefined): string {
  const ofChain = steps.filter(({ script }) => script !== base);
  const statements = ofChain.reduce((sum, { script, done }) => sum + script.statements - done, 0);
  const counts = `${counted(ofChain.length, "script")}, ${counted(statements, "statement")}`;
  return [...(steps.length > ofChain.length ? [`base ${base?.file}`] : []), ...(ofChain.length > 0 ? [counts] : [])].join(", ");
}

/** What must run before the chain can be followed from a version: the base of an empty database, the rest of an unfinished script. */
function firstStep(live: LiveVersion, wanted: Wanted, { base, chain, helpers }: Sources): Step | undefined {
  // One that may run again does, from its begin, behind the chain.
  if (helpers.some(({ file }) => file === live.unfinished?.script)) return undefined;
  if (live.unfinished !== undefined) return continued(live, live.unfinished, wanted, [...chain, ...(base === undefined ? [] : [base])]);
  if (live.label === "empty") {
    if (base !== undefined) return { script: base, done: 0, repeat: [] };
    throw new MigrationRefused(
      "the database is empty",
      'Set selfhelp:base to what makes it, for example {"script": "db/base.sql", "version": "v8.0.0"}.',
    );
  }
  if (isVersion(live.label)) return undefined;
  throw new MigrationRefused(
    `the database says that its version is "${live.label}"`,
    `Correct it to what it really is, for example: UPDATE version SET version = '${wanted.version}'.`,
  );
}

function continued({ label }: LiveVersion, row: LedgerRow, { commit, version }: Wanted, scripts: readonly Script[]): Step {
  const refused = (reason: string, remedy: string): MigrationRefused =>
    new MigrationRefused(
      `the database is at ${label}${row.error === null ? "" : `, stopped by: ${row.error}`}; ${reason}`,
      `${remedy} ${orRestore(row.backup)}`,
    );
  const script = scripts.find(({ file, from }) => file === row.script && sameVersion(from, row.from_version));
  if (script === undefined)
    throw refused(`commit ${commit.slice(0, 10)} doesn't have that script`, "Deploy a release that has it, so that it can be finished.");
  if (compareVersions(version, script.to) < 0)
    throw refused(
      `going back to ${version} is a rollback, not a migration`,
      `Set selfhelp:databaseVersion to ${script.to}, so that it can be finished.`,
    );
  const next = continuation(script, row);
  if ("problem" in next) throw refused(`it can't be continued: ${next.problem}`, next.remedy);
  return { script, ...next };
}

function pathFrom(start: string, live: LiveVersion, { version, commit, atLeast }: Wanted, scripts: readonly Script[]): Script[] {
  if (atLeast && isNewer(live, { version, atLeast })) return [];
  if (compareVersions(version, start) < 0) throw newerThanWanted(start, live, version);
  const path: Script[] = [];
  for (let at = start; !sameVersion(at, version); at = path.at(-1)?.to ?? at) {
    const [next, fork] = scripts.filter(({ from }) => sameVersion(from, at));
    if (next !== undefined && fork !== undefined)
      throw new MigrationRefused(
        `${next.file} and ${fork.file} both start at ${at}, where the database is to pass: a fork`,
        "Make one chain of them: deploy a release in which only one starts there.",
      );
    if (next === undefined || compareVersions(next.to, version) > 0)
      throw new MigrationRefused(
        `commit ${commit.slice(0, 10)} has no script from ${at} towards ${version}`,
        `Its scripts: ${scripts.map(({ file }) => file).join(", ") || "none"}. Set selfhelp:databaseVersion to a version that one of them ends at.`,
      );
    path.push(next);
  }
  return path;
}

function newerThanWanted(start: string, { label }: LiveVersion, version: string): MigrationRefused {
  if (label === "empty")
    return new MigrationRefused(
      `the base script makes ${start}, newer than the wanted ${version}`,
      `Set selfhelp:databaseVersion to ${start} or newer.`,
    );
  return new MigrationRefused(
    `the database is at ${start}, newer than the wanted ${version}: a downgrade is a rollback, not a migration`,
    `Take selfhelp:databaseVersion out of the stack's config to run older code on it; or restore the backup that was made before: selfhelp rollback --database previous`,
  );
}

/** A version row that somebody set back, or a script undone by hand. */
function assertNotApplied(path: readonly Script[], { label, applied }: LiveVersion): void {
  const again = path.flatMap(
    ({ file, from, to }) => applied.find((row) => row.script === file && sameVersion(row.from_version, from) && { ...row, to }) ?? [],
  )[0];
  if (again === undefined) return;
  throw new MigrationRefused(
    `the database says ${label}, but ${again.script} was applied on ${again.finished_at?.slice(0, 10)}: its version was changed by hand, or the script was undone by hand`,
    `If only the version was changed: UPDATE version SET version = '${again.to_version}'. If the script was undone: DELETE FROM selfhelp_migrations WHERE script = '${again.script}'.`,
  );
}
