import { Cancelled, DeploymentError } from "../../host/errors";
import type { Host } from "../../host/host";
import { openTunnel, type Tunnel } from "../../host/tunnel";
import type { Context } from "../../provider/handler";
import { endpoints } from "../switch/endpoints";
import type { CandidateInputs, CheckResult, IntegrationTest } from "./contract";
import { type DeployerEnding, runOnDeployer } from "./deployer-command";
import type { Step } from "./run-checks";

const integrationTestName = "integration test";
const quotedLines = 10;

/** The user's own test; none where none is configured (Pulumi leaves out what is null). */
export function integrationStep({ integrationTest, release }: CandidateInputs, host: Host, context: Context): Step[] {
  const test = integrationTest ?? null;
  if (test === null) return [];
  return [{ name: integrationTestName, run: async () => [await checkIntegration(test, { host, release }, context)] }];
}

/** Runs it on the deployer, with a way to the candidate. @throws Cancelled */
async function checkIntegration(
  test: IntegrationTest,
  { host, release }: { host: Host; release: string },
  { signal, progress }: Context,
): Promise<CheckResult> {
  const started = performance.now();
  const { command: line, directory, timeoutSeconds, hostName } = test;
  const tunnel = await openTunnel(host, endpoints.candidate);
  try {
    const environment = { SELFHELP_URL: `http://127.0.0.1:${tunnel.port}`, SELFHELP_HOST: hostName, SELFHELP_RELEASE: release };
    const onLine = (said: string): void => progress(`${integrationTestName}: ${said}`);
    const ended = await runOnDeployer({ line, directory, environment, timeoutSeconds, signal, onLine, hide: host.hide });
    if (ended.ending === "cancelled") throw new Cancelled(`${integrationTestName} of ${release}`, "what it had started was ended");
    const milliseconds = Math.round(performance.now() - started);
    return { check: integrationTestName, ...verdictOn(ended, test, tunnel), milliseconds };
  } finally {
    tunnel.close();
  }
}

function verdictOn(
  { ending, lastLines }: DeployerEnding,
  { command, timeoutSeconds }: IntegrationTest,
  tunnel: Tunnel,
): Pick<CheckResult, "result" | "detail"> {
  if (typeof ending === "object" && "notStarted" in ending)
    return { result: "inconclusive", detail: `could not be started: ${ending.notStarted}` };
  if (typeof ending === "object" && ending.code === 0) return { result: "passed", detail: "exited with code 0" };
  const how =
    typeof ending === "object"
      ? `exited with code ${ending.code}`
      : ending === "timed out"
        ? `did not end within ${timeoutSeconds} s`
        : ending;
  const problem = tunnel.problem();
  const isCutOff = problem instanceof DeploymentError && problem.name !== "PortUnreachable";
  return {
    result: isCutOff ? "inconclusive" : "failed",
    detail: [
      `${how}: ${command}`,
      ...(problem === null ? [] : [`its way there broke: ${problem.message}`]),
      ...lastLines.slice(-quotedLines),
    ].join("\n"),
  };
}
