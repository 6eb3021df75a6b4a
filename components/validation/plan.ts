import type { Problem } from "../../provider/handler";
import type { CandidateInputs, CheckResult, Checks, DeploymentInputs, Limits } from "./contract";
import { isOff } from "./limits";
import { partsOf, schemaOf } from "./schema";

/** "5 checks of v8.1.0", the integration test among them. */
export const candidateText = (wanted: CandidateInputs): string =>
  changeText(wanted, countOf(wanted) + ((wanted.integrationTest ?? null) === null ? 0 : 1));

/** The same after the switch, with what is measured then. */
export const deploymentText = (wanted: DeploymentInputs): string => changeText(wanted, countOf(wanted) + measuresOf(wanted).length);

/** What is measured after the switch. */
export function measuresOf({ limits, url }: Pick<DeploymentInputs, "limits" | "url">): (keyof Limits)[] {
  const isHttps = url?.startsWith("https:") === true;
  return (Object.keys(limits) as (keyof Limits)[]).filter((name) => !isOff(limits[name]) && (name !== "certificateDays" || isHttps));
}

/** Nothing failed, and nothing is open. */
export const mayGoOn = (results: readonly CheckResult[]): boolean =>
  results.every(({ result }) => result === "passed" || result === "warning");

export const candidateProblems = (inputs: Partial<CandidateInputs>): Problem[] => [
  ...problem(inputs.slot !== "none", "slot", 'must be "blue" or "green"'),
  ...checksProblems(inputs),
];

/** Problems that show without contacting a host; values that are not known yet are absent. */
export function checksProblems({ checks, commands, schemaCommand }: Partial<Checks>): Problem[] {
  if (checks?.length === 0 && (commands?.length ?? 0) === 0 && schemaCommand === "")
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

const countOf = (wanted: Checks): number => wanted.checks.length + wanted.commands.length + partsOf(schemaOf(wanted)).length;

const changeText = ({ release }: Checks, count: number): string => `${count} ${count === 1 ? "check" : "checks"} of ${release}`;

function problem(isFine: boolean, propertyPath: string, reason: string): Problem[] {
  return isFine ? [] : [{ propertyPath, reason }];
}
