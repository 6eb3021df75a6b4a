import type { Problem } from "../../provider/handler";
import type { CommitQuestion, ReleaseInputs } from "./contract";
import { sharedProblems } from "./shared";

const commitPattern = /^[0-9a-f]{40}$/;

/** Problems of a release's inputs that can be seen without contacting anything. */
export function releaseProblems({ commit, build, shared, buildTimeoutSeconds }: Partial<ReleaseInputs>): Problem[] {
  const problems: Problem[] = [];
  if (commit !== undefined && !commitPattern.test(commit))
    problems.push({ propertyPath: "commit", reason: `"${commit}" is not a full commit id (40 hex digits)` });
  if (buildTimeoutSeconds !== undefined && !(buildTimeoutSeconds > 0))
    problems.push({ propertyPath: "buildTimeoutSeconds", reason: `must be above 0 seconds, not ${buildTimeoutSeconds}` });
  (build ?? []).forEach((line, index) => {
    if (line.trim() === "" || /[\0\r\n]/.test(line))
      problems.push({ propertyPath: `build[${index}]`, reason: "must be one line for bash, and not empty" });
  });
  return [...problems, ...sharedProblems(shared ?? [])];
}

/** Problems of a question for a commit. */
export function commitProblems({ repository, release }: Partial<CommitQuestion>): Problem[] {
  const problems: Problem[] = [];
  if (repository === "") problems.push({ propertyPath: "repository", reason: "is empty; give a URL or the path of a git repository" });
  if (release === "") problems.push({ propertyPath: "release", reason: "is empty; give a tag, branch or commit, for example v8.1.0" });
  return problems;
}
