import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { DatabaseVersionInputs, DatabaseVersionState } from "../../components/migration/contract";
import { helperLine, scriptLine } from "../../components/migration/chain";
import { databaseVersion } from "../../components/migration/handler";
import { getChain } from "../../components/migration/lookup";
import { connectDatabase, type DatabaseSession } from "../../database/connect";
import type { Host } from "../../host/host";
import { Secret } from "../../host/secret";
import { connectHost } from "../../host/ssh";
import { type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import type { Context, DatabaseSettings, Live } from "../../provider/handler";

/** Folder of the scripts in a test's repository. */
export const folder = "db/update_scripts";

/** What a step says while it runs, and what cancels it. */
export interface Said {
  progress: string[];
  warnings: string[];
  cancel: AbortController;
}

type Read = Live<DatabaseVersionInputs, DatabaseVersionState>;

/** Client programs by server, and what is said to them. */
const programs = {
  MariaDB: { client: "mariadb", dump: ["mariadb-dump"], overTcp: [] as string[] },
  MySQL: { client: "mysql", dump: ["mysqldump", "--set-gtid-purged=OFF"], overTcp: ["--protocol=tcp", "--host=127.0.0.1"] },
};

/** A real database server for the tests of one `describe`, with an empty schema and a session of the deploying user for each. */
export class MigrationHost {
  lab!: Lab;
  host!: Host & { close(): void };
  session!: DatabaseSession;

  private readonly programs: (typeof programs)["MySQL"];

  constructor(
    private readonly name: string,
    server: "MariaDB" | "MySQL" = "MariaDB",
  ) {
    this.programs = programs[server];
    before(async () => {
      this.lab = await freshLab(this.name, [{ name: "db1", role: server === "MySQL" ? "mysql database" : "database" }]);
      const [db1] = this.lab.hosts;
      assert.ok(db1);
      this.host = connectHost({ ...db1, privateKeyPath: this.lab.deployKeyPath });
    });
    after(async () => {
      this.host?.close();
      await stopLab(this.name);
    });
    beforeEach(async () => {
      await this.freshSchema();
      this.session = await this.connect();
    });
    afterEach(() => this.session.close());
  }

  settings(over: Partial<DatabaseSettings> = {}): DatabaseSettings {
    const { database } = this.lab;
    return {
      over: "db1",
      address: "127.0.0.1",
      port: database.port,
      name: database.name,
      user: database.deployUser,
      password: new Secret(database.deployPassword),
      tls: { ca: readFileSync(database.caPath, "utf8") },
      ...over,
    };
  }

  connect(over: Partial<DatabaseSettings> = {}): Promise<DatabaseSession> {
    return connectDatabase(this.settings(over), this.host);
  }

  /** What a script gets. */
  connectForScript(): Promise<DatabaseSession> {
    return connectDatabase(this.settings(), this.host, "several statements");
  }

  /** By hand, with the server's own client, as root. */
  async root(sql: string, ...options: string[]): Promise<string> {
    const argv = [this.programs.client, "--default-character-set=utf8mb4", "--batch", "--skip-column-names", ...options];
    const { stdout, stderr, exitCode } = await onHost(this.lab, "db1", argv, { asRoot: true, stdin: sql });
    assert.equal(exitCode, 0, `${sql}\n${stdout}${stderr}`);
    return stdout.trim();
  }

  inSchema(sql: string): Promise<string> {
    return this.root(sql, "selfhelp");
  }

  freshSchema(): Promise<string> {
    return this.root("DROP DATABASE IF EXISTS selfhelp; CREATE DATABASE selfhelp CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
  }

  async tables(): Promise<string[]> {
    return (await this.inSchema("SHOW TABLES")).split("\n").filter((name) => name !== "");
  }

  /** As the described process does it: the script into the client, as the deploying user. */
  async byClient(sql: string, ...options: string[]): Promise<void> {
    const { deployUser, deployPassword } = this.lab.database;
    const login = [`--user=${deployUser}`, `--password=${deployPassword}`, ...this.programs.overTcp];
    const argv = [this.programs.client, "--default-character-set=utf8mb4", "--comments", ...login, ...options, "selfhelp"];
    const { stderr, exitCode } = await onHost(this.lab, "db1", argv, { stdin: sql });
    assert.ok(exitCode === 0 || options.includes("--force"), stderr);
  }

  /** Schema, routines and rows; without the ledger, and without the times at which rows were written. */
  async dump(): Promise<string> {
    const what = ["--routines", "--triggers", "--events", "--ignore-table=selfhelp.selfhelp_migrations", "selfhelp"];
    const argv = [...this.programs.dump, "--skip-comments", "--skip-dump-date", "--skip-extended-insert", ...what];
    const { stdout, stderr, exitCode } = await onHost(this.lab, "db1", argv, { asRoot: true });
    assert.equal(exitCode, 0, stderr);
    return stdout.replaceAll(/'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d'/g, "'a time'");
  }

  /** What a handler is given, with this server in the inventory. */
  context(said: Partial<Said> = {}, onProgress: (text: string) => void = () => undefined): Context {
    const settings = this.settings();
    return {
      inventory: {
        database: () => Promise.resolve(this.session),
        databaseSettings: settings,
        dumpSettings: settings,
        copySettings: settings,
        operator: "ann@laptop",
        lock: () => Promise.resolve(new Date("2026-01-01T00:00:00.500Z")),
        databaseHost: () => this.host,
        host: () => this.host,
      },
      signal: (said.cancel ?? new AbortController()).signal,
      progress: (text: string) => {
        said.progress?.push(text);
        onProgress(text);
      },
      info: () => undefined,
      warn: (text: string) => said.warnings?.push(text),
    } as unknown as Context;
  }

  /** What the program wants of a commit. */
  async wants(repository: string, commit: string, over: Partial<DatabaseVersionInputs> = {}): Promise<DatabaseVersionInputs> {
    const { afterEach = [], acknowledged = [] } = over;
    const { scripts, helpers, end } = await getChain.answer(
      { repository, commit, scripts: folder, afterEach, acknowledged },
      this.context(),
    );
    return {
      version: end ?? "v8.0.0",
      scripts: [...scripts.map((script) => scriptLine(script)), ...helpers.map(helperLine)],
      repository,
      commit,
      scriptsFolder: folder,
      base: { script: "db/base.sql", version: "v8.0.0" },
      backup: "20260101T000000Z-v8.0.0",
      rehearsed: null,
      durations: null,
      session: { lockWaitSeconds: 10 },
      afterEach,
      strategy: "blue-green",
      atLeast: false,
      restoreFrom: null,
      acknowledged,
      ...over,
    };
  }

  read(wanted: DatabaseVersionInputs): Promise<Read> {
    return databaseVersion.read(wanted, undefined, this.context());
  }

  async planned(wanted: DatabaseVersionInputs): Promise<Awaited<ReturnType<typeof databaseVersion.plan>>> {
    return databaseVersion.plan(await this.read(wanted), wanted);
  }

  /** Reads, plans and acts, as an up does when the step is due. */
  async up(wanted: DatabaseVersionInputs, context = this.context()): Promise<DatabaseVersionState> {
    return databaseVersion.act(await this.read(wanted), wanted, context);
  }

  /** Whether the statement that contains this text runs right now: its connection's number, or nothing. */
  running(text: string): Promise<string> {
    return this.root(`SELECT id FROM information_schema.processlist WHERE info LIKE '%${text}%' AND info NOT LIKE '%processlist%'`);
  }
}
