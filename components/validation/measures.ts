import { redact } from "../../host/redact";
import { Cancelled, DeploymentError } from "../../host/errors";
import type { Context, Inventory } from "../../provider/handler";
import { nginxErrorLog } from "../switch/site";
import { checkCertificate } from "./certificate";
import { errorLines, measure } from "./commands";
import type { CheckResult, DeploymentInputs, Limits } from "./contract";
import { judged } from "./limits";
import { parseLogs } from "./log-errors";
import { measuresOf } from "./plan";
import { secretsOf } from "./redact";
import { checkResponseTimes } from "./response-times";
import type { Checking, Step } from "./run-checks";
import { parseVitals, vitalResults } from "./vitals";

type Judged = Omit<CheckResult, "milliseconds">;

const quotedLines = 5;
const seconds = 30;

/** How users' release and its host do since the switch, against their limits. */
export function measureSteps(wanted: DeploymentInputs, checking: Checking, context: Context): Step[] {
  const { limits, health } = wanted;
  const { host, endpoint } = checking;
  const named = (check: string, work: () => Promise<Pick<CheckResult, "result" | "detail">>): Step =>
    timed(check, async () => [{ check, ...(await work()) }]);
  const steps: { for: (keyof Limits)[]; step: Step }[] = [
    {
      for: ["responseMilliseconds"],
      step: named("response time", () => checkResponseTimes(host, endpoint, health, limits.responseMilliseconds, context.signal)),
    },
    { for: ["memoryPercent", "loadPerCpu", "diskPercent"], step: timed("host", () => vitals(wanted, checking, context)) },
    {
      for: ["certificateDays"],
      step: named("certificate", () => checkCertificate(new URL(`${wanted.url}`), host, limits.certificateDays)),
    },
    // Last: it counts what all the others have caused, too.
    { for: ["logErrors"], step: named("logged errors", () => loggedErrors(wanted, checking, context)) },
  ];
  const measured = new Set(measuresOf(wanted));
  return steps.filter((one) => one.for.some((name) => measured.has(name))).map(({ step }) => step);
}

/** Memory, load and disks of a host, against their limits. @throws DeploymentError when it can't be looked at */
export async function vitals(
  { limits, backupDirectory }: Pick<DeploymentInputs, "limits" | "backupDirectory">,
  { host }: Pick<Checking, "host">,
  { inventory, signal }: Pick<Context, "inventory" | "signal">,
): Promise<Judged[]> {
  const isDatabaseHost = inventory.databaseSettings.over === host.name;
  const places = {
    slots: inventory.site.slot.blue,
    database: isDatabaseHost ? await dataFolder(inventory) : null,
    backups: isDatabaseHost ? backupDirectory : null,
  };
  const purpose = "looking at memory, load and disks";
  const { stdout } = await host.run(measure(places), { as: "root", purpose, timeoutSeconds: seconds, signal });
  const found = parseVitals(stdout);
  if (found === null) throw new DeploymentError("the answer was cut short");
  return vitalResults(found, limits);
}

/** Null where the database is on another machine, which nobody here can look at. */
async function dataFolder({ databaseSettings, database }: Inventory): Promise<string | null> {
  if (!["127.0.0.1", "::1", "localhost"].includes(databaseSettings.address)) return null;
  const [row] = await (await database()).query<{ folder: string }>("SELECT @@datadir AS folder");
  return row?.folder ?? null;
}

async function loggedErrors(
  { limits, checks }: DeploymentInputs,
  { host }: Checking,
  { inventory: { site }, signal }: Context,
): Promise<Pick<CheckResult, "result" | "detail">> {
  const command = errorLines(site, nginxErrorLog(site));
  const { stdout } = await host.run(command, { as: "root", purpose: "reading the logs", timeoutSeconds: seconds, signal });
  const found = parseLogs(stdout);
  if (found === null) throw new DeploymentError("the answer was cut short");
  const { lines, since } = found;
  const { result, detail } = judged(lines.length, limits.logErrors, `${lines.length === 0 ? "none" : lines.length} since ${since}`);
  const secrets = checks.flatMap(secretsOf);
  const newest = lines.slice(-quotedLines).map((line) => host.hide(redact(line, secrets)).slice(0, 300));
  return { result, detail: [detail, ...newest].join("\n") };
}

/** What can't be looked at is inconclusive. */
const timed = (name: string, work: () => Promise<Judged[]>): Step => ({
  name,
  run: async () => {
    const started = performance.now();
    const results = await work().catch((error: unknown): Judged[] => {
      if (error instanceof Cancelled || !(error instanceof DeploymentError)) throw error;
      return [{ check: name, result: "inconclusive", detail: `could not be looked at: ${error.message}` }];
    });
    const milliseconds = Math.round(performance.now() - started);
    return results.map((one) => ({ ...one, milliseconds }));
  },
});
