import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";
import type { Account, AccountsInputs } from "./contract";
import { type Difference, differencesOf, type LiveAccount } from "./differences";
import { findingsOf, type Found } from "./server-findings";
import { showAccount, showGrants, type Statement } from "./statements";

/** The server's answer to a question about an account that it doesn't have: 1141 by MariaDB and MySQL, 1133 and 1410 by either in older versions, 3162 and 1396 by MySQL. */
const noSuchAccount = [1133, 1141, 1396, 1410, 3162];

/** What differs, account by account. A right in a table that isn't there yet can't be given yet. */
export async function readDifferences(database: Database, { accounts }: AccountsInputs): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const account of accounts) differences.push(...differencesOf(account, await readAccount(database, account)));
  const standing: Difference[] = [];
  for (const one of differences)
    if (one.kind !== "lacks" || (await hasTable(database, one.grant.database, one.grant.table))) standing.push(one);
  return standing;
}

async function readAccount(database: Database, account: Account): Promise<LiveAccount | null> {
  try {
    const grants = await firstColumn(database, showGrants(account));
    const made = await firstColumn(database, showAccount(account));
    return { grants, requiresTls: made.some((line) => / REQUIRE (?!NONE\b)/.test(line)) };
  } catch (error) {
    if (error instanceof StatementFailed && noSuchAccount.includes(error.errno)) return null;
    throw error;
  }
}

async function hasTable(database: Database, schema: string, table: string): Promise<boolean> {
  if (table === "*") return true;
  const rows = await database.query("SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = ?", [schema, table]);
  return rows.length > 0;
}

async function firstColumn(database: Database, { sql, values }: Statement): Promise<string[]> {
  const rows = await database.query<Record<string, string>>(sql, values);
  return rows.flatMap((row) => Object.values(row).slice(0, 1));
}

/** What of the server's own set-up lets others in. */
export async function readFindings(database: Database): Promise<Found[]> {
  const accounts = await database.query<{ user: string; from: string }>(
    "SELECT user AS user, host AS `from` FROM mysql.user WHERE host <> '' AND user IN ('', 'root') ORDER BY user, host",
  );
  const [test] = await database.query<{ tables: number }>(
    "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'test') AS tables FROM information_schema.schemata WHERE schema_name = 'test'",
  );
  const open = await database.query<{ pattern: string }>(
    "SELECT db AS pattern FROM mysql.db WHERE user = '' AND db LIKE 'test%' ORDER BY db",
  );
  const [own] = await database.query<{ asking: string; localInfile: number }>(
    "SELECT CURRENT_USER() AS asking, @@GLOBAL.local_infile AS localInfile",
  );
  return findingsOf({
    accounts,
    asking: own?.asking ?? "",
    testTables: test === undefined ? null : Number(test.tables),
    openSchemas: open.map(({ pattern }) => pattern),
    localInfile: Number(own?.localInfile) === 1,
  });
}
