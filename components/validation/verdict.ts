import type { HttpCheck } from "../switch/contract";
import type { CheckResult } from "./contract";
import type { Answer } from "./exchange";

const quotedCharacters = 160;

/** Whether an answer is what a check demands; what could not be asked is neither passed nor failed. */
export function verdictOn(check: HttpCheck, answer: Answer, milliseconds: number): CheckResult {
  const result = { check: check.name, milliseconds: Math.round(milliseconds) };
  if (answer.kind === "not asked") return { ...result, result: "inconclusive", detail: `could not be asked: ${answer.reason}` };
  if (answer.kind === "silent") return { ...result, result: "failed", detail: answer.reason };
  const { status, body } = answer;
  if (status !== check.status) return { ...result, result: "failed", detail: `answered ${status}, not ${check.status}: ${quoted(body)}` };
  if (check.contains !== undefined && !body.includes(check.contains)) {
    return { ...result, result: "failed", detail: `answered ${status}, but without "${check.contains}": ${quoted(body)}` };
  }
  return { ...result, result: "passed", detail: `answered ${status}` };
}

/** Whether a release that has just been started may still answer better: its php-fpm is not there yet, or nginx is not. */
export const isWarmingUp = (answer: Answer): boolean =>
  answer.kind === "silent" || (answer.kind === "answered" && [502, 503, 504].includes(answer.status));

/** One line, without control characters, not long. */
function quoted(body: string): string {
  const line = body.replace(/[\p{Cc}\s]+/gu, " ").trim();
  if (line === "") return "an empty answer";
  return line.length > quotedCharacters ? `"${line.slice(0, quotedCharacters)}…"` : `"${line}"`;
}
