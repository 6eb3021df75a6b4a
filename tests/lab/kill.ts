import { readdirSync, readFileSync } from "node:fs";
import type { RunningPulumi } from "../../lab/stack";

/** A process and all that its threads started, as the kernel knows them now. */
function treeOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" "));
  return [pid, ...children.flatMap((child) => (child === "" ? [] : treeOf(Number(child))))];
}

/** As when the deployer's machine goes down: nothing of it can say goodbye. */
export async function killAll(run: RunningPulumi): Promise<void> {
  for (const pid of treeOf(run.process.pid as number)) process.kill(pid, "SIGKILL");
  await run.ended;
}
