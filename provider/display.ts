import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Pulumi's display, as far as a provider can write into it. Never throws: showing is not worth failing for. */
export class Display {
  readonly #engine: EngineClient | undefined;

  /** @param address the engine's, as it gives it to a plugin; without it nothing is shown */
  constructor(address: string | undefined) {
    this.#engine = address === undefined ? undefined : new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Replaces the text on the resource's own line. */
  progress(urn: string, text: string): void {
    this.#log(urn, LogSeverity.INFO, text, true);
  }

  info(urn: string, text: string): void {
    this.#log(urn, LogSeverity.INFO, text, false);
  }

  warn(urn: string, text: string): void {
    this.#log(urn, LogSeverity.WARNING, text, false);
  }

  #log(urn: string, severity: LogSeverity, text: string, ephemeral: boolean): void {
    const request = new LogRequest().setUrn(urn).setSeverity(severity as never).setMessage(text).setEphemeral(ephemeral);
    this.#engine?.log(request, () => undefined);
  }
}
