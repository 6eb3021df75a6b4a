import { Cancelled, CommandFailed, DeploymentError } from "../../host/errors";
import type { Host } from "../../host/host";
import type { HttpCheck } from "../switch/contract";
import type { Context } from "../../provider/handler";
import { schemaCheck } from "./commands";
import type { CheckResult, Checks } from "./contract";
import { schemaCheckName } from "./plan";

const schemaSeconds = 300;
const quotedLines = 10;

/** Where and how the checks are asked. */
export interface Checking {
  /** "v8.1.0 in green" */
  subject: string;
  /** Folder that the schema command runs in. */
  folder: string;
  /** `isFirst`: nothing answered before. */
  ask: (check: HttpCheck, isFirst: boolean) => Promise<CheckResult>;
}

/** Runs every check, also after one failed: whoever repairs wants to see them all. @throws Cancelled between two of them */
export async function runChecks({ checks, schemaCommand, host }: Checks, { subject, folder, ask }: Checking, context: Context): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  const count = checks.length + (schemaCommand === "" ? 0 : 1);
  const announce = (name: string): void => {
    if (context.signal.aborted) throw new Cancelled(`validation of ${subject} on host "${host}"`);
    context.progress(`check ${results.length + 1}/${count} ${name}`);
  };
  for (const check of checks) {
    announce(check.name);
    results.push(await ask(check, results.length === 0));
  }
  if (schemaCommand === "") return results;
  announce(schemaCheckName);
  return [...results, await checkSchema(context.inventory.host(host), schemaCommand, folder, context)];
}

async function checkSchema(host: Host, line: string, directory: string, { inventory, signal }: Context): Promise<CheckResult> {
  const started = performance.now();
  const finish = (result: CheckResult["result"], detail: string): CheckResult => ({
    check: schemaCheckName,
    result,
    detail,
    milliseconds: Math.round(performance.now() - started),
  });
  try {
    const as = inventory.site.runtimeUser;
    await host.run(schemaCheck(line), { as, directory, purpose: "schema check", timeoutSeconds: schemaSeconds, signal });
    return finish("passed", "exited with code 0");
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof DeploymentError)) throw error;
    if (!(error instanceof CommandFailed) || error.ending === "lost its connection") return finish("inconclusive", error.message);
    return finish("failed", [howItEnded(error, line), ...error.lastLines.slice(-quotedLines)].join("\n"));
  }
}

const howItEnded = ({ ending, exitCode }: CommandFailed, line: string): string =>
  `${ending === "exited" ? `exited with code ${exitCode}` : ending === "timed out" ? `did not end within ${schemaSeconds} s` : ending}: ${line}`;
