import { type Hide, redact } from "../../host/redact";
import type { ApiCheck, CheckResult } from "./contract";
import type { Answer } from "./exchange";
import { secretsOf } from "./redact";

const quotedCharacters = 160;

/**
 * Whether an answer is what a check demands; what could not be asked is neither passed nor failed.
 * @param hide takes the stack's secrets out of what is quoted
 * @param token of the check's login: like everything else that the check sent, it is never quoted
 */
export function verdictOn(check: ApiCheck, answer: Answer, milliseconds: number, hide: Hide, token?: string): CheckResult {
  const result = { check: check.name, milliseconds: Math.round(milliseconds) };
  if (answer.kind === "not asked") return { ...result, result: "inconclusive", detail: `could not be asked: ${answer.reason}` };
  if (answer.kind === "silent") return { ...result, result: "failed", detail: answer.reason };
  const { status, body } = answer;
  const said = (): string => quoted(hide(redact(body, [...(token === undefined ? [] : [token]), ...secretsOf(check)])));
  if (status !== check.status) return { ...result, result: "failed", detail: `answered ${status}, not ${check.status}: ${said()}` };
  if (check.contains !== undefined && !body.includes(check.contains)) {
    return { ...result, result: "failed", detail: `answered ${status}, but without "${check.contains}": ${said()}` };
  }
  const { maxMilliseconds } = check;
  if (maxMilliseconds !== undefined && answer.milliseconds > maxMilliseconds)
    return {
      ...result,
      result: "warning",
      detail: `answered ${status}, but after ${Math.round(answer.milliseconds)} ms, more than ${maxMilliseconds}`,
    };
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
