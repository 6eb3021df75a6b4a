import type { Problem } from "../../provider/handler";
import type { CandidateInputs, CheckResult, Checks } from "./contract";

/** Name of the schema command among the results. */
export const schemaCheckName = "schema";

/** "5 checks of v8.1.0" */
/** Empty: none. */
export const schemaCommandOf = ({ schemaCommand, newerDatabase }: Checks): string =>
  (newerDatabase ?? null) === null ? schemaCommand : "";

export function changeText(wanted: Checks): string {
  const { checks, release } = wanted;
  const count = checks.length + (schemaCommandOf(wanted) === "" ? 0 : 1);
  return `${count} ${count === 1 ? "check" : "checks"} of ${release}`;
}

export const allPassed = (results: readonly CheckResult[]): boolean => results.every(({ result }) => result === "passed");

export const candidateProblems = (inputs: Partial<CandidateInputs>): Problem[] => [
  ...problem(inputs.slot !== "none", "slot", 'must be "blue" or "green"'),
  ...checksProblems(inputs),
];

/** Problems that show without contacting a host; values that are not known yet are absent. */
export function checksProblems({ checks, schemaCommand }: Partial<Checks>): Problem[] {
  if (checks?.length === 0 && schemaCommand === "")
    return [{ propertyPath: "checks", reason: "at least one check is needed, or a schemaCommand" }];
  return (checks ?? []).flatMap(({ path, timeoutSeconds, status }, index) => [
    ...problem(path.startsWith("/"), `checks[${index}].path`, `must start with "/", for example "/cms-api/v1/health", not "${path}"`),
    ...problem(timeoutSeconds > 0, `checks[${index}].timeoutSeconds`, `must be above 0, not ${timeoutSeconds}`),
    ...problem(
      Number.isInteger(status) && status >= 100 && status < 600,
      `checks[${index}].status`,
      `must be an HTTP status, not ${status}`,
    ),
  ]);
}

function problem(isFine: boolean, propertyPath: string, reason: string): Problem[] {
  return isFine ? [] : [{ propertyPath, reason }];
}
