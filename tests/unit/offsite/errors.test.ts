import assert from "node:assert/strict";
import { type Attempt, offsiteFailure } from "../../../components/offsite/errors";

const store = { bucket: "b-1", region: "eu-central-1", forcePathStyle: false, prefix: "selfhelp/production" };
const attempt: Attempt = { id: "i", host: "db1", store, what: "copy", isCancelled: false };
const refusal = (name: string, httpStatusCode: number, message = name): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
const said = (error: unknown, over: Partial<Attempt> = {}): string => (offsiteFailure(error, { ...attempt, ...over }) as Error).message;

describe("what is said when there is no off-site copy", () => {
  it("is what was tried, why it failed, where things stand, and what to type", () => {
    assert.equal(
      said(refusal("BadDigest", 400)),
      'the backup i was not copied off-site, from host "db1" to s3://b-1/selfhelp/production: the store refused what it got: its checksum differs ' +
        "from what was sent. The backup itself is whole on that host; all steps before this one are done. When the cause is gone, type: pulumi up. It is sent anew",
    );
  });

  it("names a region that is not the bucket's, and an upload that somebody ended", () => {
    assert.match(
      said(refusal("PermanentRedirect", 301)),
      /the bucket "b-1" is not in the region "eu-central-1"\. .*Correct selfhelp:backup\.offsite\.region/,
    );
    assert.match(said(refusal("NoSuchUpload", 404)), /somebody, or a rule of the bucket, ended the upload/);
  });

  it("shows of other answers the name and one bounded line", () => {
    const text = said(refusal("SlowDown", 503, `Please reduce your request rate.\n${"x".repeat(1000)}`));
    assert.match(text, /the store answered with SlowDown \(503\): Please reduce your request rate\. The backup/);
    assert.ok(!text.includes("xx"));
  });

  it("says of a look that nothing was changed, also before there is a backup", () => {
    const text = said(refusal("NoSuchBucket", 404), { what: "look", id: undefined });
    assert.match(
      text,
      /^off-site copies could not be looked for, from host "db1" to \S+: there is no bucket "b-1"\. Nothing was changed\. /,
    );
  });

  it("says of a cancelled one that what was sent doesn't count", () => {
    assert.match(said(new Error("aborted"), { isCancelled: true }), /^the off-site copy was cancelled; what was sent of it doesn't count/);
  });

  it("leaves other errors as they are", () => {
    const error = new Error("a mistake of ours");
    assert.equal(offsiteFailure(error, attempt), error);
  });
});
