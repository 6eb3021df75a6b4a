import { isDeepStrictEqual } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { parseConfiguration, type Settings } from "./configuration";
import { Display } from "./display";
import { answerOf, Failure, failureOf } from "./failure";
import type { Context, Inventory, Problem } from "./handler";
import { Readings } from "./readings";
import type { Registry } from "./registry";
import { plainLines } from "../host/plain";
import { redact } from "../host/redact";
import { Resource } from "./resources";
import { checkFailure, diffResponse } from "./responses";
import { parseUrn } from "./urn";
import { secretsIn } from "./secrets";
import { WayBack } from "./way-back";
import { fromWire, toWire, wantedFromWire } from "./wire";

export interface Options {
  registry: Registry;
  /** Connects nothing by itself. */
  openInventory(settings: Settings): Inventory | Promise<Inventory>;
  version: string;
}

/** One provider: the calls of Pulumi's engine, answered by the registry's handlers. */
export class Provider {
  readonly #display = new Display((text) => this.#forPeople(text));
  readonly #cancelled = new AbortController();
  readonly #wayBack = new WayBack();
  readonly #readings = new Readings();
  readonly #running = new Set<Promise<unknown>>();
  /** What is known to be secret, once there is a configuration. */
  #secrets: string[] = [];
  #inventory: Inventory | Failure = new Failure("the provider was asked before it was configured");

  constructor(private readonly options: Options) {}

  /** Says where Pulumi's engine listens. */
  attach(engine: string): Empty {
    this.#display.attach(engine);
    return new Empty();
  }

  /** Asks everything that runs to end at its next safe point. */
  cancel(): Empty {
    this.#cancelled.abort();
    return new Empty();
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Resolves when no call is being answered any more, and what was told to the audit log is there. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running);
    if (!(this.#inventory instanceof Failure)) await this.#inventory.audit.written();
  }

  /** The calls by their names in Pulumi's protocol. */
  calls(): grpc.UntypedServiceImplementation {
    return {
      handshake: this.#unary(() => new provider.ProviderHandshakeResponse()),
      getPluginInfo: this.#unary(() => new PluginInfo().setVersion(this.options.version)),
      getSchema: this.#unary(() =>
        new provider.GetSchemaResponse().setSchema(JSON.stringify({ name: "apphost", version: this.options.version })),
      ),
      attach: this.#unary((request: PluginAttach) => this.attach(request.getAddress())),
      checkConfig: this.#unary(checkConfig),
      diffConfig: this.#unary(diffConfig),
      configure: this.#unary((request: provider.ConfigureRequest) => this.#configure(request)),
      check: this.#unary((request: provider.CheckRequest) => this.#resource(request).check(request)),
      diff: this.#unary((request: provider.DiffRequest) => this.#resource(request).diff(request)),
      create: this.#unary((request: provider.CreateRequest) => this.#resource(request).create(request)),
      read: this.#unary((request: provider.ReadRequest) => this.#resource(request).read(request)),
      update: this.#unary((request: provider.UpdateRequest) => this.#resource(request).update(request)),
      delete: this.#unary((request: provider.DeleteRequest) => this.#delete(request)),
      invoke: this.#unary((request: provider.InvokeRequest) => this.#invoke(request)),
      cancel: this.#unary(() => this.cancel()),
    };
  }

  /** A function as gRPC's server wants it; what it throws becomes the call's failure. It answers when what it had to show was shown. */
  #unary<Request, Response>(answer: (request: Request) => Promise<Response> | Response): grpc.handleUnaryCall<Request, Response> {
    const answered = async (request: Request): Promise<Response> => answer(request);
    return (call, callback) => {
      const running = answered(call.request)
        .finally(() => this.#display.shown())
        .then(
          (response) => callback(null, response),
          async (error: unknown) =>
            callback(answerOf(await this.#failed(failureOf(error, subjectOf(call))), (text) => this.#forPeople(text))),
        )
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    };
  }

  /** A step that failed has taken back what this run changed, and says so; what fails before a step begins does it here. */
  async #failed(failure: Failure): Promise<Failure> {
    if (failure.remains !== undefined || this.#inventory instanceof Failure) return failure;
    const takenBack = await this.#wayBack.take({ ...this.#context(""), signal: new AbortController().signal });
    return takenBack.length === 0 ? failure : new Failure([failure.message, ...takenBack].join("\n"));
  }

  /** Never fails: the engine configures a process with what was recorded first, and that must not stop a program that says it better. */
  async #configure(request: provider.ConfigureRequest): Promise<provider.ConfigureResponse> {
    const parsed = parseConfiguration(fromWire(request.getArgs()));
    this.#secrets = "problems" in parsed ? [] : secretsIn(parsed.settings);
    this.#inventory = "problems" in parsed ? new Failure(described(parsed.problems)) : await this.#open(parsed.settings);
    return new provider.ConfigureResponse().setSupportspreview(true);
  }

  async #open(settings: Settings): Promise<Inventory | Failure> {
    try {
      return await this.options.openInventory(settings);
    } catch (error) {
      return failureOf(error, "the provider's configuration");
    }
  }

  /** Without secrets, and without orders to a terminal: what hosts, servers and builds said is in it. */
  #forPeople(text: string): string {
    return plainLines(redact(text, this.#secrets));
  }

  #resource(request: { getUrn(): string }): Resource {
    const urn = request.getUrn();
    return new Resource(urn, this.options.registry.handlers, this.#readings, () => this.#context(urn));
  }

  #delete(request: provider.DeleteRequest): Empty {
    const { host } = fromWire(request.getProperties());
    const left = typeof host === "string" ? `; host "${host}" is left as it is, and serves what it did to whoever reaches it` : "";
    const text = `taken out of the stack; nothing is deleted on any host, in the database or among the backups${left}`;
    this.#display.info(request.getUrn(), text);
    return new Empty();
  }

  async #invoke(request: provider.InvokeRequest): Promise<provider.InvokeResponse> {
    const { lookups } = this.options.registry;
    const lookup = lookups[request.getTok()];
    if (lookup === undefined) throw new Failure(`there is no function "${request.getTok()}", only: ${Object.keys(lookups).join(", ")}`);
    const question = fromWire(request.getArgs());
    const problems = lookup.check(question);
    if (problems.length > 0) return new provider.InvokeResponse().setFailuresList(problems.map(checkFailure));
    return new provider.InvokeResponse().setReturn(toWire(await lookup.answer(question, this.#context(""))));
  }

  #context(urn: string): Context {
    const inventory = this.#inventory;
    if (inventory instanceof Failure) throw inventory;
    return {
      inventory,
      signal: this.#cancelled.signal,
      wayBack: this.#wayBack,
      progress: (text) => this.#display.progress(urn, text),
      info: (text) => this.#display.info(urn, text),
      warn: (text) => this.#display.warn(urn, text),
    };
  }
}

const described = (problems: readonly Problem[]): string =>
  ["the provider's configuration can't be used:", ...problems.map(({ propertyPath, reason }) => `    ${propertyPath} ${reason}`)].join(
    "\n",
  );

function checkConfig(request: provider.CheckRequest): provider.CheckResponse {
  const { known, unknown } = wantedFromWire(request.getNews());
  const parsed = unknown.length > 0 ? { problems: [] } : parseConfiguration(known);
  const problems = "problems" in parsed ? parsed.problems : [];
  return new provider.CheckResponse().setInputs(request.getNews()).setFailuresList(problems.map(checkFailure));
}

/** A changed key or password never replaces anything. */
function diffConfig(request: provider.DiffRequest): provider.DiffResponse {
  const was = fromWire(request.getOldInputs());
  const { known, unknown } = wantedFromWire(request.getNews());
  const names = Object.keys({ ...was, ...known });
  return diffResponse([...names.filter((name) => !unknown.includes(name) && !isDeepStrictEqual(was[name], known[name])), ...unknown]);
}

/** "Create of selfhelp-backup" */
function subjectOf(call: { request: unknown; getPath(): string }): string {
  const request = call.request as { getUrn?(): string; getTok?(): string };
  const what = request.getUrn === undefined ? request.getTok?.() : parseUrn(request.getUrn()).name;
  const name = call.getPath().split("/").at(-1);
  return what === undefined ? `${name}` : `${name} of ${what}`;
}
