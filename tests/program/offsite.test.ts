import assert from "node:assert/strict";
import { AppHost } from "../../components/deployment/apphost";
import { Deployment } from "../../components/deployment/component";
import { parseStackConfig } from "../../components/deployment/config";
import { resolveRelease } from "../../components/deployment/resolve";
import { waitFor } from "../../lab/process";
import { minimalConfig } from "./config";
import { type Declared, mockEngine, valueOf } from "./mocks";

const recipient = `age1${"q".repeat(58)}`;
const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "the secret key" };

async function deploy(offsite?: Record<string, unknown>): Promise<{ declared: Declared[]; deployment: Deployment }> {
  const declared = await mockEngine();
  const parsed = parseStackConfig({ ...minimalConfig, "selfhelp:backup": JSON.stringify({ recipient, offsite }) });
  assert.ok("config" in parsed, JSON.stringify(parsed));
  const { config } = parsed;
  const files = { keys: {} };
  const apphost = new AppHost("selfhelp", config, files);
  const release = await resolveRelease(config, apphost);
  const deployment = new Deployment("selfhelp", { config, files, release, server: null }, { providers: { apphost } });
  const last = offsite === undefined ? "selfhelp-validation-web1" : "selfhelp-offsite-copy";
  await waitFor("the last step is declared", 10, async () => declared.some(({ name }) => name === last));
  await valueOf(deployment.outputs.changes);
  return { declared, deployment };
}

/** The one resource of a type. */
function only(declared: readonly Declared[], type: string): Record<string, unknown> {
  const found = declared.filter((resource) => resource.type === type);
  assert.equal(found.length, 1, `${found.length} of ${type} among ${declared.map((resource) => resource.type).join(", ")}`);
  return plain(found[0]?.inputs) as Record<string, unknown>;
}

/** Without the marks of secrets, as a provider gets it in the end. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return plain((value as unknown as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

interface Policy {
  Statement: { Effect: string; Action: string | string[]; Resource: string | string[]; Condition?: object }[];
}

const managed = { bucket: "example-backups", region: "eu-central-1", manage: true };

describe("the off-site copy in the program", () => {
  it("is not there where none is configured, and neither is anything of AWS", async () => {
    const { declared, deployment } = await deploy();
    assert.ok(!declared.some(({ type }) => /^aws:|^pulumi:providers:aws|offsite/.test(type)));
    assert.equal(await valueOf(deployment.outputs.offsite), null);
    assert.ok(!("offsite" in (await valueOf(deployment.outputs.changes))));
    assert.ok(!Object.keys(require.cache).some((file) => file.includes("@pulumi/aws/")));
  });

  it("copies the newest backup of the host's folder to a store that is there, with the config's key as a secret", async () => {
    const { declared, deployment } = await deploy({ bucket: "b-1", region: "us-east-1", endpoint: "https://s3.example.org", ...keys });
    assert.deepEqual(only(declared, "apphost:offsite:OffsiteCopy"), {
      backup: { id: "20260101T000000Z-v8.0.0" },
      bucket: "b-1",
      region: "us-east-1",
      endpoint: "https://s3.example.org",
      forcePathStyle: true,
      prefix: "selfhelp/production",
      partBytes: 64 * 1024 * 1024,
      directory: "/var/backups/selfhelp",
      credentials: keys,
    });
    const { inputs } = declared.find(({ type }) => type === "apphost:offsite:OffsiteCopy") as Declared;
    assert.ok("4dabf18193072939515e22adb298388d" in (inputs["credentials"] as object), "the key is no secret");
    assert.ok(!declared.some(({ type }) => type.startsWith("aws:")));
    assert.deepEqual(await valueOf(deployment.outputs.offsite), { id: "20260101T000000Z-v8.0.0", url: "s3://…", since: "2026-01-01" });
    assert.equal((await valueOf(deployment.outputs.changes))["offsite"], "20260101T000000Z-v8.0.0 to s3://…");
  });

  it("waits for the backup, and nothing waits for it", async () => {
    const { declared } = await deploy({ bucket: "b-1", region: "us-east-1", ...keys });
    const copy = declared.find(({ type }) => type === "apphost:offsite:OffsiteCopy") as Declared;
    assert.ok(copy.dependsOn.includes("selfhelp-backup-database"), copy.dependsOn.join(", "));
    assert.deepEqual(
      declared.filter(({ dependsOn }) => dependsOn.includes("selfhelp-offsite-copy")).map(({ name }) => name),
      [],
    );
    assert.equal(copy.inputs["forcePathStyle"], false);
  });
});

describe("the bucket, key and user that a stack makes at AWS", () => {
  let declared: Declared[];
  before(async () => ({ declared } = await deploy({ ...managed, keepDays: 90, lock: { days: 30 } })));

  it("are in the configured region, and of resource types that are not deprecated", () => {
    assert.equal(only(declared, "pulumi:providers:aws")["region"], "eu-central-1");
    const aws = declared.filter(({ type }) => type.startsWith("aws:"));
    for (const { name, provider } of aws) assert.match(provider, /pulumi:providers:aws::selfhelp-offsite-aws/, name);
    assert.deepEqual(aws.map(({ type }) => type.split(":").at(-1)).sort(), [
      "AccessKey",
      "Alias",
      "Bucket",
      "BucketLifecycleConfiguration",
      "BucketObjectLockConfiguration",
      "BucketOwnershipControls",
      "BucketPolicy",
      "BucketPublicAccessBlock",
      "BucketServerSideEncryptionConfiguration",
      "BucketVersioning",
      "Key",
      "User",
      "UserPolicy",
    ]);
  });

  it("keep every version, and let nobody outside read", () => {
    assert.deepEqual(only(declared, "aws:s3/bucket:Bucket"), { bucket: "example-backups", objectLockEnabled: true, forceDestroy: false });
    assert.deepEqual(only(declared, "aws:s3/bucketVersioning:BucketVersioning"), {
      bucket: "example-backups",
      versioningConfiguration: { status: "Enabled" },
    });
    assert.deepEqual(only(declared, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"), {
      bucket: "example-backups",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(only(declared, "aws:s3/bucketOwnershipControls:BucketOwnershipControls")["rule"], {
      objectOwnership: "BucketOwnerEnforced",
    });
  });

  it("encrypt with a key of their own, which is renewed every year", () => {
    const key = only(declared, "aws:kms/key:Key");
    assert.deepEqual([key["enableKeyRotation"], key["deletionWindowInDays"]], [true, 30]);
    assert.deepEqual(only(declared, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")["rules"], [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:aws:kms:key" }, bucketKeyEnabled: true },
    ]);
  });

  it("refuse what doesn't come by TLS", () => {
    const { Statement } = JSON.parse(String(only(declared, "aws:s3/bucketPolicy:BucketPolicy")["policy"])) as Policy;
    assert.deepEqual(Statement, [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::example-backups", "arn:aws:s3:::example-backups/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("remove copies by their age, what was written over, and uploads that nobody completed", () => {
    assert.deepEqual(only(declared, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"], [
      {
        id: "retention",
        status: "Enabled",
        filter: {},
        expiration: { days: 90 },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
      },
    ]);
  });

  it("lock copies for as long as configured, and not where that is not configured", async () => {
    assert.deepEqual(only(declared, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")["rule"], {
      defaultRetention: { mode: "GOVERNANCE", days: 30 },
    });
    const { declared: unlocked } = await deploy(managed);
    assert.equal(only(unlocked, "aws:s3/bucket:Bucket")["objectLockEnabled"], false);
    assert.ok(!unlocked.some(({ type }) => type.includes("ObjectLock")));
  });

  it("let the user put, look at and list what is below the prefix, use the key for that, and nothing else", () => {
    const { Statement } = JSON.parse(String(only(declared, "aws:iam/userPolicy:UserPolicy")["policy"])) as Policy;
    assert.deepEqual(
      Statement.map(({ Effect, Action, Resource, Condition }) => [Effect, Action, Resource, Condition]),
      [
        [
          "Allow",
          ["s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"],
          "arn:aws:s3:::example-backups/selfhelp/production/*",
          undefined,
        ],
        ["Allow", "s3:ListBucket", "arn:aws:s3:::example-backups", { StringLike: { "s3:prefix": "selfhelp/production/*" } }],
        ["Allow", ["kms:GenerateDataKey", "kms:Decrypt"], "arn:aws:kms:key", undefined],
      ],
    );
  });

  it("are there before the first copy, which takes the user's key", () => {
    const copy = declared.find(({ type }) => type === "apphost:offsite:OffsiteCopy") as Declared;
    for (const { name, type } of declared)
      if (type.startsWith("aws:")) assert.ok(copy.dependsOn.includes(name), `${name} is not waited for`);
    assert.ok("4dabf18193072939515e22adb298388d" in (copy.inputs["credentials"] as object), "the key is no secret");
    assert.equal(copy.inputs["bucket"], "selfhelp-offsite-bucket-id");
    assert.deepEqual((plain(copy.inputs) as { credentials: unknown }).credentials, {
      accessKeyId: "selfhelp-offsite-uploader-key-id",
      secretAccessKey: "made by AWS",
      createdAt: "2026-01-01T00:00:00Z",
    });
  });

  it("stay when they are taken out of the stack, the key and settings of the bucket too; the user goes", () => {
    const kept = declared.filter(({ type }) => type.startsWith("aws:")).filter(({ retained }) => retained);
    assert.deepEqual(
      declared
        .filter(({ type }) => type.startsWith("aws:"))
        .filter((resource) => !kept.includes(resource))
        .map(({ type }) => type.split(":").at(-1))
        .sort(),
      ["AccessKey", "Alias", "User", "UserPolicy"],
    );
  });
});
