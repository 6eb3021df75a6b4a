import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Box } from "../../components/preflight/contract";
import { holdLock } from "../../host/lock";
import { siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, onHost, stopLab } from "../../lab/lab";
import { certificate } from "../../lab/keys";
import { must } from "../../lab/process";
import { hostConfig, LabStack, removeConfig } from "../../lab/stack";
import { rootOn } from "./by-hand";

interface Answer {
  isReady: boolean;
  commit: string | null;
  boxes: Box[];
}

const person = "the support team knows";

describe("selfhelp preflight", function () {
  this.timeout(600_000);
  let lab: Lab;
  let stack: LabStack;
  let repository: string;

  before(async () => {
    lab = await freshLab("preflight");
    repository = join(lab.folder, "selfhelp-backend");
    await createHistory(repository);
    await git("clone", "--quiet", "--bare", repository, join(lab.folder, "server.git"));
    await git("remote", "add", "origin", join(lab.folder, "server.git"));
    await git("fetch", "--quiet", "origin");
    stack = new LabStack(lab);
    await stack.configure({ release: "v8.0.0" });
    const { output, exitCode } = await stack.up();
    assert.equal(exitCode, 0, output);
  });

  after(async () => {
    await stopLab("preflight");
    removeConfig("preflight");
  });

  const git = (...words: string[]): Promise<string> =>
    must(["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...words], { directory: repository });
  const root = async (command: string): Promise<string> =>
    (await onHost(lab, "web1", ["bash", "-c", command], { asRoot: true })).stdout.trim();

  async function asked(...words: string[]): Promise<Answer & { exitCode: number }> {
    const { output, exitCode } = await stack.selfhelp("preflight", "--json", ...words);
    assert.match(output, /^\{[^]*\}\n$/);
    return { ...(JSON.parse(output) as Answer), exitCode };
  }
  const boxOf = ({ boxes }: Answer, name: string): Box => {
    const found = boxes.find(({ box }) => box === name);
    assert.ok(found !== undefined, `no box "${name}" in ${JSON.stringify(boxes, null, 1)}`);
    return found;
  };
  const open = ({ boxes }: Answer): string[] =>
    boxes.filter(({ result }) => result === "failed" || result === "unknown").map(({ box }) => box);

  const tests = 'test "$SELFHELP_RELEASE" = v8.1.0 && test ${#SELFHELP_COMMIT} = 40';

  it("asks a person once for what only a person can tell, and remembers who said it", async () => {
    await stack.configure({ release: "v8.1.0", preflight: { tests, ask: [person] } });
    const first = await asked();
    assert.deepEqual(open(first), [person], JSON.stringify(first.boxes, null, 1));
    assert.equal(first.exitCode, 1);
    assert.match(
      boxOf(first, "version").detail,
      /^major change since v8\.0\.0: database change: 40_update_v8\.0\.0_v8\.1\.0\.sql was added/,
    );
    assert.match(boxOf(first, "migration scripts").detail, /^v8\.0\.0 -> v8\.1\.0, 1 script, 10 statements/);
    assert.equal(boxOf(first, "tests").result, "ok");
    const told = await asked("--confirm", person);
    assert.deepEqual([told.exitCode, told.isReady], [0, true], JSON.stringify(told.boxes, null, 1));
    const later = await asked();
    assert.equal(later.exitCode, 0);
    assert.match(boxOf(later, person).detail, /^\S+@\S+, \d{4}-\d\d-\d\d \d\d:\d\d$/);
    const { output, exitCode } = await stack.selfhelp("preflight", "--confirm", "nobody asked this");
    assert.equal(exitCode, 2, output);
    assert.match(output, /is no box of selfhelp:preflight\.ask; it has: "the support team knows"/);
  });

  it("is what a protected stack may wait for: of the commit that is wanted, and no other", async () => {
    await stack.configure({ release: "v8.1.0", preflight: { tests }, protect: { preflight: "passed" } });
    const ready = await stack.preview();
    assert.equal(ready.exitCode, 0, ready.output);
    assert.doesNotMatch(ready.output, /pre-flight/);
    await stack.configure({ release: "v8.0.1", preflight: { tests }, protect: { preflight: "passed" } });
    const other = await stack.preview();
    assert.match(other.output, /no pre-flight of v8\.0\.1 has passed in the last 24 h: selfhelp preflight/);
    const refused = await stack.up();
    assert.notEqual(refused.exitCode, 0, refused.output);
    assert.match(refused.output, /Nothing was changed/);
  });

  /** Hosts of a lab have this machine's clock: what the host's `date` says is off, before all others on PATH. */
  const setClock = (seconds: number): Promise<string> =>
    rootOn(
      lab,
      "web1",
      "cat >/usr/local/bin/date; chmod 755 /usr/local/bin/date",
      `#!/bin/sh\nexec /bin/date --date="@$(($(/bin/date +%s) + ${seconds}))" "$@"\n`,
    );
  /** Users come by TLS, with a certificate that ends in so many days. */
  const useCertificate = async (days: number): Promise<void> => {
    const site = await certificate(join(lab.folder, "ca"), { name: "site", addresses: [hostOf(lab, "web1").address], days });
    const listen = "server { listen 443 ssl; ssl_certificate /etc/ssl/site.pem; ssl_certificate_key /etc/ssl/site.pem; return 200; }";
    await rootOn(
      lab,
      "web1",
      `cat >/etc/ssl/site.pem; echo '${listen}' >/etc/nginx/conf.d/tls.conf; systemctl reload nginx`,
      site.key + site.certificate,
    );
  };

  it("tells a clock that is off, and a certificate that ends soon or has ended", async () => {
    await stack.configure({ release: "v8.1.0", preflight: { tests }, url: `https://${hostOf(lab, "web1").address}` });
    const told = async (): Promise<[Box, Box]> => {
      const found = await asked();
      return [boxOf(found, "clock of web1"), boxOf(found, `certificate of ${hostOf(lab, "web1").address}`)];
    };
    await useCertificate(30);
    const [right, long] = await told();
    assert.deepEqual([right.result, long.result], ["ok", "ok"]);
    await useCertificate(5);
    await setClock(40);
    const [ahead, soon] = await told();
    assert.deepEqual([ahead.result, soon.result], ["warning", "warning"]);
    assert.match(ahead.detail, /^\d\d s ahead of this machine \(limit: 5\)$/);
    assert.match(soon.detail, /^ends in 4 days, on \d{4}-\d\d-\d\d/);
    await useCertificate(-1);
    await setClock(-3700);
    const [behind, ended] = await told();
    assert.deepEqual([behind.result, ended.result], ["failed", "failed"]);
    assert.match(behind.detail, /^3[67]\d\d s behind this machine/);
    assert.match(ended.detail, /^ended on \d{4}-\d\d-\d\d/);
    await root("rm /usr/local/bin/date");
  });

  it("names everything that is wrong at once: tests, a gap, what isn't pushed or described, a full disk, rights, and somebody who deploys", async () => {
    const folder = join(repository, "db", "update_scripts");
    await git("switch", "--quiet", "--create", "not-ready", "v8.1.0");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "42_update_v8.2.0_v8.3.0.sql"), "UPDATE version SET version = 'v8.3.0';\n");
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "a script whose predecessor is missing");
    await root("mount -t tmpfs -o size=4m tmpfs /var/backups/selfhelp && head -c 4100000 /dev/zero > /var/backups/selfhelp/full || true");
    const account = (host: string): string => `'${lab.database.deployUser}'@'${host}'`;
    await root(`mariadb <<'SQL'\nREVOKE ALL ON \`selfhelp\\_verify\\_%\`.* FROM ${account("127.0.0.1")}, ${account("localhost")};\nSQL`);
    const host = connectHost({ ...hostOf(lab, "web1"), privateKeyPath: lab.deployKeyPath });
    const lock = await holdLock(host, siteOf("selfhelp"), { operator: "ann@laptop", purpose: "deployment of stack production" });
    const docs = [{ when: ["db/**"], then: ["docs/**"] }];
    await stack.configure({ release: "not-ready", preflight: { tests: "echo 2 of 90 failed >&2; exit 3", docs } });
    const found = await asked();
    lock.release();
    host.close();
    assert.equal(found.exitCode, 1);
    const details: [string, RegExp][] = [
      ["tests", /^exited with code 3: [^]*2 of 90 failed$/],
      ["migration scripts", /42_update_v8\.2\.0_v8\.3\.0\.sql, starts at v8\.2\.0: a gap/],
      ["release is pushed", /on no remote branch of its repository: git push/],
      ["documentation", /^db\/update_scripts\/\S+ changed, and nothing of docs\/\*\*$/],
      ["disk of backups on web1", /^(9\d|100) % in use/],
      ["privileges in the database", /to prove a backup by restoring it: GRANT ALL ON `selfhelp\\_verify\\_%`\.\*/],
      ["nobody deploys to web1", /^ann@laptop does, since .*: deployment of stack production$/],
    ];
    for (const [box, detail] of details) {
      assert.equal(boxOf(found, box).result, "failed", JSON.stringify(boxOf(found, box)));
      assert.match(boxOf(found, box).detail, detail);
    }
  });

  it("tells a host that proves itself with another key once, and what couldn't be told for that", async () => {
    const stranger = { ...hostConfig(hostOf(lab, "web1"), lab), hostKey: lab.hosts[0]?.hostKey.replace(/.{8}$/, "AAAAAAAA") };
    await stack.configure({ release: "v8.1.0", hosts: [stranger], preflight: { tests } });
    const found = await asked();
    assert.equal(found.exitCode, 1);
    assert.match(boxOf(found, "connection to web1").detail, /offered another key than the configured one/);
    assert.deepEqual(boxOf(found, "backups"), { box: "backups", result: "unknown", detail: "no connection to web1" });
    assert.equal(boxOf(found, "release").result, "ok");
    assert.equal((await stack.selfhelp("preflight")).output.match(/SHA256:/g)?.length, 2);
  });
});
