import { createHash } from "node:crypto";
import { listFiles, readBlobs, readFileAt } from "../../repository/files";
import { chainProblems, contradiction, parseScriptName, type ScriptName, scriptOrder } from "./chain";
import type { ChainQuestion, ScriptSummary } from "./contract";
import { ChainBroken } from "./errors";
import { splitStatements, type Statement } from "./split";

/** A script, read and cut. */
export interface Script extends ScriptSummary {
  parts: Statement[];
}

export const checksum = (bytes: Buffer | string): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** All scripts of a commit in order. @throws ChainBroken with every problem at once */
export async function readScripts({ repository, commit, scripts: folder }: ChainQuestion): Promise<Script[]> {
  const files = (await listFiles(repository, commit, folder)).map((file) => ({ ...file, parsed: parseScriptName(file.name) }));
  const problems = files.flatMap(({ parsed }) => (parsed !== undefined && "problem" in parsed ? [parsed.problem] : []));
  const named = files.flatMap(({ blob, parsed }) => (parsed === undefined || "problem" in parsed ? [] : [{ blob, name: parsed }]));
  named.sort((one, other) => scriptOrder(one.name, other.name));
  const contents = await readBlobs(repository, named.map(({ blob }) => blob));
  const scripts = named.map(({ name }, index) => scriptOf(name, contents[index] ?? Buffer.alloc(0)));
  problems.push(...chainProblems(named.map(({ name }) => name)));
  problems.push(...named.flatMap(({ name }, index) => contradiction(name, scripts[index]?.parts ?? []) ?? []));
  if (problems.length > 0) throw new ChainBroken(folder, problems);
  return scripts;
}

/** The base script, as if it were one from an empty database. */
export async function readBase(repository: string, commit: string, base: { script: string; version: string }): Promise<Script> {
  const content = await readFileAt(repository, commit, base.script);
  return scriptOf({ file: base.script, from: "empty", to: base.version }, content);
}

function scriptOf({ file, from, to }: Pick<ScriptName, "file" | "from" | "to">, content: Buffer): Script {
  const parts = splitStatements(content.toString("utf8"));
  return { file, from, to, statements: parts.length, checksum: checksum(content), parts };
}
