import { isDeepStrictEqual } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { converge, differences, preview, steady, StepFailed } from "./converge";
import { parseConfiguration, type Settings } from "./configuration";
import { Display } from "./display";
import { failureOf, partialFailureOf } from "./failure";
import type { Context, Inventory, Problem } from "./handler";
import type { AnyHandler, Registry } from "./registry";
import { fromWire, toWire, unknownProperties } from "./wire";

export interface Options {
  registry: Registry;
  /** Connects nothing by itself. */
  openInventory(settings: Settings): Inventory;
  version: string;
  /** Address of Pulumi's engine, for what is shown while a step runs. */
  engine?: string;
}

/** The provider as gRPC's server takes it: each call of Pulumi's engine, answered by the registry's handlers. */
export function implementation(options: Options): grpc.UntypedServiceImplementation {
  const display = new Display(options.engine);
  const cancelled = new AbortController();
  let inventory: Inventory | undefined;

  const contextOf = (urn: string): Context => {
    if (inventory === undefined) throw new Error("the provider was asked before it was configured");
    return {
      inventory,
      signal: cancelled.signal,
      progress: (text) => display.progress(urn, text),
      info: (text) => display.info(urn, text),
      warn: (text) => display.warn(urn, text),
    };
  };

  const handlerOf = (urn: string): AnyHandler => {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const handler = options.registry.handlers[token];
    if (handler === undefined) throw new Error(`unknown resource type "${token}"`);
    return handler;
  };

  function check(request: provider.CheckRequest): provider.CheckResponse {
    const handler = handlerOf(request.getUrn());
    const failures = handler.check(fromWire(request.getNews())).map(checkFailure);
    return new provider.CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
  }

  function diff(request: provider.DiffRequest): provider.DiffResponse {
    const handler = handlerOf(request.getUrn());
    const wanted = request.getNews();
    return diffResponse(differences(handler, fromWire(request.getOldInputs()), fromWire(wanted), unknownProperties(wanted)));
  }

  async function create(request: provider.CreateRequest): Promise<provider.CreateResponse> {
    const urn = request.getUrn();
    const handler = handlerOf(urn);
    const wanted = fromWire(request.getProperties());
    const id = request.getPreview() ? "" : (urn.split("::").at(-1) ?? "");
    const state = request.getPreview()
      ? await preview(handler, wanted, unknownProperties(request.getProperties()), undefined, contextOf(urn))
      : await converge(handler, wanted, undefined, contextOf(urn)).catch(withId(id));
    return new provider.CreateResponse().setId(id).setProperties(toWire({ ...wanted, ...state })).setRefreshBeforeUpdate(true);
  }

  async function read(request: provider.ReadRequest): Promise<provider.ReadResponse> {
    const urn = request.getUrn();
    const handler = handlerOf(urn);
    const inputs = fromWire(request.getInputs());
    if (Object.keys(inputs).length === 0) throw new Error(`"${request.getId()}" can't be imported: \`pulumi up\` adopts what is already as wanted`);
    const was = fromWire(request.getProperties());
    const live = await handler.read(inputs, was, contextOf(urn));
    return new provider.ReadResponse()
      .setId(request.getId())
      .setInputs(toWire(live.inputs))
      .setProperties(toWire({ ...live.inputs, ...steady(live.state, was) }))
      .setRefreshBeforeUpdate(true);
  }

  async function update(request: provider.UpdateRequest): Promise<provider.UpdateResponse> {
    const urn = request.getUrn();
    const handler = handlerOf(urn);
    const wanted = fromWire(request.getNews());
    const was = fromWire(request.getOlds());
    const state = request.getPreview()
      ? await preview(handler, wanted, unknownProperties(request.getNews()), was, contextOf(urn))
      : await converge(handler, wanted, was, contextOf(urn)).catch(withId(request.getId()));
    return new provider.UpdateResponse().setProperties(toWire({ ...wanted, ...state })).setRefreshBeforeUpdate(true);
  }

  function remove(request: provider.DeleteRequest): Empty {
    display.info(request.getUrn(), "taken out of the stack; nothing is deleted on any host, in the database or of the backups");
    return new Empty();
  }

  async function invoke(request: provider.InvokeRequest): Promise<provider.InvokeResponse> {
    const lookup = options.registry.lookups[request.getTok()];
    if (lookup === undefined) throw new Error(`unknown function "${request.getTok()}"`);
    const question = fromWire(request.getArgs());
    const problems = lookup.check(question);
    if (problems.length > 0) return new provider.InvokeResponse().setFailuresList(problems.map(checkFailure));
    return new provider.InvokeResponse().setReturn(toWire(await lookup.answer(question, contextOf(""))));
  }

  function configure(request: provider.ConfigureRequest): provider.ConfigureResponse {
    const parsed = parseConfiguration(fromWire(request.getArgs()));
    if ("problems" in parsed) throw new Error(parsed.problems.map(({ propertyPath, reason }) => `${propertyPath} ${reason}`).join("; "));
    inventory = options.openInventory(parsed.settings);
    return new provider.ConfigureResponse().setSupportspreview(true);
  }

  return {
    handshake: unary(() => new provider.ProviderHandshakeResponse()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(options.version)),
    getSchema: unary(() => new provider.GetSchemaResponse().setSchema(JSON.stringify({ name: "apphost", version: options.version }))),
    checkConfig: unary(checkConfig),
    diffConfig: unary(diffConfig),
    configure: unary(configure),
    check: unary(check),
    diff: unary(diff),
    create: unary(create),
    read: unary(read),
    update: unary(update),
    delete: unary(remove),
    invoke: unary(invoke),
    cancel: unary(() => {
      cancelled.abort();
      return new Empty();
    }),
    attach: unary(() => new Empty()),
  };
}

function checkConfig(request: provider.CheckRequest): provider.CheckResponse {
  const parsed = unknownProperties(request.getNews()).length > 0 ? { problems: [] } : parseConfiguration(fromWire(request.getNews()));
  const problems = "problems" in parsed ? parsed.problems : [];
  return new provider.CheckResponse().setInputs(request.getNews()).setFailuresList(problems.map(checkFailure));
}

/** A changed key or password never replaces anything. */
function diffConfig(request: provider.DiffRequest): provider.DiffResponse {
  const was = fromWire(request.getOldInputs());
  const wanted = fromWire(request.getNews());
  return diffResponse(Object.keys({ ...was, ...wanted }).filter((name) => !isDeepStrictEqual(was[name], wanted[name])));
}

function diffResponse(changed: readonly string[]): provider.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  const response = new provider.DiffResponse().setHasdetaileddiff(true).setDiffsList([...changed]);
  response.setChanges((changed.length > 0 ? DIFF_SOME : DIFF_NONE) as never);
  const difference = new provider.PropertyDiff().setKind(provider.PropertyDiff.Kind.UPDATE as never).setInputdiff(true);
  for (const name of changed) response.getDetaileddiffMap().set(name, difference);
  return response;
}

const checkFailure = ({ propertyPath, reason }: Problem): provider.CheckFailure =>
  new provider.CheckFailure().setProperty(propertyPath).setReason(reason);

/** Turns a failed step into what Pulumi records of it. */
const withId =
  (id: string) =>
  (error: unknown): never => {
    throw error instanceof StepFailed ? partialFailureOf(error.cause, { id, inputs: error.inputs, state: { ...error.inputs, ...error.state } }) : error;
  };

/** A function as gRPC's server wants it; what it throws becomes the call's failure. */
function unary<Request, Response>(answer: (request: Request) => Promise<Response> | Response): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(isFailure(error) ? error : failureOf(error)),
      );
  };
}

const isFailure = (error: unknown): error is grpc.ServiceError =>
  typeof error === "object" && error !== null && "details" in error && "code" in error && !(error instanceof Error);

/** Serves on a free port of this machine's loopback. @returns the port */
export async function listen(server: grpc.Server, calls: grpc.UntypedServiceImplementation): Promise<number> {
  server.addService(ResourceProviderService as never, calls);
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))),
  );
}

/** Messages may be as large as Pulumi's own limit. */
export const serverOptions: grpc.ServerOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};

