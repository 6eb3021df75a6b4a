import { credentials, type requestCallback, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Options, Provider } from "../../../provider/server";

export type Values = Record<string, unknown>;

export const struct = (values: Values): Struct => Struct.fromJavaScript(values as Record<string, JavaScriptValue>);

export const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const secretMark = (value: unknown): Values => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

export const settings = {
  app: "demo",
  hosts: JSON.stringify([{ name: "web1", address: "192.0.2.1", port: 22, user: "deploy", hostKey: "" }]),
  database: secretMark(
    JSON.stringify({ over: "web1", address: "127.0.0.1", port: 3306, name: "demo", user: "u", password: "hidden word" }),
  ),
};

/** What a call failed with. */
export interface Refusal {
  message: string;
  /** What the failed step left behind. */
  remains?: { id: string; inputs: Values; properties: Values; reasons: string[]; refreshBeforeUpdate: boolean };
}

/** What the provider showed in Pulumi's display. */
export interface Shown {
  resource: string;
  text: string;
  isEphemeral: boolean;
  isWarning: boolean;
}

/** Stands in the place of Pulumi's engine: speaks to a provider in plain values, over gRPC. */
export class Engine {
  readonly shown: Shown[] = [];
  readonly #servers: Server[] = [];
  #client!: ResourceProviderClient;

  /** A provider of its own in this process, configured. */
  static async start(options: Pick<Options, "registry" | "openInventory">): Promise<Engine> {
    const engine = new Engine();
    const server = new Server();
    server.addService(ResourceProviderService, new Provider({ ...options, version: "1.2.3" }).calls());
    engine.connect(await engine.#listen(server));
    const display = new Server();
    display.addService(EngineService, {
      log: engine.#log as never,
      getRootResource: undefined as never,
      setRootResource: undefined as never,
    } as never);
    const address = `127.0.0.1:${await engine.#listen(display)}`;
    await engine.#call((done) => engine.#client.attach(new PluginAttach().setAddress(address), done));
    await engine.configure(settings);
    return engine;
  }

  connect(port: number): void {
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  stop(): void {
    this.#client.close();
    for (const server of this.#servers) server.forceShutdown();
  }

  configure(args: Values): Promise<proto.ConfigureResponse> {
    return this.#call((done) => this.#client.configure(new proto.ConfigureRequest().setArgs(struct(args)).setAcceptsecrets(true), done));
  }

  async checkConfig(news: Values): Promise<string[]> {
    return problemsOf(
      await this.#call<proto.CheckResponse>((done) => this.#client.checkConfig(new proto.CheckRequest().setNews(struct(news)), done)),
    );
  }

  async diffConfig(olds: Values, news: Values): Promise<proto.DiffResponse.AsObject> {
    const request = new proto.DiffRequest().setOldInputs(struct(olds)).setNews(struct(news));
    return (await this.#call<proto.DiffResponse>((done) => this.#client.diffConfig(request, done))).toObject();
  }

  async check(urn: string, news: Values): Promise<string[]> {
    return problemsOf(
      await this.#call<proto.CheckResponse>((done) => this.#client.check(new proto.CheckRequest().setUrn(urn).setNews(struct(news)), done)),
    );
  }

  async diff(urn: string, oldInputs: Values, news: Values, olds = oldInputs): Promise<proto.DiffResponse.AsObject> {
    const request = new proto.DiffRequest().setUrn(urn).setOldInputs(struct(oldInputs)).setOlds(struct(olds)).setNews(struct(news));
    return (await this.#call<proto.DiffResponse>((done) => this.#client.diff(request, done))).toObject();
  }

  async create(urn: string, inputs: Values, preview = false): Promise<{ id: string; outputs: Values; refreshBeforeUpdate: boolean }> {
    const request = new proto.CreateRequest().setUrn(urn).setProperties(struct(inputs)).setPreview(preview);
    const response = await this.#call<proto.CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), outputs: valuesOf(response.getProperties()), refreshBeforeUpdate: response.getRefreshBeforeUpdate() };
  }

  async update(urn: string, olds: Values, news: Values, preview = false): Promise<{ outputs: Values; refreshBeforeUpdate: boolean }> {
    const request = new proto.UpdateRequest().setUrn(urn).setId("note").setOlds(struct(olds)).setNews(struct(news)).setPreview(preview);
    const response = await this.#call<proto.UpdateResponse>((done) => this.#client.update(request, done));
    return { outputs: valuesOf(response.getProperties()), refreshBeforeUpdate: response.getRefreshBeforeUpdate() };
  }

  async read(urn: string, inputs: Values, properties: Values): Promise<{ inputs: Values; outputs: Values; refreshBeforeUpdate: boolean }> {
    const request = new proto.ReadRequest().setUrn(urn).setId("note").setInputs(struct(inputs)).setProperties(struct(properties));
    const response = await this.#call<proto.ReadResponse>((done) => this.#client.read(request, done));
    return {
      inputs: valuesOf(response.getInputs()),
      outputs: valuesOf(response.getProperties()),
      refreshBeforeUpdate: response.getRefreshBeforeUpdate(),
    };
  }

  delete(urn: string, properties: Values): Promise<Empty> {
    return this.#call((done) => this.#client.delete(new proto.DeleteRequest().setUrn(urn).setProperties(struct(properties)), done));
  }

  async invoke(token: string, args: Values): Promise<{ answer: Values; problems: string[] }> {
    const request = new proto.InvokeRequest().setTok(token).setArgs(struct(args));
    const response = await this.#call<proto.InvokeResponse>((done) => this.#client.invoke(request, done));
    return { answer: valuesOf(response.getReturn()), problems: problemsOf(response) };
  }

  cancel(): Promise<Empty> {
    return this.#call((done) => this.#client.cancel(new Empty(), done));
  }

  async #listen(server: Server): Promise<number> {
    this.#servers.push(server);
    return new Promise((resolve, reject) =>
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))),
    );
  }

  #call<Response>(make: (done: requestCallback<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => make((error, response) => (error ? reject(refusalOf(error)) : resolve(response as Response))));
  }

  readonly #log = ({ request }: { request: LogRequest }, done: (error: null, empty: Empty) => void): void => {
    const { urn, message, ephemeral, severity } = request.toObject();
    this.shown.push({ resource: urn.split("::").at(-1) ?? "", text: message, isEphemeral: ephemeral, isWarning: severity === 2 });
    done(null, new Empty());
  };
}

/** What a call is refused with; fails when it is not. */
export const refusal = (call: Promise<unknown>): Promise<Refusal> =>
  call.then(
    () => {
      throw new Error("the call did not fail");
    },
    (error: Refusal) => error,
  );

const valuesOf = (found: Struct | undefined): Values => found?.toJavaScript() ?? {};

const problemsOf = (response: { getFailuresList(): proto.CheckFailure[] }): string[] =>
  response.getFailuresList().map((failure) => `${failure.getProperty()} ${failure.getReason()}`);

function refusalOf(error: ServiceError): Refusal {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  const [detail] = packed === undefined ? [] : Status.deserializeBinary(packed as Buffer).getDetailsList();
  const failed = detail?.unpack((bytes) => proto.ErrorResourceInitFailed.deserializeBinary(bytes), "pulumirpc.ErrorResourceInitFailed");
  if (!failed) return { message: error.details };
  const remains = {
    id: failed.getId(),
    inputs: valuesOf(failed.getInputs()),
    properties: valuesOf(failed.getProperties()),
    reasons: failed.getReasonsList(),
    refreshBeforeUpdate: failed.getRefreshBeforeUpdate(),
  };
  return { message: error.details, remains };
}
