import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckFailure,
  CheckResponse,
  type CheckRequest,
  type ConfigureRequest,
  ConfigureResponse,
  CreateResponse,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  GetSchemaResponse,
  ProviderHandshakeResponse,
  ReadResponse,
  type ReadRequest,
  UpdateResponse,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Connection } from "mysql2/promise";
import { diff } from "../diff";
import { endWithEngine, serve, unary } from "../server";
import { plain, type Properties, structOf, valuesOf } from "../values";
import { connect } from "./connection";
import { type Inputs, kindOf } from "./kinds";

/** Stands in for the plugin of @pulumi/mysql where that can't be had: users and grants, as far as a stack of this project needs them. */

const version = "3.3.2";
const cancelled = new AbortController();
let configuration: Inputs = {};

const inputsOf = (properties: Properties): Inputs => plain(properties) as Inputs;

async function onServer<Answer>(work: (server: Connection) => Promise<Answer>): Promise<Answer> {
  const server = await connect(configuration, cancelled.signal);
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

function configure(request: ConfigureRequest): ConfigureResponse {
  configuration = inputsOf(valuesOf(request.getArgs()));
  return new ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true);
}

function check(request: CheckRequest): CheckResponse {
  const { required, defaults } = kindOf(request.getUrn());
  const inputs = { ...defaults, ...valuesOf(request.getNews()) };
  const failures = required
    .filter((name) => inputs[name as keyof typeof inputs] === undefined)
    .map((name) => new CheckFailure().setProperty(name).setReason("Missing required property"));
  return new CheckResponse().setInputs(structOf(inputs)).setFailuresList(failures);
}

async function create(request: CreateRequest): Promise<CreateResponse> {
  const properties = valuesOf(request.getProperties());
  const response = new CreateResponse().setProperties(structOf(properties));
  if (request.getPreview()) return response;
  const [kind, inputs] = [kindOf(request.getUrn()), inputsOf(properties)];
  await onServer((server) => kind.create(server, inputs));
  return response.setId(kind.id(inputs));
}

async function update(request: UpdateRequest): Promise<UpdateResponse> {
  const properties = valuesOf(request.getNews());
  if (!request.getPreview()) await onServer((server) => kindOf(request.getUrn()).update(server, inputsOf(properties)));
  return new UpdateResponse().setProperties(structOf(properties));
}

/** One that is gone answers without an id, and Pulumi makes it again. */
async function read(request: ReadRequest): Promise<ReadResponse> {
  const inputs = inputsOf(valuesOf(request.getProperties()));
  if (!(await onServer((server) => kindOf(request.getUrn()).exists(server, inputs)))) return new ReadResponse();
  return new ReadResponse().setId(request.getId()).setProperties(request.getProperties()).setInputs(request.getInputs());
}

async function remove(request: DeleteRequest): Promise<Empty> {
  const inputs = inputsOf(valuesOf(request.getProperties()));
  await onServer((server) => kindOf(request.getUrn()).remove(server, inputs));
  return new Empty();
}

/** A changed login replaces nothing. */
const diffConfig = (request: DiffRequest) => diff({ replacedBy: [] }, valuesOf(request.getOldInputs()), valuesOf(request.getNews()));

endWithEngine(() => cancelled.abort());

void serve(ResourceProviderService as never, {
  handshake: unary(() => new ProviderHandshakeResponse().setAcceptSecrets(true)),
  getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
  getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify({ name: "mysql", version }))),
  checkConfig: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
  diffConfig: unary(diffConfig),
  configure: unary(configure),
  check: unary(check),
  diff: unary((request: DiffRequest) => diff(kindOf(request.getUrn()), valuesOf(request.getOldInputs()), valuesOf(request.getNews()))),
  create: unary(create),
  read: unary(read),
  update: unary(update),
  delete: unary(remove),
  cancel: unary(() => {
    cancelled.abort();
    return new Empty();
  }),
});
