import { Cancelled } from "../../host/errors";
import type { Context } from "../../provider/handler";
import type { Endpoint } from "../switch/endpoints";
import type { ApiCheck, CheckResult, Checks } from "./contract";
import { askOverHost, askWhenWarm } from "./http";
import { Logins } from "./login";
import { checkCommand, checkSchema, type Place } from "./run-command";
import { partsOf, schemaCheckName, schemaOf } from "./schema";

/** One thing that is checked, and how. */
export interface Step {
  name: string;
  run(): Promise<CheckResult[]>;
}

/** Which release is asked where. */
export interface Checking extends Place {
  endpoint: Endpoint;
  /** Its php-fpm may still be warming up. */
  isJustStarted: boolean;
}

/** The checks that hold for a candidate and for users' release alike. */
export function commonSteps(wanted: Checks, checking: Checking, context: Context): Step[] {
  const logins = new Logins(checking.host, checking.endpoint);
  const asked = wanted.checks.map((check, index): Step => {
    const isFirst = index === 0 && checking.isJustStarted;
    return { name: check.name, run: async () => [await (isFirst ? warm(check, checking, context) : ask(check, checking, logins))] };
  });
  const commands = wanted.commands.map((check): Step => ({
    name: check.name,
    run: async () => [await checkCommand(check, checking, context)],
  }));
  const schema: Step = { name: schemaCheckName, run: () => checkSchema(wanted, checking, context) };
  return [...asked, ...commands, ...(partsOf(schemaOf(wanted)).length === 0 ? [] : [schema])];
}

/** Runs every step, also after one failed: whoever repairs wants to see them all. What is only a warning is shown. @throws Cancelled between two of them */
export async function runSteps(steps: readonly Step[], subject: string, context: Context): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [index, { name, run }] of steps.entries()) {
    if (context.signal.aborted) throw new Cancelled(`validation of ${subject}`);
    context.progress(`check ${index + 1}/${steps.length} ${name}`);
    results.push(...(await run()));
  }
  for (const { check, result, detail } of results) if (result === "warning") context.warn(`${subject}: ${check}: ${detail}`);
  return results;
}

const warm = (check: ApiCheck, { host, endpoint }: Checking, { signal }: Context): Promise<CheckResult> =>
  askWhenWarm(host, endpoint, check, signal);

async function ask(check: ApiCheck, { host, endpoint }: Checking, logins: Logins): Promise<CheckResult> {
  if (check.login === undefined) return askOverHost(host, endpoint, check);
  const started = performance.now();
  const loggedIn = await logins.of(check.login, check.hostName);
  if ("token" in loggedIn) return askOverHost(host, endpoint, check, loggedIn.token);
  return { check: check.name, ...loggedIn, milliseconds: Math.round(performance.now() - started) };
}
