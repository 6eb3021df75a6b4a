import { DeploymentError } from "../../host/errors";

/** What a walk printed, of all folders together. */
export interface Findings {
  /** How many there are. */
  count: number;
  /** The first of them. */
  named: Finding[];
}

export interface Finding {
  path: string;
  /** "is 666, not 644"; of what could not be corrected: why not. */
  problem: string;
}

/** How many are named. */
const most = 10;

/** Reads what the walks of `folders` folders printed. @throws DeploymentError when the answer is not complete */
export function parseFindings(host: string, printed: string): Findings {
  const counts = [...printed.matchAll(/^count (\d+)$/gm)].map(([, count]) => Number(count));
  if (!/^end$/m.test(printed))
    throw new DeploymentError(
      `the permissions of the files on host "${host}" could not be read: the answer was cut short. Nothing was changed by this look; try again.`,
    );
  const named = [...printed.matchAll(/^(?:([dflxm]) (\d+) (\S+) (\S+) (\S+) (\S+)|refused) ([0-9a-f]+) ([0-9a-f]+|-)$/gm)].map(
    ([, type, names, mode, owner, wantedMode, wantedOwner, path = "", more = ""]): Finding => ({
      path: decode(path),
      problem:
        type === undefined
          ? decode(more)
          : problemOf({ type, names: Number(names), mode, owner, wantedMode, wantedOwner, target: decode(more) }),
    }),
  );
  return { count: counts.reduce((sum, count) => sum + count, 0), named: named.slice(0, most) };
}

/** One a line: "/var/www/selfhelp-blue/public/index.php is 666, not 644", and at the end "and 12 more". */
export function textsOf({ count, named }: Findings): string[] {
  const more = count - named.length;
  return [...named.map(({ path, problem }) => `${shown(path)} ${problem}`), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** "3 differ: … is 666, not 644; …", of what `textsOf` told. */
export function summaryOf(texts: readonly string[], verb: "differ" | "corrected"): string {
  const count = countOf(texts);
  const named = texts.filter((text) => !isRest(text));
  return `${count} ${verb}: ${named.slice(0, 3).join("; ")}${count > 3 ? "; …" : ""}`;
}

/** How many `textsOf` told of. */
export function countOf(texts: readonly string[]): number {
  const last = texts.at(-1) ?? "";
  return isRest(last) ? texts.length - 1 + Number.parseInt(last.slice("and ".length), 10) : texts.length;
}

/** Paths are absolute: none is taken for this. */
const isRest = (text: string): boolean => /^and \d+ more$/.test(text);

/** A name as it can be shown on one line of a terminal, whatever it holds. */
export const shown = (path: string): string =>
  /[\p{C}\s"'\\]/u.test(path)
    ? JSON.stringify(path).replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    : path;

interface Seen {
  type: string;
  names: number;
  mode?: string;
  owner?: string;
  wantedMode?: string;
  wantedOwner?: string;
  target: string;
}

function problemOf({ type, names, mode, owner, wantedMode, wantedOwner, target }: Seen): string {
  if (type === "x") return "is a development file";
  if (type === "m") return "is missing";
  if (type === "l") return `leads out of the release, to ${shown(target)}`;
  const problems = [
    ...(owner === wantedOwner ? [] : [`belongs to ${owner}, not ${wantedOwner}`]),
    ...(mode === wantedMode ? [] : [`is ${mode}, not ${wantedMode}`]),
    ...(type === "f" && names > 1 ? [`has ${names} names`] : []),
  ];
  return problems.join(" and ");
}

const decode = (hex: string): string => (hex === "-" ? "" : Buffer.from(hex, "hex").toString("utf8"));
