import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackupManifest } from "../../components/backup/contract";
import { manifestText } from "../../components/backup/manifest";
import type { Decision } from "../../components/backup/retention";
import { type Holder, holdLock } from "../../host/lock";
import { siteOf } from "../../host/site";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";
import { BackupHost, directory } from "./backup-host";

const base = `CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50)); INSERT INTO users (name) VALUES ('Zoë 🙂'), ('Bob');
CREATE VIEW names AS SELECT name FROM users;`;

describe("selfhelp backups", function () {
  this.timeout(120_000);

  const on = new BackupHost("backupscli");
  let stack: LabStack;
  let folder: string;

  before(async () => {
    removeConfig("backupscli");
    stack = new LabStack(on.lab);
    await stack.configure({ release: "v8.0.0" });
    folder = mkdtempSync(join(tmpdir(), "downloads-"));
    for (const from of ["127.0.0.1", "localhost"]) await on.sql(`GRANT ALL ON restored.* TO selfhelp_deploy@'${from}'`);
  });
  after(() => {
    removeConfig("backupscli");
    rmSync(folder, { recursive: true });
  });

  const run = (...words: string[]): Promise<PulumiRun> => stack.selfhelp("backups", ...words);
  async function said(exitCode: number, ...words: string[]): Promise<string> {
    const run_ = await run(...words);
    assert.equal(run_.exitCode, exitCode, `${words.join(" ")}\n${run_.output}`);
    return run_.output;
  }
  const json = async <Answer>(...words: string[]): Promise<Answer> => JSON.parse(await said(0, ...words, "--json")) as Answer;
  const files = (): Promise<string> => on.root(`ls -A ${directory} 2>/dev/null || true`);
  const key = (): string[] => ["--identity", on.lab.backup.identityPath];
  let made: BackupManifest;

  it("makes none of an empty database, and lists none", async () => {
    assert.equal(await said(0, "create"), "none was made: the database is empty\n");
    assert.equal(await said(0, "list"), `there are no backups in ${directory} on db1\n`);
    assert.match(await said(2, "verify", "latest", ...key()), /there is no backup latest in \/var\/backups\/selfhelp on host "db1"/);
    assert.equal(await files(), "");
  });

  it("makes one, proven, and says what it holds", async () => {
    await on.sql(base);
    assert.match(
      await said(0, "create"),
      /^warning: restored, .* of root@localhost would act for selfhelp_deploy; .*\n\d{8}T\d{6}Z-v8\.0\.0: 2 tables with 3 rows, 1 view, \d kB, verified\n$/,
    );
  });

  it("makes none while a deployment holds the lock, and names who does", async () => {
    const holder: Holder = { operator: "ann@laptop", purpose: "deployment of stack production" };
    const lock = await holdLock(on.host, siteOf("selfhelp"), holder);
    const before = await files();
    assert.match(await said(2, "create"), /locked by ann@laptop, since .*, for the deployment of stack production/);
    assert.match(await said(2, "prune"), /locked by ann@laptop/);
    lock.release();
    assert.equal(await files(), before);
  });

  it("lists them newest first, in a table and as JSON", async () => {
    const { backups } = await json<{ backups: { id: string; manifest: BackupManifest; retention: Decision }[] }>("list");
    const [only] = backups;
    assert.ok(only && backups.length === 1);
    made = only.manifest;
    assert.deepEqual([only.retention.stays, only.retention.why], [true, "the newest that was verified"]);
    const table = await said(0, "list");
    assert.match(
      table,
      new RegExp(
        `│ ${made.id} │ \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d │ v8\\.0\\.0 +│ \\d kB +│ \\d{4}-.* │ stays: the newest that was verified │`,
      ),
    );
    assert.doesNotMatch(table, /\x1b\[/, "colours");
  });

  it("verifies one with the private key, which a variable may name, too", async () => {
    assert.match(await said(0, "verify", made.id, ...key()), / is what was dumped, and restores: 2 tables with 3 rows, 1 view\n$/);
    process.env["SELFHELP_BACKUP_IDENTITY"] = on.lab.backup.identityPath;
    const { output } = await new LabStack(on.lab).selfhelp("backups", "verify", "latest", "--json");
    delete process.env["SELFHELP_BACKUP_IDENTITY"];
    assert.equal((JSON.parse(output) as { backup: BackupManifest }).backup.id, made.id);
    assert.equal(await on.schemas("selfhelp\\_verify%"), "");
  });

  it("asks for the private key, and refuses what is none, before it contacts anything", async () => {
    assert.match(
      await said(2, "verify", made.id),
      /the private key of the backups is needed: --identity FILE, or SELFHELP_BACKUP_IDENTITY=FILE/,
    );
    const file = join(folder, "no.key");
    writeFileSync(file, on.lab.backup.recipient);
    assert.match(await said(2, "restore", made.id, "--to", "restored", "--identity", file), /is not an age private key/);
    assert.match(await said(2, "verify", made.id, "--identity", join(folder, "missing")), /the private key can't be read: ENOENT/);
  });

  it("restores one beside the live database, and once only", async () => {
    assert.match(await said(0, "restore", made.id, "--to", "restored", ...key()), / is in restored: 2 tables with 3 rows, 1 view\n/);
    assert.equal(await on.sql("SELECT GROUP_CONCAT(name) FROM users", "restored"), "Zoë 🙂,Bob");
    assert.match(await said(2, "restore", made.id, "--to", "restored", ...key()), /the schema "restored" is not empty/);
    assert.match(await said(2, "restore", made.id, "--to", "selfhelp", ...key()), /selfhelp rollback --database/);
    assert.match(await said(2, "restore", made.id, ...key()), /required option '--to <schema>' not specified/);
  });

  it("restores one when the live database itself is gone", async () => {
    await on.root("mariadb -e 'DROP DATABASE restored; DROP DATABASE selfhelp'");
    try {
      await said(0, "restore", made.id, "--to", "restored", ...key());
      assert.match(await said(0, "list"), /warning: what stays how long isn't known: [^]*│ \d{8}T/);
    } finally {
      await on.root("mariadb -e 'CREATE DATABASE selfhelp CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'");
      await on.sql(base);
    }
  });

  it("downloads one, its checksum seen to, and says how it is opened", async () => {
    const file = join(folder, "backup.age");
    const output = await said(0, "download", made.id, "--to", file);
    const content = readFileSync(file);
    assert.deepEqual([content.length, createHash("sha256").update(content).digest("hex")], [made.bytes, made.sha256]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const how = /opens with: (.*)\n/.exec(output)?.[1]?.replace("KEY", on.lab.backup.identityPath) ?? "false";
    assert.match(execFileSync("bash", ["-c", how], { encoding: "utf8" }), /^-- Dump completed/m);
    assert.match(await said(2, "download", made.id, "--to", file), /is there already; name another file/);
  });

  it("finds a damaged one: exit code 1, and nothing of it is kept", async () => {
    const archive = `${directory}/${made.id}.sql.zst.age`;
    await on.root(
      `cp -p ${archive} /root/whole && printf '\\377' | dd of=${archive} bs=1 seek=$(($(stat -c %s ${archive}) - 20)) conv=notrunc status=none`,
    );
    const file = join(folder, "damaged.age");
    assert.match(
      await said(1, "download", made.id, "--to", file),
      /is damaged: it is not what its manifest says was written\. Nothing was kept/,
    );
    assert.ok(!existsSync(file) && readdirSync(folder).every((name) => !name.includes("damaged")));
    const { problem } = JSON.parse(await said(1, "verify", made.id, ...key(), "--json")) as { problem: string };
    assert.match(problem, /its archive is damaged/);
    await on.root(`mv /root/whole ${archive}`);
    await on.root(
      `cp -p ${directory}/${made.id}.json /root/manifest && sed -i 's/Bob/Rob/; s/v8.0.0/v8.0.1/' ${directory}/${made.id}.json`,
    );
    assert.match(await said(1, "list"), /│ no backup: its manifest (was changed since it was written|is of)/);
    assert.match(
      await said(1, "restore", made.id, "--to", "restored2", ...key()),
      /its manifest was changed since it was written\. Nothing was changed/,
    );
    await on.root(`mv /root/manifest ${directory}/${made.id}.json`);
  });

  it("takes nothing from a manifest that somebody else put there: no file, no time, no memory, no orders to the terminal, no way back", async () => {
    const idOf = (name: string): string => `20260101T000000Z-${name}`;
    const record = (name: string, changes: Partial<BackupManifest>): string => manifestText({ ...made, id: idOf(name), ...changes });
    const details = made.details as NonNullable<BackupManifest["details"]>;
    const strange = "no\u001b[2J\u009b2Jtable";
    const planted = {
      escapes: record("escapes", { databaseVersion: "v8\u001b[2J" }),
      foreign: record("foreign", { details: { ...details, database: "other" } }),
      names: record("names", { tables: [strange], details: { ...details, objects: [{ kind: "table", name: strange, rows: 5 }] } }),
      text: "only for root\u001b[2J\n",
    };
    const lines = Object.entries(planted).map(([name, text]) => `${idOf(name)} ${Buffer.from(text).toString("base64")}\n`);
    await on.root(
      `cd ${directory}; while read -r id text; do base64 -d <<<"$text" >$id.json; cp -p ${made.id}.sql.zst.age $id.sql.zst.age; done
      mv ${idOf("text")}.json /root/text; ln -s /root/text ${idOf("text")}.json; mkfifo ${idOf("pipe")}.json; truncate -s 1G ${idOf("huge")}.json`,
      lines.join(""),
    );
    const everything = [await said(1, "list")];
    for (const name of ["text", "pipe", "huge", "escapes"]) {
      assert.match(everything[0] ?? "", new RegExp(`${idOf(name)} .*no backup: its manifest (can't be read|is missing)`));
      everything.push(await said(1, "verify", idOf(name), ...key()));
    }
    everything.push(await said(1, "verify", idOf("names"), ...key()));
    const back = (id: string): Promise<PulumiRun> => stack.selfhelp("rollback", "--release", "v8.0.0", "--database", id, "--yes");
    for (const name of ["foreign", "escapes", "text"]) {
      const { exitCode, output } = await back(idOf(name));
      assert.match(
        `${exitCode} ${output}`,
        new RegExp(`^2 [^]*there is no such backup in ${directory}: ${idOf(name)}. Nothing was changed`),
      );
    }
    const { exitCode, output } = await back(idOf("names"));
    assert.match(`${exitCode} ${output}`, /^2 [^]*no \[2J 2Jtable: not there -> 5[^]*with --yes, say that you know it/);
    assert.doesNotMatch([...everything, output].join(""), /\u001b|\u009b|only for root/);
    assert.doesNotMatch(await said(1, "list", "--json"), /\u001b|only for root/);
    await on.root(`rm ${directory}/20260101T000000Z-*`);
  });

  it("removes what is not kept, after saying so, and nothing else", async () => {
    const day = (daysAgo: number): string => new Date(Date.parse(made.takenAt) - daysAgo * 24 * 3600 * 1000).toISOString();
    const idOf = (takenAt: string): string => `${takenAt.slice(0, 19).replace(/[-:]/g, "")}Z-v8.0.0`;
    const old = Array.from({ length: 40 }, (_, index) => day(index + 1));
    const copies = old.map((takenAt) => {
      const manifest: BackupManifest = { ...made, id: idOf(takenAt), takenAt };
      return `${manifest.id} ${manifestText(manifest)}`;
    });
    const copy = `cd ${directory}; while read -r id manifest; do cp -p ${made.id}.sql.zst.age $id.sql.zst.age; printf '%s\\n' "$manifest" >$id.json; done`;
    await on.root(copy, copies.join(""));
    const needed = idOf(old[38] ?? "");
    await on.sql(`CREATE TABLE selfhelp_migrations (id int PRIMARY KEY AUTO_INCREMENT, script varchar(99), from_version varchar(99), to_version varchar(99), statements int, done int,
      state varchar(10), backup varchar(100), started_at datetime, finished_at datetime); INSERT INTO selfhelp_migrations VALUES (1, '39_update_v7.6.0_v8.0.0.sql', 'v7.6.0', 'v8.0.0', 1, 1, 'applied', '${needed}', NOW(), NOW())`);
    await on.root(`mkdir ${directory}/.partial-20260101T000000Z-v8.0.0 && echo mine >${directory}/notes.txt`);
    await stack.configure({
      release: "v8.0.0",
      backup: { recipient: on.lab.backup.recipient, keep: { daily: 3, weekly: 2, monthly: 1, minimum: 2 } },
    });
    const before = await files();
    const { decisions } = await json<{ decisions: Decision[] }>("prune", "--dry-run");
    assert.equal(await files(), before);
    const stay = decisions.filter(({ stays }) => stays);
    assert.ok(stay.length >= 4 && stay.length <= 6, JSON.stringify(stay));
    assert.equal(stay.find(({ id }) => id === needed)?.why, "the way back from v8.0.0");
    const output = await said(0, "prune");
    for (const { id, stays } of decisions)
      assert.equal(output.includes(`removed the backup ${id}: not the newest of a day`), !stays, output);
    const left = (await files()).split("\n").filter((name) => !name.startsWith(".lock") && !name.startsWith(".restoring"));
    assert.deepEqual(left, [...stay.flatMap(({ id }) => [`${id}.json`, `${id}.sql.zst.age`]), "notes.txt"].sort());
    await on.sql("DROP TABLE selfhelp_migrations");
  });

  it("is used wrongly with exit code 2", async () => {
    assert.match(await said(2, "verify"), /missing required argument 'id'/);
    assert.match(
      await said(2, "restore", "20260101T000000Z-v1", "--to", "restored", ...key()),
      /there is no backup 20260101T000000Z-v1 .*selfhelp backups list/,
    );
    assert.match(await said(2, "prune", "--everything"), /unknown option '--everything'/);
  });
});
