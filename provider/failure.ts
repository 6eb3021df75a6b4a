import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { DeploymentError } from "../host/errors";
import { toWire, type Values } from "./wire";

/** What a failed call answers. */
export type Failure = Partial<grpc.StatusObject> & { code: grpc.status; details: string };

/** Where things stand after a step that failed half way. */
export interface Remains {
  id: string;
  inputs: Values;
  state: Values;
}

/** A plain failure: nothing is recorded of the resource. */
export const failureOf = (error: unknown): Failure => ({ code: grpc.status.UNKNOWN, details: messageOf(error) });

/**
 * A failure that leaves something behind: Pulumi records the resource as it now is, with the error, and does it again at the next up.
 * Without `inputs` and `refreshBeforeUpdate` the next preview would compare with stale values.
 */
export function partialFailureOf(error: unknown, remains: Remains): Failure {
  const message = messageOf(error);
  const detail = new ErrorResourceInitFailed()
    .setId(remains.id)
    .setInputs(toWire(remains.inputs))
    .setProperties(toWire(remains.state))
    .setReasonsList([message])
    .setRefreshBeforeUpdate(true);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(message).addDetails(packed) ?? new Status();
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

/** What a person is told: a DeploymentError's own words; of anything else its message, with the stack only when debugging. */
export function messageOf(error: unknown): string {
  if (error instanceof DeploymentError) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  const where = process.env["SELFHELP_DEBUG"] !== undefined && error instanceof Error ? `\n${error.stack}` : "";
  return `unexpected failure: ${text}. Nothing more was done by this step; SELFHELP_DEBUG=1 shows where it happened.${where}`;
}
