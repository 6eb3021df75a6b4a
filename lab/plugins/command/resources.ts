import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, copy, runRemotely, withConnection } from "./connection";
import { type Outcome, runLocally } from "./run";

export type Properties = Record<string, unknown>;

/** What is asked of a resource, and what it had before. */
export interface Step {
  verb: "create" | "update" | "delete";
  inputs: Properties;
  /** Outputs before; empty on create. */
  was: Properties;
  signal: AbortSignal;
  onStdout?: (line: string) => void;
  onStderr?: (line: string) => void;
}

/** Does a step and returns the outputs. */
export type Resource = (step: Step) => Promise<Properties>;

export const resources: Record<string, Resource> = {
  "command:remote:Command": remoteCommand,
  "command:remote:CopyToRemote": copyToRemote,
  "command:remote:CopyFile": copyFile,
  "command:local:Command": localCommand,
};

/** Which command a verb runs: an update without one of its own creates again; a delete without one does nothing. */
function commandOf({ verb, inputs }: Step): string | undefined {
  const own = inputs[verb] as string | undefined;
  return own ?? (verb === "update" ? (inputs["create"] as string | undefined) : undefined);
}

function environmentOf({ inputs, was }: Step): Record<string, string> {
  const previous: Record<string, string> =
    inputs["addPreviousOutputInEnv"] === false || was["stdout"] === undefined
      ? {}
      : { PULUMI_COMMAND_STDOUT: String(was["stdout"]), PULUMI_COMMAND_STDERR: String(was["stderr"]) };
  return { ...(inputs["environment"] as Record<string, string> | undefined), ...previous };
}

/** `logging` says which streams are shown while the command runs. */
function shown({ inputs, onStdout, onStderr }: Step): Pick<Step, "onStdout" | "onStderr"> {
  const logging = (inputs["logging"] as string | undefined) ?? "stdoutAndStderr";
  return {
    onStdout: logging.startsWith("stdout") ? onStdout : undefined,
    onStderr: logging.toLowerCase().endsWith("stderr") ? onStderr : undefined,
  };
}

async function remoteCommand(step: Step): Promise<Properties> {
  const command = commandOf(step);
  const was: Outcome = { stdout: String(step.was["stdout"] ?? ""), stderr: String(step.was["stderr"] ?? "") };
  if (command === undefined) return { ...step.inputs, ...was };
  const outcome = await withConnection(step.inputs["connection"] as Connection, step.signal, (client) =>
    runRemotely(client, { command, environment: environmentOf(step), stdin: step.inputs["stdin"] as string | undefined, ...shown(step) }),
  );
  return { ...step.inputs, ...outcome };
}

async function localCommand(step: Step): Promise<Properties> {
  const command = commandOf(step);
  const { inputs } = step;
  const outcome =
    command === undefined
      ? { stdout: String(step.was["stdout"] ?? ""), stderr: String(step.was["stderr"] ?? "") }
      : await runLocally({
          command,
          interpreter: (inputs["interpreter"] as string[] | undefined) ?? ["/bin/sh", "-c"],
          directory: inputs["dir"] as string | undefined,
          environment: environmentOf(step),
          stdin: inputs["stdin"] as string | undefined,
          signal: step.signal,
          ...shown(step),
        });
  return { ...inputs, ...outcome, ...globbed(inputs) };
}

/** Pulumi's mark of an asset among plain values, and its two kinds. */
const signature = "4dabf18193072939515e22adb298388d";
const assetKind = "c44067f5952c0a294b673a41bacd8c17";
const archiveKind = "0def7320c3a5731c473e5ecbe6d01bc7";

function globbed(inputs: Properties): Properties {
  const directory = (inputs["dir"] as string | undefined) ?? ".";
  const files = (patterns: unknown): string[] =>
    globSync((patterns as string[]).filter((pattern) => !pattern.startsWith("!")), {
      cwd: directory,
      exclude: (patterns as string[]).filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1)),
    }).filter((file) => statSync(join(directory, file)).isFile());
  const asset = (file: string): Properties => ({
    [signature]: assetKind,
    path: join(directory, file),
    hash: createHash("sha256").update(readFileSync(join(directory, file))).digest("hex"),
  });
  const assetsOf = (patterns: unknown): Properties => Object.fromEntries(files(patterns).map((file) => [file, asset(file)]));
  return {
    ...(inputs["assetPaths"] === undefined ? {} : { assets: assetsOf(inputs["assetPaths"]) }),
    ...(inputs["archivePaths"] === undefined ? {} : { archive: { [signature]: archiveKind, assets: assetsOf(inputs["archivePaths"]) } }),
  };
}

async function copyToRemote(step: Step): Promise<Properties> {
  const source = step.inputs["source"] as { path?: string; text?: string };
  if (step.verb === "delete") return step.inputs;
  const temporary = mkdtempSync(join(tmpdir(), "copy-"));
  try {
    const local = source.path ?? join(temporary, "text");
    if (source.path === undefined) writeFileSync(local, source.text ?? "", { mode: 0o600 });
    await copyTo(step, local);
  } finally {
    rmSync(temporary, { recursive: true });
  }
  return step.inputs;
}

async function copyFile(step: Step): Promise<Properties> {
  if (step.verb !== "delete") await copyTo(step, step.inputs["localPath"] as string);
  return step.inputs;
}

const copyTo = (step: Step, local: string): Promise<void> =>
  withConnection(step.inputs["connection"] as Connection, step.signal, (client) => copy(client, local, step.inputs["remotePath"] as string));
