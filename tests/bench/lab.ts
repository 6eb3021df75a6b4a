import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { type Lab, freshLab, type Role, stopLab } from "../../lab/lab";
import { LabStack, removeConfig } from "../../lab/stack";

/** Gives `work` a lab of its own (default: one host), the demo application's repository and a stack, and removes all of it afterwards. */
export async function withLab<Result>(
  name: string,
  work: (lab: Lab, stack: LabStack) => Promise<Result>,
  hosts?: readonly { name: string; role?: Role }[],
): Promise<Result> {
  try {
    const lab = await freshLab(name, hosts);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    return await work(lab, new LabStack(lab));
  } finally {
    await stopLab(name);
    removeConfig(name);
  }
}

/** Deploys a release; only its success counts. @returns seconds of the `pulumi up` alone */
export async function deploy(stack: LabStack, release: string, config: Record<string, unknown> = {}): Promise<number> {
  await stack.configure({ ...config, release });
  const { exitCode, output, seconds } = await stack.up();
  if (exitCode !== 0) throw new Error(`deployment of ${release} failed: ${output}`);
  return seconds;
}
