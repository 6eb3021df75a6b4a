import type { Command } from "commander";
import { parseScriptsConfig, parseStackConfig, type ScriptsConfig, type StackConfig } from "../components/deployment/config";
import { problemsText } from "../components/deployment/config-problems";
import { readDeployerFiles } from "../components/deployment/deployer";
import { inventoryValues } from "../components/deployment/inventory-values";
import { DeploymentError } from "../host/errors";
import { parseConfiguration } from "../provider/configuration";
import type { Inventory } from "../provider/handler";
import { openInventory } from "../provider/inventory";
import { askPulumi, stackWords } from "./pulumi";

/** A stack, as its `pulumi up` would see it. */
export interface Stack {
  config: StackConfig;
  inventory: Inventory;
  /** The config as it is written, by its whole keys. */
  values: Readonly<Record<string, string>>;
}

export const withStackOption = (command: Command): Command =>
  command.option("-s, --stack <name>", "the Pulumi stack that is meant; default: the selected one");

/**
 * Reads the config of a stack of the project in this folder, as Pulumi decrypts it, and opens its inventory, which connects at first use.
 * @param name default: the selected stack
 * @throws DeploymentError with what Pulumi said, or every problem of the config
 */
export async function openStack(name: string | undefined): Promise<Stack> {
  const values = await readConfig(name);
  const parsed = parseStackConfig(values);
  if ("problems" in parsed) throw new DeploymentError(problemsText(parsed.problems));
  const read = readDeployerFiles(parsed.config);
  if ("problems" in read) throw new DeploymentError(problemsText(read.problems));
  const configured = parseConfiguration({ ...inventoryValues(parsed.config, read.files) });
  if ("problems" in configured)
    throw new DeploymentError(configured.problems.map(({ propertyPath, reason }) => `${propertyPath} ${reason}`).join("\n"));
  return { config: parsed.config, inventory: openInventory(configured.settings), values };
}

/** What a stack says of its scripts; none of its secrets is decrypted for it. @throws DeploymentError as openStack */
export async function readScriptsConfig(name: string): Promise<ScriptsConfig> {
  const parsed = parseScriptsConfig(await readConfig(name, "without secrets"));
  if ("problems" in parsed) throw new DeploymentError(problemsText(parsed.problems));
  return parsed.config;
}

/** The stack's config as Pulumi decrypts it, by its whole keys; or without every key that has a secret in it. */
export async function readConfig(name: string | undefined, secrets?: "without secrets"): Promise<Record<string, string>> {
  const words = ["config", "--json", ...(secrets === undefined ? ["--show-secrets"] : []), ...stackWords(name)];
  const values = JSON.parse(await askPulumi(words, "the stack's config can't be read")) as Record<string, { value?: string }>;
  const known = secrets === undefined ? Object.entries(values) : Object.entries(values).filter(([, { value }]) => value !== undefined);
  return Object.fromEntries(known.map(([key, { value }]) => [key, value ?? ""]));
}
