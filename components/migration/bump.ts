import { warningsOf } from "./bump-warnings";
import { counted } from "./chain";
import { endOf, type ScriptFolder } from "./folder";
import { type Increment, nextVersion, suffixOf } from "./next-version";
import { routeChanges } from "./route-changes";
import { endpointText, type RouteChanges } from "./routes/compare";
import { type ControllerRoutes, lostRoutes } from "./routes/controllers";
import { type ScriptChange, scriptChanges } from "./script-changes";
import { compareVersions, sameVersion } from "./version";

/** What two commits carry, and the files that differ. */
export interface BumpQuestion {
  /** The version that the first commit is. */
  current: string;
  before: ScriptFolder;
  after: ScriptFolder;
  /** Paths of every file that differs. */
  files: readonly string[];
  /** Of the controllers that differ. */
  controllers: { before: ControllerRoutes; after: ControllerRoutes };
  /** A script is about to be made: that is a database change. */
  isScriptWanted: boolean;
}

/** What `selfhelp bump --json` prints; without `from`, `to` and `written`, which are the command's own. */
export interface Bump {
  current: string;
  /** Where the scripts of the first commit end; null without scripts. */
  database: string | null;
  /** As the process calls them: major 7.5.1 → 7.6.0, minor 7.5.1 → 7.5.2. Null: no file differs. */
  increment: Increment | null;
  /** The next version; the current one when no file differs. */
  next: string;
  /** Why, one sentence each. */
  reasons: string[];
  scripts: ScriptChange[];
  routes: RouteChanges;
  /** Of controllers; routes in `api_routes` are in `routes`. */
  controllerRoutesRemoved: ControllerRoutes["endpoints"];
  /** What the scripts that were added lead to, beside the next version; null when none was added. */
  verdict: { file: string; leadsTo: string; agrees: boolean } | null;
  /** What somebody should look at. */
  warnings: string[];
}

/** Decides by the process's rules: a database change or a breaking change of the API is major, all else minor. */
export function decideBump(question: BumpQuestion): Bump {
  const { current, before, after, controllers, files } = question;
  const scripts = scriptChanges(before.chain, after.chain);
  const ofRoutes = routeChanges(before, after);
  const { routes } = ofRoutes;
  // One that can't be read may be the one that is missing.
  const lost = controllers.after.unread > 0 ? [] : lostRoutes(controllers.before, controllers.after);
  const evidence = [...scriptEvidence(scripts), ...routeEvidence(routes), ...controllerEvidence(lost)];
  const forced = evidence.length === 0 && question.isScriptWanted;
  const increment: Increment | null = evidence.length > 0 || forced ? "major" : files.length > 0 ? "minor" : null;
  const { next, notes } = nextOf(current, increment, endOf(before));
  const reasons = evidence.length > 0 ? evidence : [noEvidence(increment, forced)];
  return {
    ...{ current, database: endOf(before), increment, next, reasons: [...reasons, ...notes] },
    ...{ scripts, routes, controllerRoutesRemoved: lost, verdict: verdictOf(scripts, after, next) },
    warnings: warningsOf(question, scripts, ofRoutes),
  };
}

const scriptEvidence = (scripts: readonly ScriptChange[]): string[] =>
  scripts
    .filter(({ change }) => change !== "edited")
    .map(
      ({ file, change, statements, first, was }) =>
        `database change: ${was ?? file} was ${change}${was === undefined ? "" : ` to ${file}`} (${counted(statements, "statement")}: ${first})`,
    );

const routeEvidence = ({ removed, changed }: RouteChanges): string[] => [
  ...removed.map((endpoint) => `breaking API change: ${endpointText(endpoint)} was removed`),
  ...changed.map(({ was, now }) => `breaking API change: ${endpointText(was)} is now ${now.map(endpointText).join(", ")}`),
];

const controllerEvidence = (lost: ControllerRoutes["endpoints"]): string[] =>
  lost.map(({ method, path }) => `breaking API change: ${method} ${path}, a controller's route, was removed`);

function noEvidence(increment: Increment | null, forced: boolean): string {
  if (forced) return "neither the database nor the API was changed so far: the script that --write makes is the database change";
  return increment === null ? "no file differs" : "no numbered script was added, changed or removed, and no route removed or changed";
}

/** A script can only lead to a version that the database doesn't have yet. */
function nextOf(current: string, increment: Increment | null, database: string | null): { next: string; notes: string[] } {
  if (increment === null) return { next: current, notes: [] };
  const next = nextVersion(current, increment);
  const suffix = suffixOf(current);
  const notes = suffix === "" ? [] : [`the suffix "${suffix}" isn't carried over; what has none is newer`];
  if (increment === "minor" || database === null || compareVersions(database, next) < 0) return { next, notes };
  const later = nextVersion(database, increment);
  return { next: later, notes: [...notes, `the database is already at ${database}, so that ${next} can't be reached by a script`] };
}

/** Of several scripts the last one says where they lead. */
function verdictOf(scripts: readonly ScriptChange[], { chain }: ScriptFolder, next: string): Bump["verdict"] {
  const added = chain.findLast(({ file }) => scripts.some((one) => one.file === file && one.change === "added"));
  return added === undefined ? null : { file: added.file, leadsTo: added.to, agrees: sameVersion(added.to, next) };
}
