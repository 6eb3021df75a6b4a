import type { CheckResult } from "./contract";

const indent = "    ";

/** Results for a person: one line a check, the columns in line; a detail's further lines stand below it. */
export function tableOf(results: readonly CheckResult[]): string {
  const width = (texts: string[]): number => Math.max(...texts.map((text) => text.length));
  const names = width(results.map(({ check }) => check));
  const verdicts = width(results.map(({ result }) => result));
  return results
    .map(({ check, result, detail, milliseconds }) => {
      const time = `${milliseconds} ms`.padStart(8);
      const [first = "", ...rest] = detail.split("\n");
      const line = `${indent}${check.padEnd(names)}  ${result.padEnd(verdicts)}  ${time}  ${first}`;
      return [line, ...rest.map((more) => `${indent}${indent}${more.trim()}`)].join("\n");
    })
    .join("\n");
}

/** Results for a stack's outputs, by check: "passed: answered 200"; without what differs each time and without quoted lines. */
export const summaryOf = (results: readonly Pick<CheckResult, "check" | "result" | "detail">[]): Record<string, string> =>
  Object.fromEntries(results.map(({ check, result, detail }) => [check, `${result}: ${detail.split("\n")[0]}`]));
