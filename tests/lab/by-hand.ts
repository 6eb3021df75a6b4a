import assert from "node:assert/strict";
import { type Lab, onHost } from "../../lab/lab";

/** Runs a bash script on a host of a lab, as root; it must succeed. @returns what it printed */
export async function rootOn(lab: Lab, host: string, script: string, stdin?: string): Promise<string> {
  const { stdout, stderr, exitCode } = await onHost(lab, host, ["bash", "-euo", "pipefail", "-c", script], { asRoot: true, stdin });
  assert.equal(exitCode, 0, `${script}\n${stdout}${stderr}`);
  return stdout.trim();
}
