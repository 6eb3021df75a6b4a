import { allOnSchema } from "../backup/rights";
import type { Account, Grant } from "./contract";
import type { Difference } from "./differences";

/** A statement and its values; `??` stands for an identifier, `?` for a text. */
export interface Statement {
  sql: string;
  values: string[];
}

/** What ends a difference; undefined: nothing that this tool would say. */
export function correctionOf(difference: Difference): Statement | undefined {
  const { account } = difference;
  switch (difference.kind) {
    case "tls":
      return { sql: account.requireTls ? "ALTER USER ?@? REQUIRE SSL" : "ALTER USER ?@? REQUIRE NONE", values: nameOf(account) };
    case "lacks":
      return grantStatement("GRANT", "TO", difference.grant, account);
    case "surplus":
      return grantStatement("REVOKE", "FROM", withoutKept(difference.grant, account), account);
    case "absent":
    case "other":
      return undefined;
  }
}

/** Who may do everything in a place (MariaDB's further rights are found and taken away when these are gone) is left what it needs there without a moment in which it has nothing. */
function withoutKept(surplus: Grant, { grants }: Account): Grant {
  const kept = grants
    .filter(({ database, table }) => database === surplus.database && table === surplus.table)
    .flatMap(({ privileges }) => privileges);
  if (kept.length === 0 || !surplus.privileges.includes("ALL PRIVILEGES")) return surplus;
  const others = surplus.privileges.filter((one) => one !== "ALL PRIVILEGES");
  return { ...surplus, privileges: [...allOnSchema.filter((one) => !kept.includes(one)), ...others] };
}

/** The server's own names of privileges; a column list is quoted by the server that told it. */
const privilege = /^[A-Z][A-Z_ ]*(?: \((?:`(?:[^`]|``)+`(?:, )?)+\))?$/;

function grantStatement(
  verb: "GRANT" | "REVOKE",
  preposition: "TO" | "FROM",
  { privileges, database, table }: Grant,
  account: Account,
): Statement {
  const strange = privileges.find((one) => !privilege.test(one));
  if (strange !== undefined) throw new Error(`"${strange}" is no privilege`);
  const places = [database, table].map((name) => (name === "*" ? { sql: "*", values: [] } : { sql: "??", values: [name] }));
  return {
    // eslint-disable-next-line own/constant-text -- words that were just looked at, and placeholders
    sql: `${verb} ${privileges.join(", ")} ON ${places.map(({ sql }) => sql).join(".")} ${preposition} ?@?`,
    values: [...places.flatMap(({ values }) => values), ...nameOf(account)],
  };
}

const nameOf = ({ user, from }: Account): string[] => [user, from];

/** Reads an account. */
export const showGrants = (account: Account): Statement => ({ sql: "SHOW GRANTS FOR ?@?", values: nameOf(account) });
export const showAccount = (account: Account): Statement => ({ sql: "SHOW CREATE USER ?@?", values: nameOf(account) });
