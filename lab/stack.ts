import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Document, parseDocument } from "yaml";
import { hasDatabase, hasMysql, servesApplication } from "./host-files";
import type { Lab, LabHost } from "./lab";
import { projectFolder } from "./places";

/** What one run of the Pulumi CLI printed (stdout and stderr as they came) and how it ended. */
export interface PulumiRun {
  output: string;
  exitCode: number;
  seconds: number;
}

export interface RunningPulumi {
  process: ChildProcess;
  /** What was printed up to now. */
  output(): string;
  ended: Promise<PulumiRun>;
}

/** Pulumi's path of a secret ("selfhelp:checks[0].password") as the keys to it in a stack's config file. */
const placeOf = (path: string): string[] => ["config", ...path.split(/[.[\]]+/).filter((key) => key !== "")];

/** undefined: there is no such file, or no stack was made with it. */
const saltIn = (file: string): unknown => (existsSync(file) ? parseDocument(readFileSync(file, "utf8")).get("encryptionsalt") : undefined);

const configFileOf = (name: string): string => join(projectFolder, `Pulumi.${name}.yaml`);

/** Takes away a stack's config file; its state goes with the lab. */
export const removeConfig = (name: string): void => rmSync(configFileOf(name), { force: true });

/** A stack of this project, named as its lab, with a state backend and passphrase of its own: nothing of the user's is touched. */
export class LabStack {
  readonly #environment: NodeJS.ProcessEnv;

  readonly #configFile: string;

  /** What Pulumi made of secrets, by path and secret: it takes half a second for each. */
  readonly #encrypted = new Map<string, unknown>();

  /** @param state names its state backend: a second one is what another deployer knows, who shares nothing with the first */
  constructor(
    readonly lab: Lab,
    state = "state",
  ) {
    this.#configFile = configFileOf(lab.name);
    const folder = join(lab.folder, "pulumi");
    mkdirSync(join(folder, state), { recursive: true, mode: 0o700 });
    const passphrase = join(folder, "passphrase");
    if (!existsSync(passphrase)) {
      removeConfig(lab.name); // what an earlier lab of this name left can't be decrypted any more
      writeFileSync(passphrase, randomBytes(16).toString("hex"), { mode: 0o600 });
    }
    this.#environment = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(folder, state)}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      NO_COLOR: "1",
    };
  }

  /** Makes the stack when it isn't there, and writes its config: `config` over what a lab's first host needs, and secrets by their paths. */
  async configure(config: Record<string, unknown>, secrets: Record<string, string> = labSecrets(this.lab)): Promise<void> {
    if (saltIn(this.#configFile) === undefined) await this.#must(["stack", "init", this.lab.name]);
    const values = Object.entries({ ...labConfig(this.lab), ...config }).map(([key, value]) => [`selfhelp:${key}`, value]);
    const file = new Document({ encryptionsalt: saltIn(this.#configFile), config: Object.fromEntries(values) as unknown });
    const known = Object.entries(secrets).filter(([path, secret]) => this.#encrypted.has(`${path}=${secret}`));
    for (const [path, secret] of known) file.setIn(placeOf(path), this.#encrypted.get(`${path}=${secret}`));
    writeFileSync(this.#configFile, file.toString(), { mode: 0o600 });
    for (const [path, secret] of Object.entries(secrets).filter((one) => !known.includes(one))) await this.#setSecret(path, secret);
  }

  async #setSecret(path: string, secret: string): Promise<void> {
    await this.#must(["config", "set", "--secret", "--path", path], secret);
    this.#encrypted.set(`${path}=${secret}`, parseDocument(readFileSync(this.#configFile, "utf8")).getIn(placeOf(path)));
  }

  preview(...options: string[]): Promise<PulumiRun> {
    return this.start(["preview", ...options]).ended;
  }

  up(...options: string[]): Promise<PulumiRun> {
    return this.start(["up", "--yes", "--skip-preview", ...options]).ended;
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.#must(["stack", "output", "--json"])) as Record<string, unknown>;
  }

  /** Frees the stack of an update that was killed, as Pulumi asks for. */
  async cancel(): Promise<void> {
    await this.#must(["cancel", "--yes"]);
  }

  /** The whole recorded state; secrets in it are ciphertext. */
  export(): Promise<string> {
    return this.#must(["stack", "export"]);
  }

  async #must(words: string[], stdin?: string): Promise<string> {
    const { output, exitCode } = await this.start(words, { stdin }).ended;
    if (exitCode !== 0) throw new Error(`pulumi ${words[0]} ${words[1]} failed (${exitCode}): ${output}`);
    return output;
  }

  /** Starts the Pulumi CLI; `show` passes on what it prints. */
  start(words: readonly string[], options: { stdin?: string; show?: boolean } = {}): RunningPulumi {
    const stack = words[1] === "init" ? [] : ["--stack", this.lab.name];
    return this.#run("pulumi", [...words, "--non-interactive", "--cwd", projectFolder, ...stack], options);
  }

  /** Runs this project's own command line on the stack. */
  selfhelp(...words: string[]): Promise<PulumiRun> {
    return this.startSelfhelp(...words).ended;
  }

  startSelfhelp(...words: string[]): RunningPulumi {
    return this.#run(join(projectFolder, "bin", "selfhelp"), [...words, "--stack", this.lab.name]);
  }

  /** The same with no stack named. */
  selfhelpAsTyped(...words: string[]): Promise<PulumiRun> {
    return this.#run(join(projectFolder, "bin", "selfhelp"), words).ended;
  }

  #run(program: string, words: readonly string[], options: { stdin?: string; show?: boolean } = {}): RunningPulumi {
    const started = performance.now();
    const child = spawn(program, words, { cwd: projectFolder, env: this.#environment, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.on("error", () => undefined).end(options.stdin ?? "");
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString("utf8")).slice(-4 * 1024 * 1024);
        if (options.show === true) process.stdout.write(chunk);
      });
    }
    const ended = new Promise<PulumiRun>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ output, exitCode: code ?? 255, seconds: (performance.now() - started) / 1000 }));
    });
    return { process: child, output: () => output, ended };
  }
}

/** A host of a lab as a stack's config names it. */
export const hostConfig = ({ name, address, port, user, hostKey }: LabHost, { deployKeyPath }: Lab): Record<string, unknown> => ({
  ...{ name, address, port, user, hostKey, privateKeyPath: deployKeyPath },
});

/** Config that every stack of a lab needs: each of its web hosts, and the database on the first host that has one. */
function labConfig(lab: Lab): Record<string, unknown> {
  return {
    repository: join(lab.folder, "selfhelp-backend"),
    base: { script: "db/base.sql", version: "v8.0.0" },
    hosts: webHosts(lab).map((host) => hostConfig(host, lab)),
    database: {
      ...databasePlace(lab),
      ...{ name: lab.database.name, user: lab.database.deployUser, tls: { caPath: lab.database.caPath } },
    },
    backup: { recipient: lab.backup.recipient, identityPath: lab.backup.identityPath },
    environment: { DATABASE_CA: "/etc/mysql/lab/ca.pem" },
  };
}

const webHosts = (lab: Lab): LabHost[] => lab.hosts.filter(({ role }) => servesApplication(role));

const databaseHost = (lab: Lab): LabHost => {
  const host = lab.hosts.find(({ role }) => hasDatabase(role));
  if (host === undefined) throw new Error(`lab "${lab.name}" has no host with a database`);
  return host;
};

/** A host without the application is none of the stack's: its server is reached by address, over the first that is. */
function databasePlace(lab: Lab): { host?: string } {
  const { name, address, role } = databaseHost(lab);
  if (!servesApplication(role)) return { host: address };
  return webHosts(lab).length > 1 ? { host: name } : {};
}

function labSecrets(lab: Lab): Record<string, string> {
  const { database } = lab;
  const { address: own, role } = databaseHost(lab);
  const address = webHosts(lab).length > 1 || !servesApplication(role) ? own : "127.0.0.1";
  const serverVersion = hasMysql(role) ? "8.4.0" : "mariadb-10.11.6";
  const login = `${database.appUser}:${encodeURIComponent(database.appPassword)}`;
  return {
    "selfhelp:database.password": database.deployPassword,
    "selfhelp:environment.DATABASE_URL": `mysql://${login}@${address}:${database.port}/${database.name}?serverVersion=${serverVersion}&charset=utf8mb4`,
    "selfhelp:environment.APP_SECRET": createHash("sha256").update(database.appPassword).digest("hex"),
  };
}
