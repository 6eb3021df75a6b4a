import { readFileSync } from "node:fs";
import type { Script } from "../../components/migration/script";
import { scriptOf } from "../../components/migration/script";
import { runSteps } from "../../components/migration/run";
import { connectDatabase, type DatabaseSession } from "../../database/connect";
import { Secret } from "../../host/secret";
import { connectHost } from "../../host/ssh";
import { type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import type { Context, DatabaseSettings } from "../../provider/handler";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 5;
const statements = 1000;

const schema = `DROP DATABASE IF EXISTS selfhelp; CREATE DATABASE selfhelp CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE selfhelp;
CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE lookups (id int PRIMARY KEY AUTO_INCREMENT, code varchar(100) UNIQUE, description varchar(255));`;

const insert = (index: number): string =>
  `INSERT INTO lookups (code, description) VALUES ('code ${index}', 'what the code ${index} means, in a few words');`;

/** As a script that fills tables: rows one by one. */
const rows = scriptWith(insert);

/** As a script that also changes what is there: every second statement an update, every fiftieth one of the schema. */
const mixed = scriptWith((index) => {
  if (index % 50 === 0) return `CREATE TABLE part_${index} (id int PRIMARY KEY AUTO_INCREMENT, text varchar(255));`;
  return index % 2 === 0 ? insert(index) : `UPDATE lookups SET description = 'changed by ${index}' WHERE code = 'code ${index - 1}';`;
});

function scriptWith(statement: (index: number) => string): string {
  const lines = Array.from({ length: statements - 1 }, (_, index) => statement(index + 1));
  return ["UPDATE version SET version = 'v8.1.0';", ...lines].join("\n");
}

/** 1,000 small statements: a migration, ledger and all, over SSH from the deployer, against the mariadb client with the same file on the database's host. */
export async function migrationStatements(): Promise<Figure> {
  try {
    const lab = await freshLab("benchstatements", [{ name: "db1", role: "database" }]);
    const ofRows = await compare(lab, rows);
    const ofMixed = await compare(lab, mixed);
    return {
      ratio: ofRows.ratio,
      goal: 1.5,
      ourSeconds: ofRows.ours,
      clientSeconds: ofRows.client,
      mixedRatio: ofMixed.ratio,
      mixedSeconds: ofMixed.ours,
      mixedClientSeconds: ofMixed.client,
      statements,
      rounds,
    };
  } finally {
    await stopLab("benchstatements");
  }
}

async function compare(lab: Lab, sql: string): Promise<{ ratio: number; ours: number; client: number }> {
  const pairs: { ours: number; client: number }[] = [];
  for (let round = 0; round <= rounds; round++) pairs.push({ ours: await byMigration(lab, sql), client: await byClient(lab, sql) });
  const counted = pairs.slice(1); // the first is a warm-up
  return {
    ratio: rounded(median(counted.map(({ ours, client }) => ours / client))),
    ours: rounded(median(counted.map(({ ours }) => ours))),
    client: rounded(median(counted.map(({ client }) => client))),
  };
}

/** @returns seconds, the opening of the script's session and the ledger's rows included */
async function byMigration(lab: Lab, sql: string): Promise<number> {
  await asRoot(lab, ["mariadb"], schema);
  const [db1] = lab.hosts;
  if (db1 === undefined) throw new Error("the lab has no host");
  const host = connectHost({ ...db1, privateKeyPath: lab.deployKeyPath });
  const open = (): Promise<DatabaseSession> => connectDatabase(settingsOf(lab), host, "several statements");
  const database = await connectDatabase(settingsOf(lab), host);
  const context = {
    signal: new AbortController().signal,
    inventory: { operator: "bench" },
    progress: ignored,
    info: ignored,
    warn: ignored,
  };
  try {
    const script: Script = scriptOf({ file: "40_update_v8.0.0_v8.1.0.sql", from: "v8.0.0", to: "v8.1.0" }, Buffer.from(sql));
    if (script.statements !== statements) throw new Error(`the script has ${script.statements} statements`);
    const started = performance.now();
    await runSteps([{ script, done: 0, repeat: [] }], {
      database,
      open,
      plannedFrom: "v8.0.0",
      backup: null,
      commit: "bench",
      settings: { lockWaitSeconds: 10 },
      context: context as unknown as Context,
    });
    return (performance.now() - started) / 1000;
  } finally {
    await database.close();
    host.close();
  }
}

const ignored = (): void => undefined;

const settingsOf = ({ database }: Lab): DatabaseSettings => ({
  over: "db1",
  address: "127.0.0.1",
  port: database.port,
  name: database.name,
  user: database.deployUser,
  password: new Secret(database.deployPassword),
  tls: { ca: readFileSync(database.caPath, "utf8") },
});

/** @returns seconds of the client alone, as the host's own clock tells: no SSH in it */
async function byClient(lab: Lab, sql: string): Promise<number> {
  await asRoot(lab, ["mariadb"], schema);
  await asRoot(lab, ["tee", "/tmp/script.sql"], sql);
  const { deployUser, deployPassword } = lab.database;
  const timed = `export MYSQL_PWD='${deployPassword}'; from=$(date +%s%N); mariadb --user=${deployUser} selfhelp </tmp/script.sql; echo $(($(date +%s%N) - from))`;
  return Number(await asRoot(lab, ["bash", "-euc", timed])) / 1e9;
}

async function asRoot(lab: Lab, argv: readonly string[], stdin?: string): Promise<string> {
  const { stdout, stderr, exitCode } = await onHost(lab, "db1", argv, { asRoot: true, stdin });
  if (exitCode !== 0) throw new Error(`${argv[0]} on db1 failed (${exitCode}): ${stderr}`);
  return stdout;
}
