import { isDeepStrictEqual } from "node:util";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { DeploymentError } from "../host/errors";
import { changedSince, converge, differences, preview, readLive, readNow, StepFailed, type StepNames } from "./converge";
import { Failure, messageOf } from "./failure";
import { type Context, unknown } from "./handler";
import type { Readings } from "./readings";
import type { AnyHandler } from "./registry";
import { checkFailure, diffResponse } from "./responses";
import { parseUrn } from "./urn";
import { fromWire, toWire, type Values, wantedFromWire } from "./wire";

/** What the engine asks about one resource, answered by the handler of its type. */
export class Resource {
  readonly #handler: AnyHandler;
  readonly #names: StepNames;

  constructor(
    urn: string,
    handlers: Record<string, AnyHandler>,
    private readonly readings: Readings,
    private readonly context: () => Context,
  ) {
    const { stack, type, name } = parseUrn(urn);
    const handler = handlers[type];
    if (handler === undefined) throw new Failure(`there is no resource type "${type}", only: ${Object.keys(handlers).join(", ")}`);
    this.#handler = handler;
    this.#names = { urn, name, purpose: `${process.env["SELFHELP_ACTION"] ?? "deployment"} of stack ${stack}${exceptionOf(process.env)}` };
  }

  check(request: provider.CheckRequest): provider.CheckResponse {
    const failures = this.#handler.check(fromWire(request.getNews())).map(checkFailure);
    return new provider.CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
  }

  /**
   * What `read` found is compared with what is wanted. Where anything differs it is read again with what is wanted now, since what is as good as wanted
   * depends on that; and where nothing is due then, what an earlier step of this run has changed is taken over. It is also read again when another
   * process did the reading: that one had another inventory (the engine starts a new process for a changed configuration), and a stack that has moved
   * to a new host would look unchanged.
   */
  async diff(request: provider.DiffRequest): Promise<provider.DiffResponse> {
    const wanted = wantedFromWire(request.getNews());
    const [read, was] = [fromWire(request.getOldInputs()), fromWire(request.getOlds())];
    const isReadHere = this.readings.isRecorded(this.#names.urn);
    if (isReadHere && wanted.unknown.length === 0 && isDeepStrictEqual(read, wanted.known)) return diffResponse([]);
    const now = await readNow(this.#handler, wanted, was, this.context());
    if (now === undefined) return diffResponse(isReadHere ? differences(this.#handler, read, wanted) : [...this.#handler.compared]);
    if (wanted.unknown.length === 0) this.readings.keep(this.#names.urn, now);
    const due = differences(this.#handler, now.live.inputs, wanted);
    return diffResponse(due.length > 0 || !isReadHere ? due : await changedSince(this.#handler, read, was, this.context()));
  }

  async create(request: provider.CreateRequest): Promise<provider.CreateResponse> {
    const id = request.getPreview() ? "" : this.#names.name;
    const outputs = await this.#outputs(id, request.getProperties(), undefined, request.getPreview());
    return new provider.CreateResponse().setId(id).setProperties(toWire(outputs)).setRefreshBeforeUpdate(true);
  }

  async update(request: provider.UpdateRequest): Promise<provider.UpdateResponse> {
    const outputs = await this.#outputs(request.getId(), request.getNews(), fromWire(request.getOlds()), request.getPreview());
    return new provider.UpdateResponse().setProperties(toWire(outputs)).setRefreshBeforeUpdate(true);
  }

  /**
   * The engine reads with the inventory and inputs of the last deployment, before the program runs. That these no longer lead anywhere (a host was
   * replaced, a password or the repository's place changed) must not stop the program from saying so: it becomes the recorded resource's error,
   * with which the engine calls Update, in a preview too, and that one reads with what the program says now, or fails.
   */
  async read(request: provider.ReadRequest): Promise<provider.ReadResponse> {
    const recorded = { id: request.getId(), inputs: request.getInputs(), properties: request.getProperties() };
    const inputs = fromWire(recorded.inputs);
    if (Object.keys(inputs).length === 0)
      throw new DeploymentError(
        `"${this.#names.name}" can't be imported, and needn't be: \`pulumi up\` takes over a host that is as wanted without a change.`,
      );
    this.readings.markRecorded(this.#names.urn);
    try {
      const was = fromWire(recorded.properties);
      const live = await readLive(this.#handler, inputs, was, this.context());
      return new provider.ReadResponse()
        .setId(recorded.id)
        .setInputs(toWire(live.inputs))
        .setProperties(toWire({ ...live.inputs, ...live.state }))
        .setRefreshBeforeUpdate(true);
    } catch (error) {
      throw new Failure(`not read, with the settings of the last deployment: ${messageOf(error, `reading ${this.#names.name}`)}`, recorded);
    }
  }

  /** Planned outputs in a preview, else those of what was made so. */
  async #outputs(
    id: string,
    properties: ReturnType<provider.CreateRequest["getProperties"]>,
    was: Values | undefined,
    isPreview: boolean,
  ): Promise<Values> {
    const wanted = wantedFromWire(properties);
    if (isPreview) {
      const later = Object.fromEntries(wanted.unknown.map((name) => [name, unknown]));
      return { ...wanted.known, ...later, ...(await preview(this.#handler, wanted, was, this.context())) };
    }
    try {
      return { ...wanted.known, ...(await converge(this.#handler, wanted.known, was, this.context(), this.readings, this.#names)) };
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      const { inputs, state } = error.after;
      const reason = [messageOf(error.cause, this.#names.name), ...error.takenBack].join("\n");
      throw new Failure(reason, { id, inputs: toWire(inputs), properties: toWire({ ...inputs, ...state }) });
    }
  }
}

/** " (in spite of its protection: the certificate expires tonight)" */
function exceptionOf({ SELFHELP_BREAK_GLASS: reason = "" }: NodeJS.ProcessEnv): string {
  return reason === "" ? "" : ` (in spite of its protection: ${reason.replace(/\p{Cc}/gu, " ").slice(0, 200)})`;
}
