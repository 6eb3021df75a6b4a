import type { serverFindings } from "./config";
import type { Statement } from "./statements";

export type ServerFinding = (typeof serverFindings)[number];

/** What a server has beside what a stack needs, as its tables say it. */
export interface ServerFacts {
  accounts: { user: string; from: string }[];
  /** The account that asked: "root@%" */
  asking: string;
  /** Tables and views in the schema "test"; null: there is no such schema. */
  testTables: number | null;
  /** Patterns of schemas that everybody may use. */
  openSchemas: string[];
  localInfile: boolean;
}

/** One thing that lets others in. */
export interface Found {
  finding: ServerFinding;
  /** "root@%" */
  what: string;
  /** null: this tool leaves it to an administrator. */
  remedy: Statement | null;
}

/** mysql_secure_installation looks for the first three; LOCAL lets a server ask its client for any file. */
export function findingsOf({ accounts, asking, testTables, openSchemas, localInfile }: ServerFacts): Found[] {
  const [anonymous, remoteRoots] = [
    accounts.filter(({ user }) => user === ""),
    accounts.filter(({ user, from }) => user === "root" && !local.includes(from)),
  ];
  return [
    ...anonymous.map((one): Found => ({ finding: "anonymous users", what: `@${one.from}`, remedy: dropped(one) })),
    ...remoteRoots.map((one): Found => {
      const name = `${one.user}@${one.from}`;
      return name === asking
        ? { finding: "remote root", what: `${name}, which is access.administrator`, remedy: null }
        : { finding: "remote root", what: name, remedy: dropped(one) };
    }),
    ...(testTables === null ? [] : [testDatabase(testTables)]),
    ...openSchemas.map((pattern): Found => ({ finding: "test database", what: `everybody may use ${pattern}`, remedy: closed(pattern) })),
    ...(localInfile ? [{ finding: "local_infile", what: "on", remedy: offNow } satisfies Found] : []),
  ];
}

/** MariaDB forgets it when it restarts; the next preview finds it again. */
const offNow: Statement = { sql: "SET GLOBAL local_infile = 0", values: [] };
const local = ["localhost", "127.0.0.1", "::1"];
const dropped = ({ user, from }: ServerFacts["accounts"][number]): Statement => ({ sql: "DROP USER ?@?", values: [user, from] });
const closed = (pattern: string): Statement => ({ sql: "DELETE FROM mysql.db WHERE user = '' AND db = ?", values: [pattern] });

/** One with something in it may be somebody's. */
const testDatabase = (tables: number): Found =>
  tables === 0
    ? { finding: "test database", what: "test", remedy: { sql: "DROP DATABASE test", values: [] } }
    : { finding: "test database", what: `test, with ${tables} tables in it`, remedy: null };

/** "remote root: root@%" */
export const foundText = ({ finding, what }: Found): string => `${finding}: ${what}`;
