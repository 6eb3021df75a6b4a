import type { ServerWritableStream } from "@grpc/grpc-js";
import { spawn } from "node:child_process";
import { InstallDependenciesResponse, type InstallDependenciesRequest } from "@pulumi/pulumi/proto/language_pb";
import { optionOf } from "./run";

type Call = ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>;

/** Installs a program's packages with its package manager, whose output goes to the user as it comes. */
export function installDependencies(call: Call): void {
  const manager = optionOf(call.request.getInfo(), "packagemanager");
  const program = typeof manager === "string" ? manager : "npm";
  const child = spawn(program, ["install"], { cwd: call.request.getDirectory(), stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => call.write(new InstallDependenciesResponse().setStdout(chunk)));
  child.stderr.on("data", (chunk: Buffer) => call.write(new InstallDependenciesResponse().setStderr(chunk)));
  child.once("error", (error) => call.destroy(error));
  child.once("close", (code) => (code === 0 ? call.end() : call.destroy(new Error(`${program} install failed: exit status ${code}`))));
}
