import { DeploymentError } from "../../host/errors";
import { compareVersions } from "./version";
import { endOf, type ScriptFolder } from "./folder";

/** A script can't be made; the message says what to do instead. */
export class ScriptRefused extends DeploymentError {}

export interface NewScript {
  file: string;
  content: string;
}

/**
 * The script that leads from where a chain ends to a version: its number is the next one.
 * @param start where the first script of all begins
 * @throws ScriptRefused
 */
export function newScript(
  { chain, problems }: ScriptFolder,
  { name, version, folder, start }: { name: string; version: string; folder: string; start: string },
): NewScript {
  if (!/^[^\p{Cc}]*\S[^\p{Cc}]*$/u.test(name))
    throw new ScriptRefused('--write needs what the script is for, in one line, for example: --write "User profiles"');
  if (problems.length > 0)
    throw new ScriptRefused(
      `the scripts in ${folder} are no chain, so none is added; correct this first, then type the same again:\n${problems.map(({ text }) => `    ${text}`).join("\n")}`,
    );
  const from = endOf({ chain }) ?? start;
  const last = chain.at(-1);
  if (compareVersions(from, version) >= 0)
    throw new ScriptRefused(
      last === undefined
        ? `the first script would have to lead from ${from} to ${version}`
        : `${folder}/${last.file} already leads to ${from}: put your statements there, as long as no database has had it`,
    );
  const to = withV(version);
  const file = `${numberAfter(last?.file)}_update_${withV(from)}_${to}.sql`;
  return { file, content: contentOf(`${folder}/${file}`, name.trim(), to) };
}

const withV = (version: string): string => version.replace(/^v?/i, "v");

/** As wide as the one before: 09 comes after 08. */
function numberAfter(file = "00"): string {
  const digits = /^\d+/.exec(file)?.[0] ?? "00";
  return String(Number(digits) + 1).padStart(digits.length, "0");
}

const contentOf = (path: string, name: string, version: string): string => `-- File: ${path}
-- ${name}

-- 1. ALWAYS UPDATE VERSION FIRST
UPDATE version SET version = '${version}';

-- 2. YOUR STATEMENTS: schema, indexes, lookup data, data, procedures, API routes
`;
