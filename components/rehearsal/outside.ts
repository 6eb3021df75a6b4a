import type { Step } from "../migration/plan";
import { RehearsalFailed } from "./errors";

/**
 * A script or routine that names the live database would reach it from the copy.
 * @param schema definitions by object, of the copy
 * @throws RehearsalFailed naming the first such place
 */
export function assertStaysInside(steps: readonly Step[], schema: ReadonlyMap<string, string>, live: string): void {
  const place = placeInScripts(steps, live) ?? [...schema].find(([, definition]) => names(definition, live))?.[0];
  if (place === undefined) return;
  throw new RehearsalFailed(
    `${place} names a database itself; run on a copy, it would reach the live database "${live}"`,
    "    Nothing of it was run. Take the name out (statements work on the database that they are run in), or give the rehearsal a server of its own " +
      "(selfhelp:rehearsal.database), or go without one: selfhelp:rehearsal.enabled: false.",
  );
}

function placeInScripts(steps: readonly Step[], live: string): string | undefined {
  for (const { script, done } of steps) {
    const statement = script.parts.slice(done).find(({ text }) => /^USE\b/i.test(text) || names(text, live));
    if (statement !== undefined) return `${script.file}:${statement.line}`;
  }
  return undefined;
}

/** Also inside of strings, which may be run as statements. */
const names = (text: string, schema: string): boolean => {
  const name = schema.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  return new RegExp(`(?<![\\w$@.\`])(\`${name}\`|${name})\\s*\\.`, "i").test(text);
};
