import type { OtherStack } from "../components/protect/rules";
import { otherStackOf } from "../components/protect/rules";
import { askPulumi, stackWords } from "./pulumi";

/** Another stack, as its state has it; nothing of it is contacted. */
export interface OtherState extends OtherStack {
  /** What its config called the release. */
  release: string | null;
  databaseVersion: string | null;
  /** How its last `pulumi up` ended: "succeeded", "failed", "in-progress"; null: there was none. */
  lastUpdate: string | null;
}

/** @throws DeploymentError when there is no such stack */
export async function readOtherStack(name: string): Promise<OtherState> {
  const stack = stackWords(name);
  const unreadable = `the stack "${name}" can't be read`;
  const [outputs, history] = await Promise.all([
    askPulumi(["stack", "output", "--json", ...stack], unreadable),
    askPulumi(["stack", "history", "--json", "--page", "1", "--page-size", "1", ...stack], unreadable),
  ]);
  const { commit, lastDeployment, release, databaseVersion } = JSON.parse(outputs) as Record<string, unknown>;
  const [last] = JSON.parse(history) as { result?: string }[];
  const text = (value: unknown): string | null => {
    const one: unknown = typeof value === "object" && value !== null ? Object.values(value)[0] : value;
    return typeof one === "string" ? one : null;
  };
  return {
    ...otherStackOf(commit, lastDeployment),
    release: text(release),
    databaseVersion: text(databaseVersion),
    lastUpdate: last?.result ?? null,
  };
}
