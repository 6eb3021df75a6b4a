import { Cancelled, CommandFailed, DeploymentError } from "../../host/errors";
import type { Host } from "../../host/host";
import type { Context } from "../../provider/handler";
import { lineInSlot } from "./commands";
import type { CheckResult, Checks, CommandCheck } from "./contract";
import { schemaCheckName, schemaResults } from "./schema";

const schemaSeconds = 300;
const quotedLines = 10;

/** Which host, and which release's folder on it. */
export interface Place {
  host: Host;
  folder: string;
}

type Ended = { exitCode: number; printed: string[] } | Pick<CheckResult, "result" | "detail">;

/** Passed when the command line exits with 0 in the release's folder. @throws Cancelled */
export async function checkCommand(check: CommandCheck, place: Place, context: Context): Promise<CheckResult> {
  const started = performance.now();
  const ended = await runLine({ ...check, name: `check "${check.name}"` }, place, context);
  return { check: check.name, ...verdictOn(ended, check.command), milliseconds: Math.round(performance.now() - started) };
}

/** What Doctrine says of its mapping and of the database. @throws Cancelled */
export async function checkSchema(wanted: Checks, place: Place, context: Context): Promise<CheckResult[]> {
  const started = performance.now();
  const command = { name: "schema check", command: wanted.schemaCommand, timeoutSeconds: schemaSeconds };
  const ended = await runLine(command, place, context);
  const judged = "exitCode" in ended ? schemaResults(ended, wanted) : [{ check: schemaCheckName, ...ended }];
  return judged.map((one) => ({ ...one, milliseconds: Math.round(performance.now() - started) }));
}

function verdictOn(ended: Ended, line: string): Pick<CheckResult, "result" | "detail"> {
  if (!("exitCode" in ended)) return ended;
  const { exitCode, printed } = ended;
  if (exitCode === 0) return { result: "passed", detail: "exited with code 0" };
  return { result: "failed", detail: [`exited with code ${exitCode}: ${line}`, ...printed.slice(-quotedLines)].join("\n") };
}

/** An exit code of the line's own is an answer; to be killed, to take too long or not to be there is a result already. */
async function runLine({ name, command, timeoutSeconds }: CommandCheck, { host, folder }: Place, context: Context): Promise<Ended> {
  const { inventory, signal } = context;
  const options = { as: inventory.site.runtimeUser, directory: folder, purpose: name, timeoutSeconds, signal };
  const printed: string[] = [];
  const onLine = (line: string): void => {
    if (line.trim() !== "") printed.push(host.hide(line).slice(0, 300));
    if (printed.length > 200) printed.shift();
  };
  try {
    const { exitCode } = await host.run(lineInSlot(command), { ...options, onLine });
    return { exitCode, printed };
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof DeploymentError)) throw error;
    if (!(error instanceof CommandFailed) || error.ending === "lost its connection")
      return { result: "inconclusive", detail: error.message };
    if (error.ending === "exited") return { exitCode: error.exitCode ?? 255, printed };
    const ending = error.ending === "timed out" ? `did not end within ${timeoutSeconds} s` : error.ending;
    return { result: "failed", detail: [`${ending}: ${command}`, ...printed.slice(-quotedLines)].join("\n") };
  }
}
