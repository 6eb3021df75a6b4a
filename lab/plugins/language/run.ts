import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type ProgramInfo, RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** The exit code by which the SDK says that it has told the user what went wrong. */
const alreadyReported = 32;

const running = new Set<ChildProcess>();

/** Sends a signal to every program that still runs. */
export function signalPrograms(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/** Runs a Pulumi program to its end; its output goes to Pulumi's display through this process's own. */
export function runProgram(request: RunRequest, engine: string): Promise<RunResponse> {
  const directory = programDirectory(request);
  const runner = findRunner(directory);
  if (runner === undefined) {
    return Promise.resolve(new RunResponse().setError("It looks like the Pulumi SDK has not been installed. Have you run npm install?"));
  }
  const child = spawn(process.execPath, [...nodeArguments(request.getInfo()), runner, ...runnerArguments(request, engine)], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
    // The compile cache is this plugin's own: a program starts as under the official language host.
    env: { ...process.env, ...configuration(request), ...typescript(request.getInfo()), NODE_COMPILE_CACHE: undefined },
  });
  running.add(child);
  return new Promise((resolve) => {
    const end = (response: RunResponse): void => {
      running.delete(child);
      resolve(response);
    };
    child.once("error", (error) =>
      end(new RunResponse().setError(`Problem executing program (could not run language executor): ${error.message}`)),
    );
    child.once("exit", (code, signal) => end(responseTo(code, signal)));
  });
}

/** An option of `runtime` in Pulumi.yaml. */
export const optionOf = (info: ProgramInfo | undefined, name: string): unknown => info?.getOptions()?.toJavaScript()[name];

const programDirectory = (request: RunRequest): string => request.getInfo()?.getProgramDirectory() || request.getPwd();

function findRunner(directory: string): string | undefined {
  try {
    return createRequire(join(directory, "index.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    return undefined;
  }
}

function nodeArguments(info: ProgramInfo | undefined): string[] {
  const text = optionOf(info, "nodeargs");
  return typeof text === "string" ? text.split(/\s+/).filter((word) => word !== "") : [];
}

function runnerArguments(request: RunRequest, engine: string): string[] {
  return [
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engine}`,
    `--project=${request.getProject()}`,
    `--stack=${request.getStack()}`,
    `--organization=${request.getOrganization()}`,
    `--root-directory=${request.getInfo()?.getRootDirectory() || request.getPwd()}`,
    `--pwd=${programDirectory(request)}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
    request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

const configuration = (request: RunRequest): NodeJS.ProcessEnv => ({
  PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
  PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
});

const typescript = (info: ProgramInfo | undefined): NodeJS.ProcessEnv =>
  optionOf(info, "typescript") === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" };

function responseTo(code: number | null, signal: NodeJS.Signals | null): RunResponse {
  if (code === 0) return new RunResponse();
  if (code === alreadyReported) return new RunResponse().setBail(true);
  return new RunResponse().setError(signal === null ? `Program exited with non-zero exit code: ${code}` : `Program was ended by ${signal}`);
}
