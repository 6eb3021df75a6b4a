import { hash } from "node:crypto";
import type { AuditLine, DeploymentSeal } from "./contract";
import { parseLine } from "./line";

const sha256 = (text: string): string => hash("sha256", text);

const writtenIn = (text: string): string[] => text.split("\n").slice(0, text.endsWith("\n") ? -1 : undefined);

/** What a log holds, whether or not it is what was written. */
export const linesIn = (text: string): AuditLine[] => writtenIn(text).flatMap((line) => parseLine(line) ?? []);

/** What a log holds, and where it is not what was written. */
export interface AuditLog {
  lines: AuditLine[];
  /** "line 7 is not what was written there, or a line before it was removed" */
  problems: string[];
}

/**
 * Reads a log and follows its chain: each line names the sha256 of the one before.
 * @param seal the last line that is known of from elsewhere; null: none is
 */
export function readChain(text: string, seal: DeploymentSeal | null): AuditLog {
  const lines: AuditLine[] = [];
  const problems: string[] = [];
  let previous = sha256("");
  let isSealed = seal === null;
  for (const [index, one] of writtenIn(text).entries()) {
    const line = parseLine(one);
    if (line === null) problems.push(`line ${index + 1} is not whole: the host lost its power while it was written, or it was changed`);
    else if (line.previous !== previous)
      problems.push(`line ${index + 1} does not follow the one before it: that one was changed, or lines between them removed`);
    if (line !== null) lines.push(line);
    previous = sha256(`${one}\n`);
    isSealed ||= previous === seal?.seal;
  }
  if (seal !== null && !isSealed)
    problems.push(`the line is missing, or was changed, that ended deployment ${seal.deployment} at ${seal.at}, as the stack knows it`);
  return { lines, problems };
}
