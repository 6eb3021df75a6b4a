import type { BumpQuestion } from "./bump";
import { counted } from "./chain";
import type { ScriptFolder } from "./folder";
import { type routeChanges, routeFile } from "./route-changes";
import { lostRoutes } from "./routes/controllers";
import type { ScriptChange } from "./script-changes";

const isMapping = (path: string): boolean =>
  /(^|\/)src\/(.+\/)?Entity\/.+\.php$|(^|\/)config\/doctrine\/|\.orm\.(xml|ya?ml)$|(^|\/)migrations\/.+\.php$/.test(path);

/** What the decision leaves to a person. */
export function warningsOf(
  { before, after, files, controllers }: BumpQuestion,
  scripts: readonly ScriptChange[],
  { routes, disagreements }: ReturnType<typeof routeChanges>,
): string[] {
  const mappings = scripts.some(({ change }) => change === "added") ? [] : files.filter(isMapping);
  const problems = [...new Set([...before.problems, ...after.problems].map(({ text }) => text))];
  return [
    ...(mappings.length === 0 ? [] : [`entities or mappings changed (${some(mappings)}), but no script was added: is a script missing?`]),
    ...scripts.filter(({ change }) => change !== "added").map(appliedWarning),
    ...changedHelpers(before, after),
    ...routes.unclear.map(
      ({ file, line, statement, reason }) => `could not tell what ${file}:${line} does to the routes, ${reason}: ${statement}`,
    ),
    ...routes.parameters.map((route) => `the route ${route} has other parameters: if its clients must change, that is a breaking change`),
    ...disagreements,
    ...controllerWarnings(controllers),
    ...problems.map((problem) => `the scripts are no chain: ${problem}`),
  ];
}

const some = (paths: readonly string[]): string =>
  `${paths.slice(0, 3).join(", ")}${paths.length > 3 ? `, and ${paths.length - 3} more` : ""}`;

const appliedWarning = ({ file, change, was }: ScriptChange): string =>
  `${was ?? file} was ${change === "edited" ? "changed (only outside its statements)" : change}${was === undefined ? "" : ` to ${file}`}, ` +
  `and databases may have had it: applied scripts must not change; put the correction into a new one`;

/** A path that can't be read may be the one that seems to be gone, or be gone itself. */
function controllerWarnings({ before, after }: BumpQuestion["controllers"]): string[] {
  const lost = lostRoutes(before, after).map(({ method, path }) => `${method} ${path}`);
  const unread = Math.max(before.unread, after.unread);
  if (unread === 0 || (lost.length === 0 && before.unread <= after.unread)) return [];
  const what = lost.length > 0 && after.unread > 0 ? some(lost) : "more of them";
  return [`could not tell whether controllers lost ${what}: ${counted(unread, "path")} can't be read as plain text`];
}

/** Files without a number run after each migration, if at all; they lead to no version. */
function changedHelpers(before: ScriptFolder, after: ScriptFolder): string[] {
  const names = [...new Set([...before.helpers, ...after.helpers].map(({ file }) => file))].filter((file) => file !== routeFile);
  const checksumIn = ({ helpers }: ScriptFolder, name: string): string | undefined => helpers.find(({ file }) => file === name)?.checksum;
  return names
    .filter((name) => checksumIn(before, name) !== checksumIn(after, name))
    .map((name) => `${name} differs; it has no number, so it wasn't counted as a database change`);
}
