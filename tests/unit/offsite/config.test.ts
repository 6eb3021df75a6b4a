import assert from "node:assert/strict";
import { parseStackConfig } from "../../../components/deployment/config";
import { offsiteCopy } from "../../../components/offsite/handler";
import { minimalConfig } from "../../program/config";

const recipient = `age1${"q".repeat(58)}`;
const parse = (offsite: unknown) => parseStackConfig({ ...minimalConfig, "selfhelp:backup": JSON.stringify({ recipient, offsite }) });
const problems = (offsite: unknown): string[] => {
  const result = parse(offsite);
  return "problems" in result ? result.problems.map(({ key, reason }) => `${key} ${reason}`) : [];
};
const there = { bucket: "b-1", region: "eu-central-1", accessKeyId: "AKIA", secretAccessKey: "geheim" };
const made = { bucket: "b-1", region: "eu-central-1", manage: true };

describe("backup.offsite in a stack's config", () => {
  it("needs a bucket, its region and a login, or manage", () => {
    assert.deepEqual([problems(there), problems(made), problems(undefined)], [[], [], []]);
    assert.deepEqual(problems({}), [
      "selfhelp:backup.offsite.bucket is missing, for example: example-selfhelp-backups",
      "selfhelp:backup.offsite.region is missing, for example: eu-central-1",
    ]);
    assert.deepEqual(
      problems({ bucket: "b-1", region: "eu-central-1" }).map((problem) => problem.split(",")[0]),
      ["selfhelp:backup.offsite.accessKeyId is missing", "selfhelp:backup.offsite.secretAccessKey is missing"],
    );
    assert.match(
      problems({ bucket: "b-1", region: "eu-central-1" })[1] ?? "",
      /pulumi config set --secret --path selfhelp:backup\.offsite\.secretAccessKey/,
    );
  });

  it("refuses what contradicts itself", () => {
    assert.deepEqual(
      problems({ ...made, ...there, endpoint: "https://s3.example.org", keepDays: 10, lock: { days: 30 } }).map(
        (problem) => problem.split(" ")[0],
      ),
      ["accessKeyId", "secretAccessKey", "endpoint", "lock"].map((key) => `selfhelp:backup.offsite.${key}`),
    );
    assert.match(problems({ ...there, lock: { days: 30 } })[0] ?? "", /lock is only for manage: true/);
  });

  it("refuses names and sizes that no store takes, and never shows the secret", () => {
    const found = problems({ ...there, bucket: "My_Bucket", endpoint: "s3.example.org", prefix: "/a/", partMegabytes: 4, manged: true });
    assert.deepEqual(found.map((problem) => problem.split(" ")[0]?.replace("selfhelp:backup.offsite.", "")).sort(), [
      "bucket",
      "endpoint",
      "manged",
      "partMegabytes",
      "prefix",
    ]);
    assert.ok(!found.join("").includes("geheim"));
  });
});

describe("the inputs of an off-site copy", () => {
  it("are checked before anything is contacted", () => {
    assert.deepEqual(offsiteCopy.check({ directory: "/b", partBytes: 5 * 1024 ** 2, endpoint: "http://s:9000", prefix: "a/b" }), []);
    assert.deepEqual(
      offsiteCopy.check({ directory: "b", partBytes: 1, endpoint: "s3", prefix: "/a" }).map(({ propertyPath }) => propertyPath),
      ["directory", "partBytes", "endpoint", "prefix"],
    );
    assert.deepEqual(offsiteCopy.check({}), []);
  });
});
