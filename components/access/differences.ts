import { parseGrant } from "../../database/grants";
import type { Account, Grant } from "./contract";

/** An account as its server has it: what SHOW GRANTS says, and what SHOW CREATE USER says of TLS. */
export interface LiveAccount {
  grants: string[];
  requiresTls: boolean;
}

/** One thing that is not as wanted; `privileges` are those that lack, or are too many. */
export type Difference = { account: Account } & (
  | { kind: "absent" }
  | { kind: "tls" }
  | { kind: "lacks" | "surplus"; grant: Grant }
  /** Given in another way: a role, a proxy, a routine. */
  | { kind: "other"; line: string }
);

/** @param live null: there is no such account */
export function differencesOf(account: Account, live: LiveAccount | null): Difference[] {
  if (live === null) return [{ account, kind: "absent" }];
  const held = live.grants.map((line) => ({ line, parsed: parseGrant(line) }));
  const given = merged(held.flatMap(({ parsed }) => parsed ?? []));
  const wanted = merged(account.grants);
  return [
    ...(live.requiresTls === account.requireTls ? [] : [{ account, kind: "tls" } as const]),
    ...without(wanted, given).map((grant) => ({ account, kind: "lacks", grant }) as const),
    ...without(given, wanted).map((grant) => ({ account, kind: "surplus", grant }) as const),
    ...held.filter(({ parsed }) => parsed === null).map(({ line }) => ({ account, kind: "other", line }) as const),
  ];
}

const placeOf = ({ database, table }: Grant): string => JSON.stringify([database, table]);

/** One grant a place; USAGE is nothing. */
function merged(grants: readonly Grant[]): Map<string, Grant> {
  const byPlace = new Map<string, Grant>();
  for (const grant of grants) {
    const { privileges = [] } = byPlace.get(placeOf(grant)) ?? {};
    byPlace.set(placeOf(grant), {
      ...grant,
      privileges: [...new Set([...privileges, ...grant.privileges])].filter((one) => one !== "USAGE"),
    });
  }
  return byPlace;
}

/** What of `grants` isn't in `others`; who may do all in a place lacks nothing there. */
const without = (grants: Map<string, Grant>, others: Map<string, Grant>): Grant[] =>
  [...grants].flatMap(([place, grant]) => {
    const there = others.get(place)?.privileges ?? [];
    const privileges = grant.privileges.filter(
      (one) => !there.includes(one) && !(there.includes("ALL PRIVILEGES") && one !== "GRANT OPTION"),
    );
    return privileges.length === 0 ? [] : [{ ...grant, privileges }];
  });

export const accountName = ({ user, from }: Pick<Account, "user" | "from">): string => `${user}@${from}`;

/** "selfhelp_app@127.0.0.1 lacks INSERT on selfhelp.*" */
export function differenceText(difference: Difference): string {
  const name = accountName(difference.account);
  switch (difference.kind) {
    case "absent":
      return `${name} isn't there`;
    case "tls":
      return `${name} may log in ${difference.account.requireTls ? "without" : "only with"} TLS`;
    case "lacks":
      return `${name} lacks ${placeText(difference.grant)}`;
    case "surplus":
      return `${name} may ${placeText(difference.grant)}, too`;
    case "other":
      return `${name} has more: ${difference.line.replace(/ IDENTIFIED .*$/, "")}`;
  }
}

const placeText = ({ privileges, database, table }: Grant): string =>
  `${privileges.join(", ")} on ${database.replace(/\\([_%])/g, "$1")}.${table}`;
