import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { uploadPolicy } from "../../components/offsite/policies";
import { type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import { addressOf } from "../../lab/network";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";
import { LabStore, type StoreUser } from "../../lab/store/store";

const bucket = "example-backups";
const prefix = "selfhelp/offsitejourney";

describe("deployments with off-site copies", function () {
  this.timeout(240_000);
  let lab: Lab;
  let stack: LabStack;
  let store: LabStore;
  let user: StoreUser;

  before(async () => {
    lab = await freshLab("offsitejourney");
    await createHistory(join(lab.folder, "selfhelp-backend"));
    store = await LabStore.start(addressOf(lab.network, 1));
    await store.makeBucket(bucket);
    user = await store.makeUser("uploader", uploadPolicy({ bucketArn: `arn:aws:s3:::${bucket}`, prefix, keyArn: "*" }));
    await store.checkAccess(true);
    stack = new LabStack(lab);
  });

  after(async () => {
    await store?.kill();
    await stopLab("offsitejourney");
    removeConfig("offsitejourney");
  });

  const configure = async (release: string, secretAccessKey = user.secretAccessKey): Promise<void> => {
    const offsite = { bucket, region: "us-east-1", endpoint: store.endpoint };
    await stack.configure({ release, backup: { recipient: lab.backup.recipient, offsite } });
    for (const [key, value] of Object.entries({ ...user, secretAccessKey })) {
      const { exitCode, output } = await stack.start(["config", "set", "--secret", "--path", `selfhelp:backup.offsite.${key}`], {
        stdin: value,
      }).ended;
      assert.equal(exitCode, 0, output);
    }
  };
  const up = async (): Promise<PulumiRun> => {
    const run = await stack.up();
    assert.equal(run.exitCode, 0, run.output);
    return run;
  };
  const activeSlot = async (): Promise<string> => (await onHost(lab, "web1", ["readlink", "/var/www/selfhelp-current"])).stdout.trim();

  it("has no copy while the database is empty", async () => {
    await configure("v8.0.0");
    const { output } = await up();
    assert.match(output, /offsite\s*: "none: there is no backup yet"/);
    assert.equal((await stack.outputs())["offsite"] ?? null, null);
  });

  it("previews the copy of the backup that a change makes first", async () => {
    await configure("v8.0.1");
    const { output, exitCode } = await stack.preview();
    assert.equal(exitCode, 0, output);
    assert.match(output, /apphost:offsite:OffsiteCopy selfhelp-offsite-copy update \[diff: ~backup\]/);
  });

  it("copies that backup beside the deployment: it is the one of the output, and can be decrypted with the operator's key", async () => {
    const { output } = await up();
    const { lastBackup, offsite } = (await stack.outputs()) as Record<string, { id: string; url: string; sha256: string }>;
    assert.equal(offsite?.id, lastBackup?.id);
    const bar = new RegExp(
      `after the deployment's end, .* from its beginning:\\n +selfhelp-offsite-copy +█+ +[\\d.]+ s  ${lastBackup?.id} to s3://`,
    );
    assert.match(output, bar);
    assert.equal(offsite?.url, `s3://${bucket}/${prefix}/${lastBackup?.id}.sql.zst.age`);
    await store.checkAccess(false);
    const archive = await store.content(bucket, `${prefix}/${lastBackup?.id}.sql.zst.age`);
    await store.checkAccess(true);
    const compressed = execFileSync("age", ["--decrypt", "--identity", lab.backup.identityPath], { input: archive });
    assert.match(execFileSync("zstd", ["-d", "-c"], { input: compressed }).toString("utf8"), /-- Dump completed/);
  });

  it("does nothing the second time", async () => {
    const { output } = await up();
    assert.match(output, /Resources:\s+\d+ unchanged/);
  });

  it("keeps the login out of the state and of what is shown", async () => {
    const { output } = await stack.start(["preview", "--diff", "--show-sames"]).ended;
    const state = await stack.export();
    assert.match(state, /apphost:offsite:OffsiteCopy/);
    for (const text of [user.secretAccessKey, user.accessKeyId, "AWS4-HMAC", "Signature="]) {
      assert.ok(!state.includes(text), `${text} is in the state`);
      assert.ok(!output.includes(text), `${text} is shown`);
    }
  });

  it("stops before it touches anything when the store refuses the login, and says so", async () => {
    const before = await activeSlot();
    await configure("v8.1.0", `${user.secretAccessKey}X`);
    const { output, exitCode } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(output, /the secret access key is not the one of the access key\. Nothing was changed/);
    assert.ok(!output.includes(user.secretAccessKey));
    assert.equal(await activeSlot(), before);
  });

  it("fails the up when the store is gone while it runs, as its last step: the deployment is done; the next up copies what is missing", async () => {
    const before = await activeSlot();
    await configure("v8.1.0");
    const running = stack.start(["up", "--yes", "--skip-preview"]);
    const killWhenBackedUp = (): void => {
      if (/selfhelp-backup-database (updated|updating)/.test(running.output())) void store.kill();
    };
    running.process.stdout?.on("data", killWhenBackedUp);
    const { output, exitCode } = await running.ended;
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /the store http:\S+ can't be reached from that host: nothing answers there/);
    assert.ok(!output.includes(user.secretAccessKey));
    assert.notEqual(await activeSlot(), before);
    await store.restart();
    await store.makeBucket(bucket);
    user = await store.makeUser("uploader", uploadPolicy({ bucketArn: `arn:aws:s3:::${bucket}`, prefix, keyArn: "*" }));
    await configure("v8.1.0");
    await up();
    const { lastBackup, offsite, release } = (await stack.outputs()) as Record<string, { id: string }>;
    assert.deepEqual([release, offsite?.id], ["v8.1.0", lastBackup?.id]);
  });
});
