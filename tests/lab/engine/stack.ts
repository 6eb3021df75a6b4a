import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const project = resolve(__dirname, "../../..");

const program = `
const pulumi = require("@pulumi/pulumi");
class Note extends pulumi.CustomResource {
  constructor(name, inputs, options) { super("apphost:test:Note", name, { words: undefined, change: undefined, ...inputs }, options); }
}
const { host, texts } = JSON.parse(process.env.NOTES_WANTED);
const database = { over: "web1", address: "127.0.0.1", port: 3306, name: "n", user: "u", password: "the database's password" };
const provider = new pulumi.ProviderResource("apphost", "apphost", {
  app: "notes",
  hosts: JSON.stringify([{ name: "web1", address: host, port: 22, user: "me", hostKey: "" }]),
  database: pulumi.secret(JSON.stringify(database)),
});
for (const [name, text] of Object.entries(texts)) {
  const note = new Note(name, { file: name, text, token: pulumi.secret("the note's token") }, { provider });
  exports[name] = note.change;
}
`;

export interface Run {
  output: string;
  code: number;
}

/** A small program whose notes are kept by \`plugin.ts\`, deployed by the real engine, with a state of its own. */
export class NotesStack {
  readonly world = mkdtempSync(join(tmpdir(), "notes-"));
  /** What the program says: the folder that stands for the host, and a text for each note. */
  wanted: { host: string; texts: Record<string, string> } = { host: "host1", texts: { note: "one two" } };

  constructor() {
    for (const folder of ["program", "bin", "home", "state", "host1"]) mkdirSync(join(this.world, folder));
    symlinkSync(join(project, "node_modules"), join(this.world, "program/node_modules"));
    this.write(
      "program/Pulumi.yaml",
      "name: notes\nruntime: nodejs\nmain: index.js\nplugins: {providers: [{name: apphost, path: ../bin}]}\n",
    );
    this.write("program/package.json", "{}");
    this.write("program/index.js", program);
    const plugin = join(this.world, "bin/pulumi-resource-apphost");
    writeFileSync(plugin, `#!/usr/bin/env bash\nsource '${project}/scripts/environment'\nrun_typescript '${__dirname}/plugin.ts' "$@"\n`);
    chmodSync(plugin, 0o755);
  }

  remove(): void {
    rmSync(this.world, { recursive: true, force: true });
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.world, path), text);
  }

  /** Empty when there is no such file. */
  read(path: string): string {
    return existsSync(join(this.world, path)) ? readFileSync(join(this.world, path), "utf8") : "";
  }

  start(...words: string[]): { process: ChildProcess; ended: Promise<Run> } {
    const child = spawn("pulumi", [...words, "--non-interactive"], {
      cwd: join(this.world, "program"),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        NOTES_WORLD: this.world,
        NOTES_WANTED: JSON.stringify(this.wanted),
        PULUMI_HOME: join(this.world, "home"),
        PULUMI_BACKEND_URL: `file://${this.world}/state`,
        PULUMI_CONFIG_PASSPHRASE: "passphrase",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<Run>((done, failed) =>
      child.once("error", failed).once("close", (code) => done({ output, code: code ?? 255 })),
    );
    return { process: child, ended };
  }

  async pulumi(...words: string[]): Promise<string> {
    const { output, code } = await this.start(...words).ended;
    if (code !== 0) throw new Error(`pulumi ${words.join(" ")}: ${output}`);
    return output;
  }

  /** A command that must fail. @returns what it printed */
  async failing(...words: string[]): Promise<string> {
    const { output, code } = await this.start(...words).ended;
    if (code === 0) throw new Error(`pulumi ${words.join(" ")} did not fail: ${output}`);
    return output;
  }

  /** What is recorded of a note, and whether anything is pending. */
  async recorded(name: string): Promise<{ text: unknown; initErrors: string[]; pending: unknown[]; state: string }> {
    const state = await this.pulumi("stack", "export");
    const { deployment } = JSON.parse(state) as {
      deployment: { resources?: { urn: string; inputs: { text: unknown }; initErrors?: string[] }[]; pending_operations?: unknown[] };
    };
    const found = deployment.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
    return { text: found?.inputs.text, initErrors: found?.initErrors ?? [], pending: deployment.pending_operations ?? [], state };
  }
}
