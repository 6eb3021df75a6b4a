import { Cancelled, CommandFailed, DeploymentError } from "../../host/errors";
import type { Host } from "../../host/host";
import type { Context } from "../../provider/handler";
import { schemaCheck } from "./commands";
import type { Endpoint } from "../switch/endpoints";
import type { CheckResult, Checks } from "./contract";
import { askOverHost, askWhenWarm } from "./http";
import { schemaCheckName, schemaCommandOf } from "./plan";

const schemaSeconds = 300;
const quotedLines = 10;

/** What is checked, and where. */
export interface Checking {
  /** "v8.1.0 in green" */
  subject: string;
  endpoint: Endpoint;
  /** Folder that the schema command runs in. */
  folder: string;
  /** Its php-fpm may still be warming up. */
  isJustStarted: boolean;
}

/** Runs every check, also after one failed: whoever repairs wants to see them all. @throws Cancelled between two of them */
export async function runChecks(wanted: Checks, checking: Checking, context: Context): Promise<CheckResult[]> {
  const { checks } = wanted;
  const schemaCommand = schemaCommandOf(wanted);
  const host = context.inventory.host(wanted.host);
  const names = [...checks.map(({ name }) => name), ...(schemaCommand === "" ? [] : [schemaCheckName])];
  const results: CheckResult[] = [];
  for (const [index, name] of names.entries()) {
    if (context.signal.aborted) throw new Cancelled(`validation of ${checking.subject} on host "${host.name}"`);
    context.progress(`check ${index + 1}/${names.length} ${name}`);
    const check = checks[index];
    if (check === undefined) results.push(await checkSchema(host, schemaCommand, checking.folder, context));
    else if (index === 0 && checking.isJustStarted) results.push(await askWhenWarm(host, checking.endpoint, check, context.signal));
    else results.push(await askOverHost(host, checking.endpoint, check));
  }
  return results;
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
