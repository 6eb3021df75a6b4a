import type { ServerWritableStream } from "@grpc/grpc-js";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  AboutResponse,
  type AboutRequest,
  DependencyInfo,
  GetProgramDependenciesResponse,
  type GetProgramDependenciesRequest,
  GetRequiredPackagesResponse,
  type GetRequiredPackagesRequest,
  GetRequiredPluginsResponse,
  type InstallDependenciesRequest,
  InstallDependenciesResponse,
  type LanguageHandshakeRequest,
  LanguageHandshakeResponse,
  type RunRequest,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { serve, unary } from "../server";
import { installedVersion, requiredPlugins } from "./packages";
import { runProgram, stopPrograms } from "./run";

/** Stands in for Pulumi's Node.js language host where that can't be had: starts the program, and says which plugins it needs. */

let engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";

const packagesOf = (request: GetRequiredPackagesRequest): GetRequiredPackagesResponse =>
  new GetRequiredPackagesResponse().setPackagesList(
    requiredPlugins(request.getInfo()?.getProgramDirectory() ?? ".").map(({ name, version }) =>
      new PackageDependency().setName(name).setKind("resource").setVersion(version),
    ),
  );

const dependenciesOf = (request: GetProgramDependenciesRequest): GetProgramDependenciesResponse => {
  const program = request.getInfo()?.getProgramDirectory() ?? ".";
  return new GetProgramDependenciesResponse().setDependenciesList(
    ["@pulumi/pulumi", ...requiredPlugins(program).map(({ name }) => `@pulumi/${name}`)].map((name) =>
      new DependencyInfo().setName(name).setVersion(installedVersion(program, name)),
    ),
  );
};

async function install(call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>): Promise<void> {
  const { stdout } = await promisify(execFile)("npm", ["install"], { cwd: call.request.getDirectory(), timeout: 600_000 });
  call.write(new InstallDependenciesResponse().setStdout(Buffer.from(stdout)));
  call.end();
}

process.once("SIGTERM", () => {
  stopPrograms();
  process.exit(0);
});

void serve(LanguageRuntimeService as never, {
  handshake: unary<LanguageHandshakeRequest, LanguageHandshakeResponse>((request) => {
    engine = request.getEngineAddress();
    return new LanguageHandshakeResponse();
  }),
  getPluginInfo: unary(() => new PluginInfo().setVersion("3.0.0")),
  getRequiredPlugins: unary(() => new GetRequiredPluginsResponse()),
  getRequiredPackages: unary(packagesOf),
  getProgramDependencies: unary(dependenciesOf),
  runtimeOptionsPrompts: unary(() => new RuntimeOptionsResponse()),
  about: unary<AboutRequest, AboutResponse>(() => new AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
  installDependencies: (call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>) => {
    install(call).catch((error: Error) => call.destroy(error));
  },
  run: unary<RunRequest, unknown>((request) => runProgram(request, engine)),
  cancel: unary(() => {
    stopPrograms();
    return new Empty();
  }),
});
