import { Cancelled, DeploymentError } from "../../host/errors";
import type { Store } from "./contract";
import { urlOf } from "./place";

/** The newest backup's copy is not there, or can't be looked at. What was begun of it at the store doesn't count. */
export class OffsiteFailed extends DeploymentError {
  constructor(
    /** "the backup … was not copied off-site from host … to s3://…" */
    readonly what: string,
    readonly reason: string,
    /** What to type or correct. */
    readonly remedy: string,
  ) {
    super(`${what}: ${reason}. ${remedy}`);
  }
}

/** Nobody knows what the store has: it did not answer. It may do so again before the copy's turn comes. */
export class StoreSilent extends OffsiteFailed {}

/** No answer came from the store. */
export class NoAnswer extends DeploymentError {
  /** The store's client repeats requests whose error has this. */
  readonly $retryable?: object;

  constructor(
    readonly address: string,
    readonly reason: string,
    isWorthRepeating: boolean,
  ) {
    super(`${address}: ${reason}`);
    if (isWorthRepeating) this.$retryable = {};
  }
}

/** What the store has is not what was sent to it. */
export class ChecksumDiffers extends DeploymentError {}

/** The archive on the host is not the one that its manifest describes. */
export class ArchiveUnusable extends DeploymentError {
  constructor(
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(reason);
  }
}

/** What was tried, for the beginning of an error. */
export interface Attempt {
  /** Id of the backup; undefined: it is yet to be made. */
  id: string | undefined;
  /** Name of the host. */
  host: string;
  store: Store;
  what: "copy" | "look";
  isCancelled: boolean;
}

const config = "selfhelp:backup.offsite";
const again = "When the cause is gone, type: pulumi up";

/** An error of the store, its client or the host, in words. Errors that say it themselves stay as they are. */
export function offsiteFailure(error: unknown, attempt: Attempt): unknown {
  if (attempt.isCancelled)
    return new Cancelled("the off-site copy", "what was sent of it doesn't count; the backup itself is whole on its host");
  if (error instanceof NoAnswer)
    return failed(
      attempt,
      `the store ${error.address} can't be reached from that host: ${error.reason}`,
      `Check ${config}.endpoint and region, and the network of that host. ${again}`,
      StoreSilent,
    );
  if (error instanceof ChecksumDiffers)
    return failed(attempt, error.message, `${again}. It is sent anew; when that fails too, look at the network`);
  if (error instanceof ArchiveUnusable) return failed(attempt, error.reason, error.remedy);
  if (error instanceof DeploymentError || !isRefusal(error)) return error;
  const { reason, remedy } = refusalText(error, attempt.store);
  return failed(attempt, reason, remedy);
}

function failed({ id, host, store, what }: Attempt, reason: string, remedy: string, Kind = OffsiteFailed): OffsiteFailed {
  const place = `from host "${host}" to ${urlOf(store)}`;
  return what === "copy"
    ? new Kind(
        `the backup ${id} was not copied off-site, ${place}`,
        `${reason}. The backup itself is whole on that host; all steps before this one are done`,
        remedy,
      )
    : new Kind(
        `${id === undefined ? "off-site copies" : `the off-site copy of the backup ${id}`} could not be looked for, ${place}`,
        `${reason}. Nothing was changed`,
        remedy,
      );
}

/** An error that a store answered with, as its client throws it. */
interface Refusal extends Error {
  $metadata: { httpStatusCode?: number };
}

export const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && (error as Partial<Refusal>).$metadata?.httpStatusCode !== undefined;

/** The store doesn't know the key, or what it may do: of a new key it may not know it yet. */
export const isKeyRefused = (error: unknown): boolean =>
  isRefusal(error) && (["InvalidAccessKeyId", "InvalidClientTokenId"].includes(error.name) || error.$metadata.httpStatusCode === 403);

function refusalText(error: Refusal, { bucket, region }: Store): { reason: string; remedy: string } {
  const { httpStatusCode: status } = error.$metadata;
  const secretSet = `pulumi config set --secret --path ${config}`;
  switch (error.name) {
    case "InvalidAccessKeyId":
      return { reason: "the store does not know the access key", remedy: `Set it anew: ${secretSet}.accessKeyId` };
    case "SignatureDoesNotMatch":
      return { reason: "the secret access key is not the one of the access key", remedy: `Set it anew: ${secretSet}.secretAccessKey` };
    case "NoSuchBucket":
      return { reason: `there is no bucket "${bucket}"`, remedy: `Correct ${config}.bucket, or make the bucket. ${again}` };
    case "PermanentRedirect":
    case "AuthorizationHeaderMalformed":
    case "IllegalLocationConstraintException":
      return { reason: `the bucket "${bucket}" is not in the region "${region}"`, remedy: `Correct ${config}.region` };
    case "BadDigest":
    case "XAmzContentSHA256Mismatch":
    case "XAmzContentChecksumMismatch":
      return { reason: "the store refused what it got: its checksum differs from what was sent", remedy: `${again}. It is sent anew` };
    case "NoSuchUpload":
      return { reason: "somebody, or a rule of the bucket, ended the upload", remedy: again };
    default:
      return status === 403
        ? {
            reason: `the access key may not do this in "${bucket}"`,
            remedy: `It needs s3:PutObject, s3:GetObject and s3:AbortMultipartUpload below the prefix, and s3:ListBucket. ${again}`,
          }
        : {
            reason: `the store answered with ${error.name} (${status}): ${error.message.split("\n")[0]?.slice(0, 200).replace(/\.$/, "")}`,
            remedy: again,
          };
  }
}
