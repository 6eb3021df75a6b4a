import { createHash } from "node:crypto";
import type { ScriptName } from "./chain";
import type { ScriptSummary } from "./contract";
import { splitStatements, type Statement } from "./split";

/** A script, read and cut. */
export interface Script extends ScriptSummary {
  /** The file's text, without a byte order mark and with LF alone at its line ends. */
  source: string;
  parts: Statement[];
}

export function scriptOf({ file, from, to }: Pick<ScriptName, "file" | "from" | "to">, content: Buffer): Script {
  const source = content
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n");
  const parts = splitStatements(source);
  return { file, from, to, statements: parts.length, checksum: checksum(content), source, parts };
}

/**
 * One checksum for every count of first statements, from none to all, of their texts; so that a later change of one of them is noticed. Comments
 * between statements may change.
 */
export function checksumsOfFirst({ parts }: Script): string[] {
  const hash = createHash("sha256");
  const sumSoFar = (): string => `sha256:${hash.copy().digest("hex")}`;
  return [sumSoFar(), ...parts.map(({ text }) => (hash.update(`${text}\0`), sumSoFar()))];
}

/** One of these; of more statements than there are: none. */
export function checksumOfFirst({ parts }: Script, count: number): string {
  if (count > parts.length) return "";
  const hash = createHash("sha256");
  for (const { text } of parts.slice(0, count)) hash.update(`${text}\0`);
  return `sha256:${hash.digest("hex")}`;
}

const checksum = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
