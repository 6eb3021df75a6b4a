import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckResponse,
  type CheckRequest,
  ConfigureResponse,
  CreateResponse,
  type CreateRequest,
  type DeleteRequest,
  DiffResponse,
  type DiffRequest,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  PropertyDiff,
  ProviderHandshakeResponse,
  ReadResponse,
  type ReadRequest,
  UpdateResponse,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { serve, unary } from "../server";
import type { Properties, Resource, Step } from "./resources";

/** Stands in for the plugin of @pulumi/command 1.2.1 where that can't be had. Pulumi's engine keeps the secrets; here values are plain. */

const version = "1.2.1";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const address = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
const engine = address === undefined ? undefined : new EngineClient(address, grpc.credentials.createInsecure());
const stopped = new AbortController();

const valuesOf = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};
const structOf = (values: Properties): Struct =>
  Struct.fromJavaScript(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, JavaScriptValue>);

function tell(urn: string, severity: LogSeverity, text: string): void {
  engine?.log(new LogRequest().setUrn(urn).setSeverity(severity as never).setMessage(text), () => undefined);
}

async function resourceOf(urn: string): Promise<Resource> {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const { resources } = await import("./resources");
  const resource = resources[type];
  if (resource === undefined) throw new Error(`unknown resource type ${type}`);
  return resource;
}

async function act(urn: string, step: Omit<Step, "signal">): Promise<Properties> {
  const resource = await resourceOf(urn);
  const onLine = (line: string): void => tell(urn, LogSeverity.INFO, line);
  return resource({ ...step, signal: stopped.signal, onStdout: onLine, onStderr: onLine });
}

/** What a preview can tell: everything but the outputs of the command. */
const planned = (inputs: Properties): Properties => ({ ...inputs, stdout: unknownText, stderr: unknownText });

function diff(request: DiffRequest): DiffResponse {
  const was = valuesOf(request.getOldInputs());
  const wanted = valuesOf(request.getNews());
  const changed = [...new Set([...Object.keys(was), ...Object.keys(wanted)])].filter((key) => !isDeepStrictEqual(was[key], wanted[key]));
  const response = new DiffResponse().setHasdetaileddiff(true).setDiffsList(changed);
  response.setChanges((changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE) as never);
  for (const key of changed) {
    response.getDetaileddiffMap().set(key, new PropertyDiff().setKind(PropertyDiff.Kind.UPDATE as never).setInputdiff(true));
  }
  return response;
}

async function create(request: CreateRequest): Promise<CreateResponse> {
  const inputs = valuesOf(request.getProperties());
  const outputs = request.getPreview() ? planned(inputs) : await act(request.getUrn(), { verb: "create", inputs, was: {} });
  return new CreateResponse().setId(request.getPreview() ? "" : `command-${randomBytes(8).toString("hex")}`).setProperties(structOf(outputs));
}

async function update(request: UpdateRequest): Promise<UpdateResponse> {
  const inputs = valuesOf(request.getNews());
  const outputs = request.getPreview()
    ? planned(inputs)
    : await act(request.getUrn(), { verb: "update", inputs, was: valuesOf(request.getOlds()) });
  return new UpdateResponse().setProperties(structOf(outputs));
}

async function remove(request: DeleteRequest): Promise<Empty> {
  const was = valuesOf(request.getProperties());
  await act(request.getUrn(), { verb: "delete", inputs: was, was });
  return new Empty();
}

async function invoke(request: InvokeRequest): Promise<InvokeResponse> {
  if (request.getTok() !== "command:local:run") throw new Error(`unknown function ${request.getTok()}`);
  const { command, ...inputs } = valuesOf(request.getArgs());
  const { resources } = await import("./resources");
  const step: Step = { verb: "create", inputs: { ...inputs, create: command }, was: {}, signal: stopped.signal };
  return new InvokeResponse().setReturn(structOf({ command, ...(await resources["command:local:Command"]?.(step)) }));
}

void serve(ResourceProviderService as never, {
  handshake: unary(() => new ProviderHandshakeResponse()),
  getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
  getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify({ name: "command", version }))),
  checkConfig: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
  diffConfig: unary(() => new DiffResponse().setChanges(DiffResponse.DiffChanges.DIFF_NONE as never)),
  configure: unary(() => new ConfigureResponse().setSupportspreview(true)),
  check: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
  diff: unary(diff),
  create: unary(create),
  read: unary((request: ReadRequest) =>
    new ReadResponse().setId(request.getId()).setProperties(request.getProperties()).setInputs(request.getInputs()),
  ),
  update: unary(update),
  delete: unary(remove),
  invoke: unary(invoke),
  cancel: unary(() => {
    stopped.abort();
    return new Empty();
  }),
});
