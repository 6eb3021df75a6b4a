import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckResponse,
  CheckRequest,
  type CreateResponse,
  CreateRequest,
  DeleteRequest,
  type DiffResponse,
  DiffRequest,
  type InvokeResponse,
  InvokeRequest,
  PropertyDiff,
  type UpdateResponse,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { call, Launched } from "./launched";

type Values = Record<string, unknown>;

const struct = (values: Values): Struct => Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
const valuesOf = (found: Struct | undefined): Values => found?.toJavaScript() ?? {};
const urnOf = (type: string): string => `urn:pulumi:stack::project::${type}::name`;

/** The launched plugin, spoken to in plain values. */
export class Provider {
  private constructor(readonly launched: Launched<ResourceProviderClient>) {}

  static start = async (env: NodeJS.ProcessEnv = {}): Promise<Provider> =>
    new Provider(await Launched.start("pulumi-resource-command", ResourceProviderClient, { env }));

  get #client(): ResourceProviderClient {
    return this.launched.client;
  }

  async check(type: string, inputs: Values): Promise<{ inputs: Values; failures: string[] }> {
    const request = new CheckRequest().setUrn(urnOf(type)).setNews(struct(inputs));
    const response = await call<CheckResponse>((done) => this.#client.check(request, done));
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    return { inputs: valuesOf(response.getInputs()), failures };
  }

  /** Each changed property with what becomes of the resource. */
  async diff(type: string, was: Values, wanted: Values): Promise<Values> {
    const request = new DiffRequest().setUrn(urnOf(type)).setOldInputs(struct(was)).setNews(struct(wanted));
    const response = await call<DiffResponse>((done) => this.#client.diff(request, done));
    const names = Object.keys(PropertyDiff.Kind);
    const changes: Values = {};
    response.getDetaileddiffMap().forEach((change, key) => (changes[key] = names[change.getKind()]));
    return changes;
  }

  async create(type: string, inputs: Values, preview = false): Promise<{ id: string; outputs: Values }> {
    const request = new CreateRequest().setUrn(urnOf(type)).setProperties(struct(inputs)).setPreview(preview);
    const response = await call<CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), outputs: valuesOf(response.getProperties()) };
  }

  async update(type: string, was: Values, wanted: Values): Promise<Values> {
    const request = new UpdateRequest().setUrn(urnOf(type)).setOlds(struct(was)).setNews(struct(wanted));
    return valuesOf((await call<UpdateResponse>((done) => this.#client.update(request, done))).getProperties());
  }

  remove(type: string, was: Values): Promise<Empty> {
    const request = new DeleteRequest().setUrn(urnOf(type)).setProperties(struct(was));
    return call((done) => this.#client.delete(request, done));
  }

  async invoke(token: string, args: Values): Promise<Values> {
    const request = new InvokeRequest().setTok(token).setArgs(struct(args));
    return valuesOf((await call<InvokeResponse>((done) => this.#client.invoke(request, done))).getReturn());
  }
}
