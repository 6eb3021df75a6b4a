import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { DeploymentError, textOf } from "../host/errors";

/**
 * What a failed call answers. With `remains` Pulumi records the resource as it now is, with the reason, and does it again at the next up; without, it keeps
 * what it has recorded.
 */
export class Failure extends Error {
  constructor(
    message: string,
    readonly remains?: Remains,
  ) {
    super(message);
  }
}

/** Where things stand after a step that failed half way, or that could not be looked at. */
export interface Remains {
  id: string;
  inputs: Struct | undefined;
  properties: Struct | undefined;
}

export const failureOf = (error: unknown, subject: string): Failure =>
  error instanceof Failure ? error : new Failure(messageOf(error, subject));

/**
 * A failure as gRPC sends it. To the engine, "failed precondition" is a failure that is understood; it has no code for one that left something behind.
 * @param hide takes out what must not be seen, or shown
 */
export function answerOf({ message, remains }: Failure, hide: (text: string) => string): Partial<grpc.StatusObject> {
  const details = hide(message);
  const metadata = remains === undefined ? {} : { metadata: metadataOf(details, remains) };
  return { code: grpc.status.FAILED_PRECONDITION, details, ...metadata };
}

/** Without `inputs` and `refreshBeforeUpdate` the next preview would compare with stale values. */
function metadataOf(reason: string, { id, inputs, properties }: Remains): grpc.Metadata {
  const detail = new ErrorResourceInitFailed()
    .setId(id)
    .setInputs(inputs)
    .setProperties(properties)
    .setReasonsList([reason])
    .setRefreshBeforeUpdate(true);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.FAILED_PRECONDITION).setMessage(reason).setDetailsList([packed]);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

/**
 * What a person is told: a DeploymentError's own words; of anything else one line, with the stack only when SELFHELP_DEBUG is set.
 * @param subject what failed, where the error doesn't say
 */
export function messageOf(error: unknown, subject: string): string {
  if (error instanceof DeploymentError || error instanceof Failure) return error.message;
  const [text] = textOf(error).split("\n");
  if (process.env["SELFHELP_DEBUG"] && error instanceof Error) return `${subject} failed unexpectedly: ${error.stack}`;
  return `${subject} failed unexpectedly: ${text}. Run it again with SELFHELP_DEBUG=1 to see where, and report it.`;
}
