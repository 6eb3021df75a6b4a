import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";
import { parseStackConfig, type StackConfig } from "./config";
import { problemsText } from "./config-problems";
import { type DeployerFiles, readDeployerFiles } from "./deployer";

/**
 * The config of the stack that Pulumi runs, and the deployer's files that it names.
 * @throws pulumi.RunError listing every problem at once; nothing was contacted by then
 */
export function readStackConfig(): { config: StackConfig; files: DeployerFiles } {
  const parsed = parseStackConfig(allConfig());
  if ("problems" in parsed) throw new pulumi.RunError(problemsText(parsed.problems));
  const read = readDeployerFiles(parsed.config);
  if ("problems" in read) throw new pulumi.RunError(problemsText(read.problems));
  return { config: parsed.config, files: read.files };
}
