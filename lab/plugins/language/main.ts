import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  AboutResponse,
  DependencyInfo,
  GetProgramDependenciesResponse,
  type GetProgramDependenciesRequest,
  GetRequiredPackagesResponse,
  type GetRequiredPackagesRequest,
  GetRequiredPluginsResponse,
  type GetRequiredPluginsRequest,
  type LanguageHandshakeRequest,
  LanguageHandshakeResponse,
  type RunRequest,
  RuntimeOptionsResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { version } from "@pulumi/pulumi/package.json";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { endWithEngine, engineAddress, serve, unary } from "../server";
import { installDependencies } from "./install";
import { dependencies, requiredPlugins } from "./packages";
import { runProgram, signalPrograms } from "./run";

/** Stands in for Pulumi's Node.js language host where that can't be had: starts the program, and says which plugins it needs. */

let engine = engineAddress();

const packagesOf = (request: GetRequiredPackagesRequest): GetRequiredPackagesResponse =>
  new GetRequiredPackagesResponse().setPackagesList(
    requiredPlugins(request.getInfo()?.getProgramDirectory() ?? ".").map(({ name, version, server }) =>
      new PackageDependency().setName(name).setKind("resource").setVersion(version).setServer(server),
    ),
  );

const pluginsOf = (request: GetRequiredPluginsRequest): GetRequiredPluginsResponse =>
  new GetRequiredPluginsResponse().setPluginsList(
    requiredPlugins(request.getInfo()?.getProgramDirectory() ?? ".").map(({ name, version, server }) =>
      new PluginDependency().setName(name).setKind("resource").setVersion(version).setServer(server),
    ),
  );

const dependenciesOf = (request: GetProgramDependenciesRequest): GetProgramDependenciesResponse =>
  new GetProgramDependenciesResponse().setDependenciesList(
    dependencies(request.getInfo()?.getProgramDirectory() ?? ".").map(({ name, version }) =>
      new DependencyInfo().setName(name).setVersion(version),
    ),
  );

// A program that ignores SIGTERM must not outlive its host.
endWithEngine(() => signalPrograms("SIGKILL"));

void serve(LanguageRuntimeService as never, {
  handshake: unary((request: LanguageHandshakeRequest) => {
    engine = request.getEngineAddress();
    return new LanguageHandshakeResponse();
  }),
  getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
  getRequiredPlugins: unary(pluginsOf),
  getRequiredPackages: unary(packagesOf),
  getProgramDependencies: unary(dependenciesOf),
  runtimeOptionsPrompts: unary(() => new RuntimeOptionsResponse()),
  about: unary(() => new AboutResponse().setExecutable(process.execPath).setVersion(process.version)),
  installDependencies,
  run: unary((request: RunRequest) => runProgram(request, engine)),
  cancel: unary(() => {
    signalPrograms("SIGTERM");
    return new Empty();
  }),
});
