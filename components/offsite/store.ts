import type { S3Client } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import type { Host } from "../../host/host";
import type { OffsiteCopyInputs } from "./contract";
import { FileBody, HostTransport } from "./transport";

/** An object as the store tells it. */
export interface StoredObject {
  bytes: number;
  /** SHA-256 that the store holds for it, base64, of an object in parts over the parts' sums; undefined: it holds none. */
  checksum: string | undefined;
  metadata: Record<string, string>;
  /** ISO 8601. */
  since: string;
}

/** What is sent, a file of the host, and what must arrive. */
export interface Sending {
  key: string;
  path: string;
  metadata: Record<string, string>;
}

export interface SentPart {
  number: number;
  offset: number;
  bytes: number;
  /** SHA-256, base64. */
  checksum: string;
}

/** The operations that a copy needs. Each throws what the store's client throws, NoAnswer, or an error of the host. */
export interface OpenStore {
  /** @throws also when there is none, without a reason: answers to this have no body; `list` tells more */
  look(key: string): Promise<StoredObject>;
  /** Keys that begin so; at most 10. */
  list(beginning: string): Promise<string[]>;
  /** Sends a small file at once. */
  put(sending: Sending, part: SentPart): Promise<void>;
  /** Begins an object in parts. @returns what names the upload */
  begin(sending: Omit<Sending, "path">): Promise<string>;
  /** @returns what `complete` must know of it */
  putPart(sending: Pick<Sending, "key" | "path">, upload: string, part: SentPart): Promise<string>;
  complete(key: string, upload: string, parts: readonly (SentPart & { tag: string })[]): Promise<void>;
  /** Ends an upload that will not be completed; its parts are removed. */
  abort(key: string, upload: string, signal: AbortSignal): Promise<void>;
}

const contentType = "application/octet-stream";

/**
 * A store whose requests are signed here and sent by a host. Its client is loaded only now: that takes a while, and most stacks have no store.
 * @param signal ends what runs
 */
export async function openStore(inputs: OffsiteCopyInputs, host: Host, signal: AbortSignal): Promise<OpenStore> {
  const s3 = await import("@aws-sdk/client-s3");
  const { bucket: Bucket } = inputs;
  const { accessKeyId, secretAccessKey } = inputs.credentials;
  const client: S3Client = new s3.S3Client({
    region: inputs.region,
    endpoint: inputs.endpoint,
    forcePathStyle: inputs.forcePathStyle,
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: new HostTransport(host),
    maxAttempts: 5,
    retryMode: "standard",
    // Ours are given with each object; nothing is taken from the deployer's own settings.
    requestChecksumCalculation: "WHEN_REQUIRED",
    ignoreConfiguredEndpointUrls: true,
  });
  const until = { abortSignal: signal };
  return {
    look: async (Key) => {
      const found = await client.send(new s3.HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }), until);
      return {
        bytes: found.ContentLength ?? 0,
        checksum: found.ChecksumSHA256?.replace(/-\d+$/, ""), // behind it stores write the number of parts
        metadata: found.Metadata ?? {},
        since: found.LastModified?.toISOString() ?? "",
      };
    },
    list: async (Prefix) => {
      const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 10 }), until);
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    put: async ({ key: Key, path, metadata: Metadata }, part) => {
      await client.send(new s3.PutObjectCommand({ Bucket, Key, Metadata, ContentType: contentType, ...bodyOf(path, part) }), until);
    },
    begin: async ({ key: Key, metadata: Metadata }) => {
      const wanted = { Bucket, Key, Metadata, ContentType: contentType, ChecksumAlgorithm: "SHA256" } as const;
      const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand(wanted), until);
      return UploadId ?? "";
    },
    putPart: async ({ key: Key, path }, UploadId, part) => {
      const wanted = { Bucket, Key, UploadId, PartNumber: part.number, ...bodyOf(path, part) };
      return (await client.send(new s3.UploadPartCommand(wanted), until)).ETag ?? "";
    },
    complete: async (Key, UploadId, parts) => {
      const Parts = parts.map(({ number, tag, checksum: sum }) => ({ PartNumber: number, ETag: tag, ChecksumSHA256: sum }));
      await client.send(new s3.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }), until);
    },
    abort: async (Key, UploadId, abortSignal) => {
      await client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal });
    },
  };
}

/** The client takes the range for a stream and leaves it alone, since length and checksum are given; the transport knows it. */
const bodyOf = (path: string, { offset, bytes, checksum }: SentPart) => ({
  Body: new FileBody(path, offset, bytes) as unknown as Readable,
  ContentLength: bytes,
  ChecksumAlgorithm: "SHA256" as const,
  ChecksumSHA256: checksum,
});
