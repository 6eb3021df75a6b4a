import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { BackupManifest } from "../../components/backup/contract";
import { isWhole, type WholeBackup } from "../../components/backup/folder";
import { make } from "../../components/backup/make";
import { readFolder } from "../../components/backup/read-folder";
import { connectDatabase } from "../../database/connect";
import type { Host } from "../../host/host";
import { Secret } from "../../host/secret";
import { siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { type Lab, freshLab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { WayBack } from "../../provider/way-back";
import type { Context, DatabaseSettings } from "../../provider/handler";
import { rootOn } from "./by-hand";

export const directory = "/var/backups/selfhelp";

/** What a step says while it runs, and what stops it. */
export interface Heard {
  onProgress?: (text: string) => unknown;
  warnings?: string[];
  signal?: AbortSignal;
}

/** A real database server for one `describe`, and its backups. */
export class BackupHost {
  lab!: Lab;
  host!: Host & { close(): void };

  /** @param shared a server that another one has booted; default: one of its own */
  constructor(
    private readonly name: string,
    shared?: { lab: Lab; host: Host & { close(): void } },
  ) {
    if (shared !== undefined) {
      before(() => ({ lab: this.lab, host: this.host } = shared));
      return;
    }
    before(async () => {
      this.lab = await freshLab(this.name, [{ name: "db1" }]);
      this.host = this.connect();
    });
    after(async () => {
      this.host?.close();
      await stopLab(this.name);
    });
  }

  /** A connection of its own, which can be cut without the others. */
  connect(): Host & { close(): void } {
    const [db1] = this.lab.hosts;
    assert.ok(db1);
    return connectHost({ ...db1, privateKeyPath: this.lab.deployKeyPath });
  }

  /** By hand, as root. */
  root(script: string, stdin?: string): Promise<string> {
    return rootOn(this.lab, "db1", script, stdin);
  }

  sql(statements: string, database = "selfhelp"): Promise<string> {
    return this.root(`mariadb --default-character-set=utf8mb4 --batch --skip-column-names ${database}`, statements);
  }

  /** Names of schemas like this. */
  schemas(like: string): Promise<string> {
    return this.root(`mariadb -N -e "SHOW DATABASES LIKE '${like}'"`);
  }

  /** All of a schema, as a dump tells it, without what names the schema or the time. */
  dump(schema: string): Promise<string> {
    const options =
      "--single-transaction --routines --triggers --events --hex-blob --order-by-primary --skip-dump-date --dump-history --default-character-set=utf8mb4";
    return this.root(
      `mariadb-dump ${options} ${schema} | sed -E '/^-- Host: /d; s/^((-- .* for|-- Current) database |ALTER DATABASE )[\`'"'"'][^ ]*/\\1/'`,
    );
  }

  get identity(): Secret {
    return new Secret(readFileSync(this.lab.backup.identityPath, "utf8"));
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

  /** What a handler is given; its connection to the database is opened anew for each. */
  context({ onProgress, warnings = [], signal = new AbortController().signal }: Heard = {}, host: Host = this.host): Context {
    const settings = this.settings();
    return {
      inventory: {
        audit: {
          announce: () => undefined,
          note: () => Promise.resolve(new Error("not asked for here")),
          written: () => Promise.resolve(),
          run: () => undefined,
          usually: () => undefined,
        },
        site: siteOf("selfhelp"),
        operator: "ann@laptop",
        host: () => host,
        databaseHost: () => host,
        databaseSettings: settings,
        dumpSettings: settings,
        administrator: () => Promise.reject(new Error("there is no administrator here")),
        copySettings: settings,
        database: () => connectDatabase(settings, host),
        lock: () => Promise.resolve(new Date()),
        relock: () => Promise.resolve(),
      },
      wayBack: new WayBack(),
      signal,
      progress: (text) => onProgress?.(text),
      info: () => undefined,
      warn: (text) => warnings.push(text),
    };
  }

  /** Backups are named by the second. */
  async backUp(isVerified = true, heard: Heard = {}, isGivenUp = false): Promise<BackupManifest> {
    const next = Math.floor(Date.now() / 1000) + 1;
    await waitFor("the next second", 5, () => Promise.resolve(Date.now() / 1000 >= next));
    const { recipient } = this.lab.backup;
    const request = { version: "v8.0.0", commits: {}, recipient, directory, verify: isVerified, copyStays: false, isGivenUp };
    return (await make(request, this.context(heard))).manifest;
  }

  /** As the folder has it now. */
  async stored(id: string): Promise<WholeBackup> {
    const found = (await readFolder(directory, this.host)).find((backup) => backup.id === id);
    assert.ok(found && isWhole(found), found?.problem ?? `${id} is not there`);
    return found;
  }
}
