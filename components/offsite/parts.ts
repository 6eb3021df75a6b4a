import { createHash } from "node:crypto";

/** More parts than this no store takes. */
const mostParts = 10_000;
const mebibyte = 1024 * 1024;

/** A range of a file. */
export interface Part {
  /** Counted from 1. */
  number: number;
  offset: number;
  bytes: number;
}

/** The size of the parts of an archive: as configured, or what fits it into the most parts that there may be. */
export const partSize = (archiveBytes: number, configured: number): number =>
  Math.max(configured, Math.ceil(archiveBytes / mostParts / mebibyte) * mebibyte);

/** The parts of an archive in order; all but the last have the same size. */
export const partsOf = (archiveBytes: number, bytes: number): Part[] =>
  Array.from({ length: Math.ceil(archiveBytes / bytes) }, (_, index) => ({
    number: index + 1,
    offset: index * bytes,
    bytes: Math.min(bytes, archiveBytes - index * bytes),
  }));

/** The checksum of an object that was sent in parts, as stores make it: SHA-256 over the parts' SHA-256, in base64. @param sums hex */
export const checksumOf = (sums: readonly string[]): string =>
  createHash("sha256")
    .update(Buffer.from(sums.join(""), "hex"))
    .digest("base64");

/** A SHA-256 as stores write it. @param sum hex */
export const base64 = (sum: string): string => Buffer.from(sum, "hex").toString("base64");
