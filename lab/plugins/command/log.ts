import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { engineAddress } from "../server";
import type { Log } from "./resource";

const engine = new EngineClient(engineAddress(), credentials.createInsecure());

/** Pulumi's display, on the line of one resource. */
export function logOf(urn: string): Log {
  const tell = (severity: LogSeverity, message: string, ephemeral = false): void => {
    // A message that the engine doesn't take any more has nobody to read it.
    engine.log(new LogRequest().setUrn(urn).setSeverity(severity).setMessage(message).setEphemeral(ephemeral), () => undefined);
  };
  return {
    status: (line) => tell(LogSeverity.INFO, line, true),
    warning: (text) => tell(LogSeverity.WARNING, text),
    error: (text) => tell(LogSeverity.ERROR, text),
  };
}
