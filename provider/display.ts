import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

const longestSeconds = 5;
/** In characters: where there is no terminal, each one stays in the log. */
const longestProgress = 300;

/** Pulumi's display, as far as a provider can write into it: in order. Never throws: showing is not worth failing for. */
export class Display {
  #engine: EngineClient | undefined;
  #sent: Promise<void> = Promise.resolve();
  /** The newest progress that is still to be sent, by resource. */
  readonly #progress = new Map<string, string>();

  /** @param hide takes out what must not be seen, or shown */
  constructor(private readonly hide: (text: string) => string) {}

  /** @param address of Pulumi's engine; until one is given nothing is shown */
  attach(address: string): void {
    this.#engine = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Replaces the text on the resource's own line. */
  progress(urn: string, text: string): void {
    const isWaiting = this.#progress.has(urn);
    this.#progress.set(urn, text);
    if (isWaiting) return;
    this.#enqueue(() => {
      const newest = this.#progress.get(urn) ?? text;
      this.#progress.delete(urn);
      return new LogRequest()
        .setUrn(urn)
        .setSeverity(LogSeverity.INFO)
        .setMessage(this.hide(newest).slice(0, longestProgress))
        .setEphemeral(true);
    });
  }

  info(urn: string, text: string): void {
    this.#enqueue(() => new LogRequest().setUrn(urn).setSeverity(LogSeverity.INFO).setMessage(this.hide(text)));
  }

  warn(urn: string, text: string): void {
    this.#enqueue(() => new LogRequest().setUrn(urn).setSeverity(LogSeverity.WARNING).setMessage(this.hide(text)));
  }

  /** Returns when everything was shown, or can't be. */
  shown(): Promise<void> {
    return this.#sent;
  }

  #enqueue(request: () => LogRequest): void {
    this.#sent = this.#sent.then(
      () =>
        new Promise((resolve) => {
          if (this.#engine === undefined) return resolve();
          this.#engine.log(request(), new grpc.Metadata(), { deadline: Date.now() + longestSeconds * 1000 }, () => resolve());
        }),
    );
  }
}
