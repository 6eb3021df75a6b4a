import { Cancelled, CommandFailed } from "../../host/errors";
import type { Host } from "../../host/host";
import type { Context } from "../../provider/handler";
import type { HttpCheck } from "../switch/contract";
import type { CheckResult, Checks } from "./contract";
import { askOverHost } from "./http";

const schemaTimeoutSeconds = 120;
const retryMilliseconds = 200;

/** Runs all checks through one port of a host, one after the other; the application's own schema check in `folder`. */
export async function runChecks(inputs: Checks, port: number, folder: string, context: Context): Promise<CheckResult[]> {
  const host = context.inventory.host(inputs.host);
  const results: CheckResult[] = [];
  for (const [index, check] of inputs.checks.entries()) {
    context.progress(`${check.name} of ${inputs.release} (${index + 1}/${inputs.checks.length})`);
    results.push(index === 0 ? await askUntilAnswered(host, port, check, context.signal) : await askOverHost(host, port, check));
    assertNotCancelled(context);
  }
  if (inputs.schemaCommand !== "") results.push(await schemaCheck(inputs, host, folder, context));
  return results;
}

/** A php-fpm that has just been started may refuse the first requests: they don't count within the check's own time limit. */
async function askUntilAnswered(host: Host, port: number, check: HttpCheck, signal: AbortSignal): Promise<CheckResult> {
  const end = Date.now() + check.timeoutSeconds * 1000;
  for (;;) {
    const result = await askOverHost(host, port, check);
    const mayBeStarting = result.result === "failed" && /answered 50[23]/.test(result.detail);
    if (!mayBeStarting || Date.now() > end || signal.aborted) return result;
    await new Promise((resolve) => setTimeout(resolve, retryMilliseconds));
  }
}

async function schemaCheck({ schemaCommand }: Checks, host: Host, folder: string, context: Context): Promise<CheckResult> {
  const { site } = context.inventory;
  const started = performance.now();
  const result = (verdict: CheckResult["result"], detail: string): CheckResult => ({
    check: "schema",
    result: verdict,
    detail,
    milliseconds: Math.round(performance.now() - started),
  });
  context.progress("schema validation");
  try {
    await host.run(
      { run: ["/bin/bash", "-c", schemaCommand] },
      { as: site.runtimeUser, directory: folder, purpose: "schema validation", timeoutSeconds: schemaTimeoutSeconds, signal: context.signal },
    );
    return result("passed", "in sync");
  } catch (error) {
    if (error instanceof Cancelled) throw error;
    const ended = error instanceof CommandFailed && error.ending === "exited";
    return result(ended ? "failed" : "inconclusive", error instanceof CommandFailed ? `exit code ${error.exitCode}: ${error.lastLines.at(-1) ?? ""}` : String(error));
  }
}

function assertNotCancelled({ signal }: Context): void {
  if (signal.aborted) throw new Cancelled("validation");
}
