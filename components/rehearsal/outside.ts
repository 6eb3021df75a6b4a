import type { Step } from "../migration/plan";
import { RehearsalFailed } from "./errors";

/** Where a copy is. */
export interface Surroundings {
  /** Whether the live database is on that server, too. */
  isLive: boolean;
  /** Names of the server's other databases, as far as the user can see them. */
  beside: readonly string[];
}

/**
 * What would reach further than the copy: a name of another database of that server or, where the live one is, a statement about the server itself.
 * @param schema definitions by object, of the copy
 * @throws RehearsalFailed naming the first such place
 */
export function assertStaysInside(steps: readonly Step[], schema: ReadonlyMap<string, string>, { isLive, beside }: Surroundings): void {
  if (!isLive && beside.length === 0) return;
  const named = new RegExp(`(?<![\\w$@.\`])(${beside.flatMap((name) => [`\`${escaped(name)}\``, escaped(name)]).join("|")})\\s*\\.`, "i");
  const reaches = (text: string): boolean => {
    const code = codeOf(text);
    return (isLive ? aboutTheServer : aboutDatabases).test(code) || (beside.length > 0 && named.test(code));
  };
  const place = placeInScripts(steps, reaches) ?? [...schema].find(([, definition]) => reaches(definition))?.[0];
  if (place === undefined) return;
  if (!isLive)
    throw new RehearsalFailed(
      `${place} names a database; run on a copy, it would reach one of those that are on the same server (${beside.join(", ")})`,
      "    Nothing of it was run. Take that out (statements work on the database that they are run in), or give the user of " +
        "selfhelp:rehearsal.database rights on the copies alone.",
    );
  throw new RehearsalFailed(
    `${place} names a database or the server itself; run on a copy, it would reach what is live`,
    "    Nothing of it was run. Take that out (statements work on the database that they are run in; accounts belong to the administrator), or give the " +
      "rehearsal a server of its own (selfhelp:rehearsal.database), or go without one: selfhelp:rehearsal.enabled: false.",
  );
}

function placeInScripts(steps: readonly Step[], reaches: (text: string) => boolean): string | undefined {
  for (const { script, done, repeat } of steps) {
    const statement = [...repeat, ...script.parts.slice(done)].find(({ text }) => reaches(text));
    if (statement !== undefined) return `${script.file}:${statement.line}`;
  }
  return undefined;
}

/** Texts are data ("https://selfhelp.example.org"), unless they are on their way to be run as statements. */
const codeOf = (text: string): string =>
  /^(SET|SELECT|PREPARE|EXECUTE)\b|\bPREPARE\b|\bEXECUTE\s+IMMEDIATE\b/i.test(text)
    ? text
    : text.replace(/'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/g, "''");

const aboutDatabases = /^USE\b|\b(ALTER|DROP)\s+(DATABASE|SCHEMA)\b/i;

const aboutTheServer = new RegExp(
  [
    "^USE\\b",
    "\\b(CREATE|ALTER|DROP|RENAME)\\s+(OR\\s+REPLACE\\s+)?(USER|ROLE|DATABASE|SCHEMA|SERVER)\\b",
    "^(GRANT|REVOKE|SHUTDOWN|KILL|RESET|PURGE|CHANGE|INSTALL|UNINSTALL|FLUSH)\\b",
    "\\bSET\\s+(GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|DEFAULT\\s+ROLE)\\b",
    "@@(GLOBAL|PERSIST)\\s*\\.\\s*\\w+\\s*:?=",
    "\\bINTO\\s+(OUTFILE|DUMPFILE)\\b",
  ].join("|"),
  "i",
);

const escaped = (name: string): string => name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
