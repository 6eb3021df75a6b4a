import { randomBytes } from "node:crypto";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
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
  ProviderHandshakeResponse,
  ReadResponse,
  type ReadRequest,
  UpdateResponse,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { diff } from "../diff";
import { endWithEngine, serve, unary } from "../server";
import { plain, type Properties, structOf, unknownValue, valuesOf } from "../values";
import { problemsOf, withDefaults } from "./check";
import { outputOf } from "./command";
import { resourceOf } from "./kinds";
import { runLocally } from "./local";
import { logOf } from "./log";
import type { Resource, Step } from "./resource";

/** Stands in for the plugin of @pulumi/command where that can't be had. */

const version = "1.2.1";
const cancelled = new AbortController();

const stepOf = (urn: string, inputs: Properties, was: Properties): Step => ({
  inputs: plain(inputs) as Properties,
  was: plain(was) as Properties,
  signal: cancelled.signal,
  log: logOf(urn),
});

/** What a preview can tell: everything but what only a run can. */
const planned = (resource: Resource, inputs: Properties): Properties => ({
  ...inputs,
  ...Object.fromEntries(resource.unknowns(inputs).map((name) => [name, unknownValue])),
});

function check(request: CheckRequest): CheckResponse {
  const resource = resourceOf(request.getUrn());
  const inputs = valuesOf(request.getNews());
  const failures = problemsOf(resource, inputs).map(({ property, reason }) => new CheckFailure().setProperty(property).setReason(reason));
  return new CheckResponse().setInputs(structOf(withDefaults(resource, inputs))).setFailuresList(failures);
}

async function create(request: CreateRequest): Promise<CreateResponse> {
  const urn = request.getUrn();
  const resource = resourceOf(urn);
  const inputs = valuesOf(request.getProperties());
  if (request.getPreview()) return new CreateResponse().setProperties(structOf(planned(resource, inputs)));
  const outputs = await resource.create(stepOf(urn, inputs, {}));
  const id = `${resource.namedId ? urn.split("::").slice(3).join("::") : ""}${randomBytes(4).toString("hex")}`;
  return new CreateResponse().setId(id).setProperties(structOf({ ...inputs, ...outputs }));
}

async function update(request: UpdateRequest): Promise<UpdateResponse> {
  const resource = resourceOf(request.getUrn());
  const inputs = valuesOf(request.getNews());
  const outputs = request.getPreview()
    ? planned(resource, inputs)
    : await resource.update(stepOf(request.getUrn(), inputs, valuesOf(request.getOlds())));
  return new UpdateResponse().setProperties(structOf({ ...inputs, ...outputs }));
}

async function remove(request: DeleteRequest): Promise<Empty> {
  const was = valuesOf(request.getProperties());
  await resourceOf(request.getUrn()).remove(stepOf(request.getUrn(), was, was));
  return new Empty();
}

async function invoke(request: InvokeRequest): Promise<InvokeResponse> {
  if (request.getTok() !== "command:local:run") throw new Error(`unknown function "${request.getTok()}"`);
  const step = stepOf("", valuesOf(request.getArgs()), {});
  const outputs = await runLocally(step.inputs["command"] as string, step, outputOf(step));
  return new InvokeResponse().setReturn(structOf({ ...step.inputs, ...outputs }));
}

endWithEngine(() => cancelled.abort());

void serve(ResourceProviderService as never, {
  handshake: unary(() => new ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true)),
  getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
  getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify({ name: "command", version }))),
  checkConfig: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
  diffConfig: unary(() => new DiffResponse().setChanges(DiffResponse.DiffChanges.DIFF_NONE)),
  configure: unary(() => new ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true).setAcceptresources(true)),
  check: unary(check),
  diff: unary((request: DiffRequest) => diff(resourceOf(request.getUrn()), valuesOf(request.getOldInputs()), valuesOf(request.getNews()))),
  create: unary(create),
  read: unary((request: ReadRequest) =>
    new ReadResponse().setId(request.getId()).setProperties(request.getProperties()).setInputs(request.getInputs()),
  ),
  update: unary(update),
  delete: unary(remove),
  invoke: unary(invoke),
  cancel: unary(() => {
    cancelled.abort();
    return new Empty();
  }),
});
