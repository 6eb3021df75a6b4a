import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { offsiteCopy } from "../../components/offsite/handler";
import type { OffsiteCopyInputs, OffsiteCopyState } from "../../components/offsite/contract";
import { uploadPolicy } from "../../components/offsite/policies";
import type { BackupRecord } from "../../components/backup/contract";
import type { Host } from "../../host/host";
import { connectHost } from "../../host/ssh";
import { type Lab, freshLab, stopLab } from "../../lab/lab";
import { addressOf } from "../../lab/network";
import { waitFor } from "../../lab/process";
import { LabStore, type StoreUser } from "../../lab/store/store";
import type { Context, Live } from "../../provider/handler";
import { rootOn } from "./by-hand";
import { messageOf } from "./failing";
import { Wire } from "./wire";

const bucket = "example-backups";
const prefix = "selfhelp/production";
const directory = "/var/backups/selfhelp";
const policy = uploadPolicy({ bucketArn: `arn:aws:s3:::${bucket}`, prefix, keyArn: "arn:aws:kms:us-east-1:123456789012:key/any" });
const mebibyte = 1024 * 1024;

describe("off-site copies, from a real host to an S3 server", function () {
  this.timeout(180_000);

  let lab: Lab;
  let host: Host & { close(): void };
  let store: LabStore;
  /** As the one of a managed store. */
  let user: StoreUser;
  /** May do everything. */
  let all: StoreUser;
  let count = 0;

  before(async () => {
    lab = await freshLab("offsitetest", [{ name: "db1", role: "web" }]);
    const [db1] = lab.hosts;
    assert.ok(db1);
    host = connectHost({ ...db1, privateKeyPath: lab.deployKeyPath });
    store = await LabStore.start(addressOf(lab.network, 1));
    await prepare();
  });

  after(async () => {
    await store?.kill();
    host?.close();
    await stopLab("offsitetest");
  });

  /** A bucket as a managed one is, and its user; from then on signatures and rights are checked. */
  const prepare = async (): Promise<void> => {
    await store.checkAccess(false);
    await store.makeBucket(bucket);
    user = await store.makeUser("uploader", policy);
    all = await store.makeUser(
      "all",
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] }),
    );
    await store.checkAccess(true);
  };

  /** By hand, as root, on the host. */
  const root = (script: string, stdin?: string): Promise<string> => rootOn(lab, "db1", script, stdin);

  /** A backup as the backup step leaves it: noise in the place of an encrypted archive. */
  const backup = async (bytes: number): Promise<BackupRecord> => {
    const id = `202611${`${(count += 1)}`.padStart(2, "0")}T042418Z-v8.0.0`;
    const archive = `${directory}/${id}.sql.zst.age`;
    const sha256 = await root(`mkdir -p ${directory} && head -c ${bytes} /dev/urandom >${archive} && sha256sum <${archive} | head -c 64`);
    const record = { id, takenAt: "2026-11-23T04:24:18.000Z", bytes, sha256, verifiedAt: null };
    await root(`echo '${JSON.stringify(record)}' >${directory}/${id}.json`);
    return record;
  };

  const inputs = (wanted: BackupRecord | null, over: Partial<OffsiteCopyInputs> = {}): OffsiteCopyInputs => ({
    ...{ backup: wanted, directory, bucket, prefix, region: "us-east-1", endpoint: store.endpoint, forcePathStyle: true },
    ...{ partBytes: 5 * mebibyte, credentials: user, ...over },
  });

  const warnings: string[] = [];
  const context = (onProgress: (text: string) => void = () => undefined, signal = new AbortController().signal): Context =>
    ({
      inventory: { databaseHost: () => host },
      signal,
      progress: onProgress,
      info: () => undefined,
      warn: (text: string) => warnings.push(text),
    }) as unknown as Context;

  const read = (wanted: OffsiteCopyInputs): Promise<Live<OffsiteCopyInputs, OffsiteCopyState>> =>
    offsiteCopy.read(wanted, undefined, context());
  /** As an up does when it is due. */
  const copy = async (wanted: OffsiteCopyInputs, within = context()): Promise<OffsiteCopyState> => {
    const live = await read(wanted);
    assert.equal(live.inputs.backup, null, "it is there already");
    return offsiteCopy.act(live, wanted, within);
  };
  const isThere = async (wanted: OffsiteCopyInputs): Promise<boolean> => (await read(wanted)).inputs.backup !== null;

  /** Looks into the store past its access checks. */
  const inside = async <Result>(look: () => Promise<Result>): Promise<Result> => {
    await store.checkAccess(false);
    return look().finally(() => store.checkAccess(true));
  };
  const archiveOf = ({ id }: BackupRecord): string => `${prefix}/${id}.sql.zst.age`;
  const manifestOf = ({ id }: BackupRecord): string => `${prefix}/${id}.json`;
  const keysOf = ({ id }: BackupRecord): Promise<string[]> =>
    inside(async () => (await store.keys(bucket)).filter((key) => key.startsWith(`${prefix}/${id}`)).sort());
  const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

  const curlCount = async (): Promise<string> => root("pgrep -c '^(curl|dd)$' || true");

  it("has nothing to copy before the first backup, and asks no store", async () => {
    const wanted = inputs(null, { endpoint: "http://127.0.0.1:1" });
    const live = await read(wanted);
    assert.deepEqual(live, { inputs: wanted, state: { offsite: null, change: "none: there is no backup yet" } });
  });

  it("copies an archive in several parts, with a user who may no more than a managed one, and then finds it", async () => {
    const wanted = inputs(await backup(12 * mebibyte + 123));
    assert.ok(wanted.backup);
    const said: string[] = [];
    const { offsite, change } = await copy(
      wanted,
      context((text) => said.push(text)),
    );
    assert.equal(change, `${wanted.backup.id} to s3://${bucket}/${prefix}`);
    assert.ok(said.includes("sending part 3 of 3, 10 of 13 MB sent"), said.join("\n"));
    assert.equal(offsite?.url, `s3://${bucket}/${archiveOf(wanted.backup)}`);
    assert.ok(Math.abs(Date.now() - Date.parse(offsite?.since ?? "")) < 60_000, offsite?.since);
    const { archive, manifest } = await inside(async () => ({
      archive: await store.content(bucket, archiveOf(wanted.backup as BackupRecord)),
      manifest: await store.content(bucket, manifestOf(wanted.backup as BackupRecord)),
    }));
    assert.equal(sha256(archive), wanted.backup.sha256);
    assert.deepEqual(JSON.parse(manifest.toString()), wanted.backup);
    assert.deepEqual(await read(wanted), { inputs: wanted, state: { offsite, change: "unchanged" } });
    assert.equal(await inside(() => store.openUploads(bucket)), 0);
  });

  it("copies an archive that is smaller than a part", async () => {
    const wanted = inputs(await backup(777));
    await copy(wanted);
    assert.ok(await isThere(wanted));
  });

  it("gives the user no right to delete a copy, nor to write or read beside the prefix", async () => {
    const wanted = await backup(1000);
    await copy(inputs(wanted));
    const client = new S3Client({ region: "us-east-1", endpoint: store.endpoint, forcePathStyle: true, credentials: user });
    const denied = { name: "AccessDenied" };
    await assert.rejects(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: archiveOf(wanted) })), denied);
    await assert.rejects(client.send(new PutObjectCommand({ Bucket: bucket, Key: "other/file", Body: "x" })), denied);
    await assert.rejects(client.send(new GetObjectCommand({ Bucket: bucket, Key: "other/file" })), denied);
    assert.equal((await keysOf(wanted)).length, 2);
  });

  it("says which part of the login is wrong, and shows nothing of it", async () => {
    const record = await backup(1000);
    const secretAccessKey = `${user.secretAccessKey.slice(0, -4)}XXXX`;
    const wrongSecret = await messageOf(read(inputs(record, { credentials: { ...user, secretAccessKey } })));
    assert.match(
      wrongSecret,
      /^the off-site copy of the backup \S+ could not be looked for, from host "db1" to s3:\/\/example-backups\/selfhelp\/production: the secret access key is not the one of the access key\. Nothing was changed\. Set it anew: pulumi config set --secret --path selfhelp:backup\.offsite\.secretAccessKey/,
    );
    const wrongKey = await messageOf(read(inputs(record, { credentials: { ...user, accessKeyId: "AKIAUNKNOWNUNKNOWN00" } })));
    assert.match(wrongKey, /: the store does not know the access key\. .*offsite\.accessKeyId/);
    for (const text of [secretAccessKey, user.secretAccessKey, "AKIAUNKNOWN", "Signature="])
      assert.ok(![wrongSecret, wrongKey].join("").includes(text), text);
  });

  it("waits until a store knows a key that was made just now", async () => {
    const record = await backup(1000);
    const accessKeyId = "AKIAUNKNOWNUNKNOWN00";
    const started = Date.now();
    const createdAt = new Date(started - 57_000).toISOString();
    await messageOf(read(inputs(record, { credentials: { ...user, accessKeyId, createdAt } })));
    assert.ok(Date.now() - Date.parse(createdAt) >= 60_000, "it gave up at once");
  });

  it("says that there is no such bucket", async () => {
    const wanted = inputs(await backup(1000), { bucket: "no-such-bucket" });
    assert.match(
      await messageOf(read({ ...wanted, credentials: all })),
      /there is no bucket "no-such-bucket"\. .*Correct selfhelp:backup\.offsite\.bucket/,
    );
    const denied = /the access key may not do this in "no-such-bucket"\. .*It needs s3:PutObject, .* and s3:ListBucket\./;
    assert.match(await messageOf(read(wanted)), denied);
  });

  it("warns of a store that the host can't reach, and says what of it: that keeps nobody from deploying", async () => {
    const record = await backup(1000);
    const warned = async (endpoint: string): Promise<string> => {
      warnings.splice(0);
      assert.equal((await read(inputs(record, { endpoint }))).inputs.backup, null);
      return warnings.join();
    };
    const refused = await warned("http://127.0.0.1:1");
    assert.match(
      refused,
      /the store http:\/\/127\.0\.0\.1:1 can't be reached from that host: nothing answers there, or a firewall is between them\. /,
    );
    const unknown = await warned("http://store.invalid");
    assert.match(unknown, /the store http:\/\/store\.invalid can't be reached from that host: its name is not known there\. /);
    const plain = await warned(store.endpoint.replace("http:", "https:"));
    assert.match(plain, /no TLS connection could be made: is it https that is spoken there\?/);
    await root("mv /usr/bin/curl /usr/bin/curl.away");
    try {
      assert.match(await warned(store.endpoint), /that host has no curl \(sudo apt-get install curl\)/);
    } finally {
      await root("mv /usr/bin/curl.away /usr/bin/curl");
    }
  });

  it("refuses an archive that was changed on its disk, and sends nothing of it", async () => {
    const record = await backup(6 * mebibyte);
    await root(`printf X | dd of=${directory}/${record.id}.sql.zst.age bs=1 seek=3000000 conv=notrunc status=none`);
    const message = await messageOf(copy(inputs(record)));
    assert.match(
      message,
      /^the backup \S+ was not copied off-site, from host "db1" to s3:\/\/\S+: \/var\/backups\/selfhelp\/\S+\.sql\.zst\.age is not what its manifest says: its SHA-256 is [0-9a-f]{64}, it should be [0-9a-f]{64}\. /,
    );
    assert.ok(message.includes(record.sha256));
    assert.deepEqual(await keysOf(record), []);
    assert.equal(await inside(() => store.openUploads(bucket)), 0);
  });

  it("says when the archive went away meanwhile", async () => {
    const record = await backup(1000);
    await root(`rm ${directory}/${record.id}.sql.zst.age`);
    assert.match(await messageOf(copy(inputs(record))), /\.sql\.zst\.age is not there any more/);
  });

  describe("over a line with faults", () => {
    let wire: Wire;
    beforeEach(async () => (wire = await Wire.to(store.address, store.port)));
    afterEach(() => wire.close());
    const over = (record: BackupRecord): OffsiteCopyInputs => inputs(record, { endpoint: `http://${store.address}:${wire.port}` });
    const at = (progress: RegExp, then: () => void): ((text: string) => void) => {
      let isDone = false;
      return (text) => {
        if (isDone || !progress.test(text)) return;
        isDone = true;
        then();
      };
    };

    it("does not take what arrived for what was sent: the store's own checksum is compared", async () => {
      const record = await backup(7 * mebibyte);
      const wanted = over(record);
      // In the second part's body; the signature covers the head alone.
      const damage = (bytes: Buffer): Buffer => {
        if (bytes.length > 1000 && !bytes.includes("HTTP/1.1")) bytes[500] = (bytes[500] ?? 0) ^ 1;
        return bytes;
      };
      const message = await messageOf(copy(wanted, context(at(/^sending part 2/, () => (wire.change = damage)))));
      assert.match(
        message,
        /: the store's checksum of the archive is not that of what was sent, or it keeps none\. The backup itself is whole/,
      );
      assert.deepEqual(await keysOf(record), [archiveOf(record)]);
      wire.change = (bytes) => bytes;
      assert.equal(await isThere(wanted), false);
      await copy(wanted);
      assert.ok(await isThere(wanted));
    });

    it("sends a part again when the connection was cut", async () => {
      const record = await backup(12 * mebibyte);
      const wanted = over(record);
      let isCut = false;
      const cutOnce = (bytes: Buffer): Buffer => {
        if (!isCut && bytes.length > 1000 && !bytes.includes("HTTP/1.1")) {
          isCut = true;
          wire.cut();
        }
        return bytes;
      };
      await copy(wanted, context(at(/^sending part 2/, () => (wire.change = cutOnce))));
      assert.ok(isCut);
      const archive = await inside(() => store.content(bucket, archiveOf(record)));
      assert.equal(sha256(archive), record.sha256);
    });

    it("leaves nothing that counts when the line stays cut, and begins anew with the next up", async () => {
      const record = await backup(12 * mebibyte);
      const wanted = over(record);
      const message = await messageOf(copy(wanted, context(at(/^sending part 2/, () => void wire.close()))));
      assert.match(
        message,
        /^the backup \S+ was not copied off-site, .* can't be reached from that host: .*all steps before this one are done/,
      );
      assert.deepEqual(await keysOf(record), []);
      wire = await Wire.to(store.address, store.port);
      await copy(over(record));
      assert.ok(await isThere(over(record)));
    });

    it("ends in time when it is cancelled, and leaves neither process nor upload", async () => {
      const record = await backup(12 * mebibyte);
      const uploads = await inside(() => store.openUploads(bucket));
      const cancel = new AbortController();
      const hold = at(/^sending part 2/, () => (wire.isHeld = true));
      const ended = messageOf(copy(over(record), context(hold, cancel.signal)));
      await waitFor("a part is being sent", 30, async () => wire.isHeld && (await curlCount()) !== "0");
      wire.isHeld = false; // the connection that was held stays so, new ones are carried
      cancel.abort();
      assert.match(
        await ended,
        /^the off-site copy was cancelled; what was sent of it doesn't count; the backup itself is whole on its host$/,
      );
      assert.equal(await curlCount(), "0");
      assert.deepEqual(await keysOf(record), []);
      assert.equal(await inside(() => store.openUploads(bucket)), uploads);
    });
  });

  it("copies again what was changed or removed at the store", async () => {
    const record = await backup(1000);
    const wanted = inputs(record);
    await copy(wanted);
    const put = (key: string, body: Buffer): Promise<unknown> =>
      new S3Client({ region: "us-east-1", endpoint: store.endpoint, forcePathStyle: true, credentials: user }).send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }),
      );
    await put(archiveOf(record), randomBytes(1000));
    assert.equal(await isThere(wanted), false);
    await copy(wanted);
    await put(manifestOf(record), Buffer.from("{}"));
    assert.equal(await isThere(wanted), false);
  });

  it("copies the manifest again once its backup was verified, and the archive no second time", async () => {
    const record = await backup(1000);
    await copy(inputs(record));
    const proven = { ...record, verifiedAt: "2026-11-24T04:24:18.000Z" };
    await root(`echo '${JSON.stringify(proven)}' >${directory}/${record.id}.json`);
    const said: string[] = [];
    await copy(
      inputs(proven),
      context((text) => said.push(text)),
    );
    assert.ok(await isThere(inputs(proven)));
    assert.doesNotMatch(said.join("\n"), /sending/);
    assert.deepEqual(JSON.parse((await inside(() => store.content(bucket, manifestOf(record)))).toString()), proven);
  });

  it("shows neither key nor signature in any process list of the host", async () => {
    const record = await backup(12 * mebibyte);
    await root(
      'systemd-run --quiet --unit=watcher bash -c \'while :; do cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" " "; done >/root/seen\'',
    );
    await copy(inputs(record));
    await root("systemctl stop watcher");
    const seen = await root("cat /root/seen; rm /root/seen");
    assert.match(seen, /curl --disable --config \/dev\/fd\/\d+ --upload-file -/);
    for (const text of [user.secretAccessKey, user.accessKeyId, "AWS4-HMAC", "Signature", "x-amz-", "X-Amz-"])
      assert.ok(!seen.includes(text), `${text} is visible`);
    // What sudo writes down of each command is in the journal.
    const [commands, ...files] = (
      await root(
        `cat >/dev/shm/secrets; journalctl --no-pager >/root/journal; grep -c COMMAND=/bin/bash /root/journal
         grep -rlaFf /dev/shm/secrets /tmp /var /root /home /run /etc 2>/dev/null || true`,
        `${user.secretAccessKey}\n${user.accessKeyId}\nSignature=\n`,
      )
    ).split("\n");
    assert.ok(Number(commands) > 10, commands);
    assert.deepEqual(files, []);
  });

  it("begins anew after the store was killed in the middle of an upload", async () => {
    const record = await backup(12 * mebibyte);
    const message = await messageOf(
      copy(
        inputs(record),
        context((text) => void (/^sending part 2/.test(text) && store.kill())),
      ),
    );
    assert.match(message, /can't be reached from that host: nothing answers there/);
    await store.restart();
    await prepare();
    const wanted = inputs(record);
    await copy(wanted);
    assert.ok(await isThere(wanted));
  });
});
