import { archiveOf } from "../backup/manifest";
import type { Store } from "./contract";

/** Where a backup's two objects are in the bucket. The manifest comes last: without it a copy doesn't count. */
export const archiveKey = ({ prefix }: Pick<Store, "prefix">, id: string): string => `${prefix}/${archiveOf(id)}`;

export const manifestKey = ({ prefix }: Pick<Store, "prefix">, id: string): string => `${prefix}/${id}.json`;

/** "s3://bucket/selfhelp/production", for people and for `aws s3`. */
export const urlOf = ({ bucket, prefix }: Pick<Store, "bucket" | "prefix">): string => `s3://${bucket}/${prefix}`;
