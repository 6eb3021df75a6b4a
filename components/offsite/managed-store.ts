import { AccessKey } from "@pulumi/aws/iam/accessKey";
import { User } from "@pulumi/aws/iam/user";
import { UserPolicy } from "@pulumi/aws/iam/userPolicy";
import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import { Provider } from "@pulumi/aws/provider";
import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import * as pulumi from "@pulumi/pulumi";
import type { Credentials } from "./contract";
import { tlsOnlyPolicy, uploadPolicy } from "./policies";

export interface ManagedStoreInputs {
  bucket: string;
  region: string;
  prefix: string;
  /** Copies older than this are removed by the bucket itself. */
  keepDays: number;
  /** No one, or only who has a special right for it ("governance"), can remove a copy before. */
  lock?: { mode: "governance" | "compliance"; days: number };
}

/** A version that was written over, or removed by its age, stays as long; so does an upload that was never completed. */
const noncurrentDays = 30;
const incompleteDays = 3;

/**
 * A bucket at AWS for off-site copies, its encryption key, and a user who may do nothing but upload there. Bucket, key and the bucket's settings stay
 * when they are taken out of the stack: nothing that a config says removes copies.
 */
export class ManagedStore extends pulumi.ComponentResource {
  /** Its name, known once it is there. */
  readonly bucket: pulumi.Output<string>;
  readonly credentials: pulumi.Output<Credentials>;

  constructor(name: string, inputs: ManagedStoreInputs, options: pulumi.ComponentResourceOptions) {
    super("selfhelp:offsite:ManagedStore", name, {}, options);
    const provider = new Provider(`${name}-aws`, { region: inputs.region }, { parent: this });
    const child: pulumi.CustomResourceOptions = { parent: this, provider };
    const kept: pulumi.CustomResourceOptions = { ...child, retainOnDelete: true };
    const key = encryptionKey(name, kept, child);
    const bucket = new Bucket(
      `${name}-bucket`,
      { bucket: inputs.bucket, objectLockEnabled: inputs.lock !== undefined, forceDestroy: false },
      kept,
    );
    protectBucket(name, bucket, key, kept);
    expire(name, bucket, inputs, kept);
    this.bucket = bucket.id;
    this.credentials = uploader(name, bucket, key, inputs.prefix, child);
    this.registerOutputs({});
  }
}

function encryptionKey(name: string, kept: pulumi.CustomResourceOptions, child: pulumi.CustomResourceOptions): Key {
  const key = new Key(
    `${name}-key`,
    { description: `Off-site backups (${name})`, enableKeyRotation: true, deletionWindowInDays: 30 },
    kept,
  );
  new Alias(`${name}-key-alias`, { name: `alias/${name}-${pulumi.getStack()}`, targetKeyId: key.keyId }, child);
  return key;
}

/** Nothing public, nothing unencrypted, nothing that is lost by writing over it. */
function protectBucket(name: string, bucket: Bucket, key: Key, kept: pulumi.CustomResourceOptions): void {
  const block = new BucketPublicAccessBlock(
    `${name}-public-access`,
    { bucket: bucket.bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    kept,
  );
  new BucketOwnershipControls(`${name}-ownership`, { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, kept);
  new BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    {
      bucket: bucket.bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn }, bucketKeyEnabled: true }],
    },
    kept,
  );
  // AWS refuses two changes of a bucket's access at once.
  new BucketPolicy(`${name}-tls-only`, { bucket: bucket.bucket, policy: bucket.arn.apply(tlsOnlyPolicy) }, { ...kept, dependsOn: block });
}

function expire(name: string, bucket: Bucket, { keepDays, lock }: ManagedStoreInputs, kept: pulumi.CustomResourceOptions): void {
  const versioning = new BucketVersioning(
    `${name}-versioning`,
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    kept,
  );
  const versioned = { ...kept, dependsOn: versioning };
  new BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: "retention",
          status: "Enabled",
          filter: {},
          expiration: { days: keepDays },
          noncurrentVersionExpiration: { noncurrentDays },
          abortIncompleteMultipartUpload: { daysAfterInitiation: incompleteDays },
        },
      ],
    },
    versioned,
  );
  if (lock === undefined) return;
  const defaultRetention = { mode: lock.mode.toUpperCase(), days: lock.days };
  new BucketObjectLockConfiguration(`${name}-lock`, { bucket: bucket.bucket, rule: { defaultRetention } }, versioned);
}

/** @returns the user's access key, once the user may do what it is for */
function uploader(name: string, bucket: Bucket, key: Key, prefix: string, child: pulumi.CustomResourceOptions): pulumi.Output<Credentials> {
  const user = new User(`${name}-uploader`, { name: `${name}-uploader-${pulumi.getStack()}` }, child);
  const policy = pulumi.all([bucket.arn, key.arn]).apply(([bucketArn, keyArn]) => uploadPolicy({ bucketArn, prefix, keyArn }));
  const allowed = new UserPolicy(`${name}-uploader-policy`, { user: user.name, policy }, child);
  const access = new AccessKey(`${name}-uploader-key`, { user: user.name }, { ...child, dependsOn: allowed });
  const made = pulumi.all([access.id, access.secret, access.createDate]);
  return pulumi.secret(made.apply(([accessKeyId, secretAccessKey, createdAt]) => ({ accessKeyId, secretAccessKey, createdAt })));
}
