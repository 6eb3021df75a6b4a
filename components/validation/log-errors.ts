/** What of a host's logs is new since the switch. */
export interface LoggedErrors {
  /** Newest last: "/var/log/nginx/selfhelp.error.log: 2026/11/23 04:24:18 [error] …" */
  lines: string[];
  /** Since when was looked: the switch, at most an hour ago; ISO 8601. */
  since: string;
}

interface Clock {
  now: number;
  since: number;
  zoneMilliseconds: number;
}

/** Clocks of one host, but one that a line is stamped by may be corrected meanwhile. */
const toleranceMilliseconds = 60_000;
const longestMilliseconds = 3_600_000;

/**
 * Picks from what `errorLines` printed the lines that are stamped since the switch; php-fpm's journal was asked for just those.
 * @returns null when the answer is not complete
 */
export function parseLogs(printed: string): LoggedErrors | null {
  const found = /^clock (\d+\.\d+) ([+-])(\d\d)(\d\d) (\d+\.\d+)$/m.exec(printed);
  if (found === null) return null;
  const [, now, sign, hours, minutes, switched] = found;
  const zoneMilliseconds = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const nowMilliseconds = Number(now) * 1000;
  const since = Math.max(Number(switched) * 1000, nowMilliseconds - longestMilliseconds);
  const lines = printed.split("\n").flatMap((line) => newIn(line, { now: nowMilliseconds, since, zoneMilliseconds }));
  return { lines, since: new Date(since).toISOString() };
}

function newIn(line: string, clock: Clock): string[] {
  const [, kind, place, said] = /^(log|journal) (\S+): (.*)$/.exec(line) ?? [];
  if (kind === undefined || said === undefined) return [];
  return kind === "journal" || isNew(said, clock) ? [`${place}: ${said.replace(/\p{Cc}/gu, " ")}`] : [];
}

/** Without a zone a stamp may be in the host's own, as nginx writes it, or in UTC, as PHP does unless told otherwise. */
function isNew(said: string, { now, since, zoneMilliseconds }: Clock): boolean {
  const stamp = /^\[?(\d{4})[/-](\d\d)[/-](\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?|"datetime":"(?<json>[^"]+)"/.exec(said);
  if (stamp === null) return false;
  const text = stamp.groups?.["json"] ?? `${stamp[1]}-${stamp[2]}-${stamp[3]}T${stamp[4]}${stamp[5] ?? ""}${stamp[6] ?? ""}`;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const read = Date.parse(hasZone ? text : `${text}Z`);
  const times = hasZone ? [read] : [read, read - zoneMilliseconds];
  // A stamp in whole seconds may be from any time of that second.
  const from = /\.\d/.test(text) ? since : Math.floor(since / 1000) * 1000;
  return times.some((time) => time >= from && time <= now + toleranceMilliseconds);
}
