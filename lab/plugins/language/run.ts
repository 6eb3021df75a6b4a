import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** The exit code by which the SDK says that it has told the user what went wrong. */
const alreadyReported = 32;

const running = new Set<ChildProcess>();

/** Ends every program that still runs. */
export function stopPrograms(): void {
  for (const child of running) child.kill("SIGTERM");
}

/** Runs a Pulumi program to its end; its output goes to Pulumi's display through this process's own. */
export function runProgram(request: RunRequest, engine: string): Promise<RunResponse> {
  const info = request.getInfo();
  const directory = info?.getProgramDirectory() || request.getPwd();
  const runner = createRequire(join(directory, "index.js")).resolve("@pulumi/pulumi/cmd/run");
  const child = spawn(process.execPath, [runner, ...runnerArguments(request, engine), info?.getEntryPoint() || request.getProgram() || "."], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      PULUMI_NODEJS_TYPESCRIPT: String(optionOf(request, "typescript") ?? true),
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    },
  });
  running.add(child);
  return new Promise((resolve) => {
    const end = (response: RunResponse): void => {
      running.delete(child);
      resolve(response);
    };
    child.once("error", (error) => end(new RunResponse().setError(`the program could not be started: ${error.message}`)));
    child.once("exit", (code, signal) => end(responseTo(code, signal)));
  });
}

function responseTo(code: number | null, signal: NodeJS.Signals | null): RunResponse {
  if (code === 0) return new RunResponse();
  if (code === alreadyReported) return new RunResponse().setBail(true);
  return new RunResponse().setError(signal === null ? `Program exited with non-zero exit code: ${code}` : `Program was ended by ${signal}`);
}

function runnerArguments(request: RunRequest, engine: string): string[] {
  const directory = request.getInfo()?.getRootDirectory() || request.getPwd();
  return [
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engine}`,
    `--project=${request.getProject()}`,
    `--stack=${request.getStack()}`,
    `--organization=${request.getOrganization()}`,
    `--root-directory=${directory}`,
    `--pwd=${request.getInfo()?.getProgramDirectory() || request.getPwd()}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
  ];
}

function optionOf(request: RunRequest, name: string): unknown {
  return request.getInfo()?.getOptions()?.toJavaScript()[name];
}
