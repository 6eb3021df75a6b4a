import assert from "node:assert/strict";
import { join } from "node:path";
import type { RecordedDeployment } from "../../components/audit/deployments";
import { createHistory } from "../../lab/app/history";
import { hostOf, type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";
import { assertNothingPending } from "./outcome";

interface Health {
  status: string;
  release: string;
  databaseVersion: string;
  slot: string;
}

describe("deployments to a real host", function () {
  this.timeout(180_000);
  let lab: Lab;
  let stack: LabStack;

  before(async () => {
    lab = await freshLab("journey");
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
  });

  after(async () => {
    await stopLab("journey");
    removeConfig("journey");
  });

  const root = async (command: string): Promise<string> =>
    (await onHost(lab, "web1", ["bash", "-c", command], { asRoot: true })).stdout.trim();
  const sql = (statement: string): Promise<string> => root(`echo "${statement}" | mariadb --batch --skip-column-names selfhelp`);
  const activeSlot = (): Promise<string> => root("readlink /var/www/selfhelp-current");
  const backups = (): Promise<string> => root("ls -l --time-style=full-iso /var/backups/selfhelp");

  const databaseDump = (): Promise<string> => root("mariadb-dump --routines --events --skip-comments selfhelp | sha256sum");
  const copies = (): Promise<string> => root(`mariadb -N -e "SHOW DATABASES LIKE 'selfhelp\\_verify%'"`);

  async function health(): Promise<Health> {
    const answer = await fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(10_000) });
    return (await answer.json()) as Health;
  }

  async function deploy(config: Record<string, unknown>): Promise<PulumiRun> {
    await stack.configure(config);
    return stack.up();
  }

  async function deployed(config: Record<string, unknown>): Promise<string> {
    const { output, exitCode } = await deploy(config);
    assert.equal(exitCode, 0, output);
    return output;
  }

  const servedRelease = async (): Promise<string> => (await health()).release;

  it("makes a bare host and an empty database serve the first release", async () => {
    const output = await deployed({ release: "v8.0.0" });
    assert.match(output, /none: the database is empty/);
    const { status, release, databaseVersion } = await health();
    assert.deepEqual({ status, release, databaseVersion }, { status: "ok", release: "v8.0.0", databaseVersion: "v8.0.0" });
    const outputs = await stack.outputs();
    assert.equal(outputs["databaseVersion"], "v8.0.0");
    assert.equal(outputs["activeSlot"], "blue");
  });

  it("deploys a release without a migration into the other slot, with a backup, and leaves the database as it is", async () => {
    const output = await deployed({ release: "v8.0.1" });
    assert.match(output, /release\s*: .*"in green, replacing v8\.0\.0"/);
    assert.equal(await servedRelease(), "v8.0.1");
    assert.equal((await stack.outputs())["databaseVersion"], "v8.0.0");
    assert.match(await backups(), /v8\.0\.0/);
  });

  it("previews a release with a migration from what is live, and touches nothing", async () => {
    const before = [await activeSlot(), await backups(), await sql("CHECKSUM TABLE version, lookups")];
    await stack.configure({ release: "v8.1.0" });
    const { output, exitCode } = await stack.preview();
    assert.equal(exitCode, 0, output);
    assert.match(output, /databaseVersion\s*: "v8\.0\.0" => "v8\.1\.0"/);
    assert.match(output, /"v8\.0\.0 -> v8\.1\.0, 1 script, \d+ statements"/);
    assert.match(output, /activeSlot\s*: "green" => "blue"/);
    assert.match(output, /commit\s*: "[0-9a-f]{40}" => "[0-9a-f]{40}"/);
    assert.match(output, /"40_update_v8\.0\.0_v8\.1\.0\.sql:31:1 plain-insert: inserts into lookups/);
    assert.match(output, /\+ \[2\]: "40_update_v8\.0\.0_v8\.1\.0\.sql"/);
    assert.deepEqual([await activeSlot(), await backups(), await sql("CHECKSUM TABLE version, lookups")], before);
  });

  it("touches nothing live when a script doesn't fit the schema as it is, and says where it failed and what to do", async () => {
    await sql("ALTER TABLE lookups RENAME COLUMN description TO remark");
    const before = [await databaseDump(), await activeSlot()];
    const { output, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0);
    assert.match(
      output,
      /the rehearsal on a copy failed: 40_update_v8\.0\.0_v8\.1\.0\.sql:31:1: error 1054 \(42S22\): Unknown column 'description' in /,
    );
    assert.match(output, /statement 5 of 10: INSERT INTO `lookups`/);
    assert.match(
      output,
      /The live database "selfhelp" was not touched: it is at v8\.0\.0\. Users are still served by the release that was active/,
    );
    assert.match(
      output,
      /Next: correct 40_update_v8\.0\.0_v8\.1\.0\.sql, set selfhelp:release to the corrected release and type: pulumi up/,
    );
    assert.deepEqual([await databaseDump(), await activeSlot()], before);
    assert.equal(await copies(), "");
    await sql("ALTER TABLE lookups RENAME COLUMN remark TO description");
  });

  it("converges to it: backup, rehearsal, migration, switch", async () => {
    await deployed({ release: "v8.1.0" });
    const { release, databaseVersion, slot } = await health();
    assert.deepEqual({ release, databaseVersion, slot }, { release: "v8.1.0", databaseVersion: "v8.1.0", slot: "selfhelp-blue" });
    const outputs = await stack.outputs();
    assert.equal(outputs["previousRelease"], "v8.0.1");
    const { id, sha256, verifiedAt } = outputs["lastBackup"] as { id: string; sha256: string; verifiedAt: string };
    assert.ok(verifiedAt > id.slice(0, 4), "the backup was not restored");
    assert.equal(await copies(), "");
    assert.match(await root(`sha256sum /var/backups/selfhelp/${id}*`), new RegExp(`^${sha256} `, "m"));
  });

  it("does nothing the second time: no backup, no lock, no change of the host", async () => {
    const touched = (): Promise<string> =>
      root("find /var/www /var/lib/selfhelp /var/backups /etc -xdev -not -path '*/var/log/*' -printf '%p %T@ %C@\\n' | sort | sha256sum");
    const before = await touched();
    const output = await deployed({ release: "v8.1.0" });
    assert.match(output, /Resources:\s+\d+ unchanged/);
    assert.equal(await touched(), before);
  });

  it("shows a version row that somebody changed by hand", async () => {
    await sql("UPDATE version SET version = 'v8.0.0'");
    const { output } = await stack.preview("--diff");
    assert.match(output, /~ version\s*: "v8\.0\.0" => "v8\.1\.0"/);
    await sql("UPDATE version SET version = 'v8.1.0'");
  });

  it("shows a link that somebody switched by hand, and the next up puts it right", async () => {
    await root("ln -s /var/www/selfhelp-green /var/www/x && mv -T /var/www/x /var/www/selfhelp-current");
    const { output } = await stack.preview("--diff");
    assert.match(output, /~ slots\s*: \{\s+~ web1: "green" => "blue"/);
    await deployed({ release: "v8.1.0" });
    assert.equal(await activeSlot(), "/var/www/selfhelp-blue");
  });

  it("never shows users a candidate that is not healthy", async () => {
    const { output, exitCode } = await deploy({ release: "v8.1.1-unhealthy" });
    assert.notEqual(exitCode, 0);
    assert.match(output, /health\s+failed/);
    assert.match(output, /answered 500, not 200/);
    assert.equal(await servedRelease(), "v8.1.0");
    assert.equal(await activeSlot(), "/var/www/selfhelp-blue");
  });

  it("has nothing to do when the config is set back after that", async () => {
    await stack.configure({ release: "v8.1.0" });
    const { output } = await stack.preview();
    assert.match(output, /Resources:\s+\d+ unchanged/);
  });

  it("switches back by itself when a release breaks under its users' address", async () => {
    const { output, exitCode } = await deploy({ release: "v8.1.2-breaks-live" });
    assert.notEqual(exitCode, 0);
    assert.match(output, /broken for users on purpose/);
    assert.equal(await servedRelease(), "v8.1.0");
  });

  it("says which build command failed, with its exit code and last lines", async () => {
    const { output, exitCode } = await deploy({ release: "v8.1.4-failing-build" });
    assert.notEqual(exitCode, 0);
    assert.match(output, /composer install/);
    assert.match(output, /node is missing/);
    assert.equal(await servedRelease(), "v8.1.0");
  });

  it("stops a build on Ctrl-C: nothing goes on running, users are served as before, and the state has no pending operation", async () => {
    await stack.configure({ release: "v8.1.3-slow-build" });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    await waitFor("the build prints", 60, async () => run.output().includes("building assets: 3 of"));
    run.process.kill("SIGINT");
    const { output, exitCode } = await run.ended;
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /cancelled/);
    assert.equal(await root("pgrep -f '[b]in/slow' || true"), "");
    assert.equal(await servedRelease(), "v8.1.0");
    await assertNothingPending(stack);
  });

  it("goes on after all of these without anything being repaired by hand", async () => {
    await deployed({ release: "v8.1.0" });
    const output = await deployed({ release: "v8.1.0" });
    assert.match(output, /Resources:\s+\d+ unchanged/);
    assert.equal(await servedRelease(), "v8.1.0");
  });

  it("takes a changed environment for a release of its own, which users see once it was asked as a candidate, and which goes back", async () => {
    const works = { DATABASE_CA: "/etc/mysql/lab/ca.pem" };
    await stack.configure({ release: "v8.1.0", environment: { DATABASE_CA: "/nowhere.pem" } });
    const { output } = await stack.preview("--diff");
    assert.match(output, /~ environment\s*: "[0-9a-f]{12}" => "[0-9a-f]{12}"/);
    assert.match(output, /in green, made anew: another environment/);
    const refused = await stack.up();
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.output, /health\s+failed/);
    assert.deepEqual([await activeSlot(), (await health()).status], ["/var/www/selfhelp-blue", "ok"]);
    await deployed({ release: "v8.1.0", environment: { ...works, FEATURE: "on" } });
    assert.equal(await activeSlot(), "/var/www/selfhelp-green");
    assert.equal(
      await root("grep -c FEATURE /var/www/selfhelp-green/.env.local /var/www/selfhelp-blue/.env.local"),
      "/var/www/selfhelp-green/.env.local:1\n/var/www/selfhelp-blue/.env.local:0",
    );
    assert.match(await deployed({ release: "v8.1.0", environment: works }), /already built in blue/);
    assert.equal(await activeSlot(), "/var/www/selfhelp-blue");
  });

  it("refuses, in the preview already, a script that breaks the release which serves users until the switch", async () => {
    await stack.configure({ release: "v8.2.0-contract" });
    const { output, exitCode } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(output, /41_update_v8\.1\.0_v8\.2\.0\.sql:\d+:1 rename-column: renames users\.username to login/);
    assert.match(output, /selfhelp:acknowledge:\n\s+- \{rule: rename-column, script: "41_update_v8\.1\.0_v8\.2\.0\.sql"/);
  });

  it("never begins a migration that would fail half way: its rehearsal does", async () => {
    const before = await databaseDump();
    const { output, exitCode } = await deploy({ release: "v8.2.0-fails-half-way" });
    assert.notEqual(exitCode, 0);
    assert.match(output, /the rehearsal on a copy failed: 41_update_v8\.1\.0_v8\.2\.0\.sql:13:1: error 1060 .*Duplicate column name/);
    assert.equal(await databaseDump(), before);
    assert.equal(await copies(), "");
    assert.equal(await servedRelease(), "v8.1.0");
  });

  it("stops at one that fails half way without a rehearsal: users stay on the old release, and the preview names the state", async () => {
    const { output, exitCode } = await deploy({ release: "v8.2.0-fails-half-way", rehearsal: { enabled: false } });
    assert.notEqual(exitCode, 0);
    assert.match(output, /41_update_v8\.1\.0_v8\.2\.0\.sql:\d+/);
    assert.match(output, /Duplicate column name/);
    assert.equal(await servedRelease(), "v8.1.0");
    const preview = await stack.preview("--diff");
    assert.match(preview.output, /half-applied: \d+ of \d+ statements of 41_update_v8\.1\.0_v8\.2\.0\.sql/);
  });

  it("tells on the command line what ran in the database, and takes a person's word for what was finished by hand", async () => {
    const before = await stack.selfhelp("migrations", "status");
    assert.equal(before.exitCode, 1, before.output);
    assert.match(before.output, /half-applied: 3 of 5 statements[^]*41_update_v8\.1\.0_v8\.2\.0\.sql: error 1060/);
    assert.match(before.output, /│ 40_update_v8\.0\.0_v8\.1\.0\.sql .* applied .* [\d.]+ s /, "how long a script took");
    await sql("INSERT INTO notes (text) VALUES ('by hand')");
    const { output, exitCode } = await stack.selfhelp("migrations", "resolve", "41_update_v8.1.0_v8.2.0.sql", "--by-hand");
    assert.equal(exitCode, 0, output);
    assert.match(output, /is resolved now, and the database at v8\.2\.0\. Next: pulumi up/);
    const after = await stack.selfhelp("migrations", "status", "--json");
    assert.equal((JSON.parse(after.output) as { version: string }).version, "v8.2.0");
    await deployed({ release: "v8.2.0-fails-half-way" });
    assert.equal((await health()).databaseVersion, "v8.2.0");
  });

  it("is shown on one screen, with what is to be looked at", async () => {
    const fine = await stack.selfhelp("status");
    assert.equal(fine.exitCode, 0, fine.output);
    assert.match(fine.output, /web1 .*(blue|green) .*v8\.2\.0-fails-half-way .*passed: answered 200/);
    assert.match(
      fine.output,
      /database +v8\.2\.0; the last of \d+ scripts: 41_\S+\.sql, resolved .* ago\nbackup +\d{8}T\d{6}Z-\S+, .* old, proven; \d+ in all/,
    );
    assert.match(fine.output, /release +v8\.2\.0-fails-half-way, as the config says\nmaintenance +off\n[^]*drift +none/);
    assert.match(fine.output, /nothing to look at/);
    await root("touch /var/lib/selfhelp/maintenance; systemctl stop mariadb");
    try {
      const { output, exitCode } = await stack.selfhelp("status", "--json");
      assert.equal(exitCode, 1);
      const { hosts, problems } = JSON.parse(output) as { hosts: { web1: { value: { maintenance: boolean } } }; problems: string[] };
      assert.equal(hosts.web1.value.maintenance, true);
      assert.match(problems.join("\n"), /^database: the database .* can't be reached[^]*web1 answers 503: selfhelp maintenance status/);
    } finally {
      await root("rm /var/lib/selfhelp/maintenance; systemctl start mariadb");
    }
  });

  it("is looked at again until Ctrl-C, and what somebody does by hand meanwhile is seen", async () => {
    const watching = stack.startSelfhelp("status", "--watch", "1", "--json");
    const looks = (): { problems: string[] }[] =>
      watching
        .output()
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { problems: string[] });
    const slots = await root("readlink /var/www/selfhelp-current");
    const [slot, other] = slots.includes("blue") ? ["blue", "green"] : ["green", "blue"];
    try {
      await waitFor("a look", 60, () => Promise.resolve(looks().length > 0));
      assert.deepEqual(looks()[0]?.problems, []);
      await root(`ln -s /var/www/selfhelp-${other} /var/www/next && mv -T /var/www/next /var/www/selfhelp-current`);
      await waitFor("drift", 60, () => Promise.resolve((looks().at(-1)?.problems ?? []).length > 0));
      assert.match(
        looks().at(-1)?.problems.join("\n") ?? "",
        new RegExp(`web1 serves .* from ${other}, the last up left .* from ${slot}: pulumi preview`),
      );
    } finally {
      await root(`ln -s /var/www/selfhelp-${slot} /var/www/next && mv -T /var/www/next /var/www/selfhelp-current`);
      watching.process.kill("SIGINT");
    }
    assert.equal((await watching.ended).exitCode, 1);
  });

  it("has told its log who did what, and how it ended, and notices when somebody changes that", async () => {
    const { output } = await stack.selfhelp("audit", "list", "--json", "--last", "100");
    const found = JSON.parse(output.slice(output.indexOf("["))) as RecordedDeployment[];
    const withStep = (detail: RegExp): RecordedDeployment | undefined =>
      found.find(({ steps }) => steps.some((step) => detail.test(step.detail)));
    const migrated = withStep(/^v8\.0\.1 -> v8\.1\.0|^v8\.0\.0 -> v8\.1\.0/);
    assert.deepEqual([migrated?.result, migrated?.release, migrated?.databaseVersion], ["done", "v8.1.0", "v8.1.0"]);
    assert.match(`${migrated?.purpose} by ${migrated?.operator}`, /^deployment of stack journey by \S+@\S+$/);
    assert.equal(withStep(/broken for users on purpose/)?.result, "failed");
    assert.equal(withStep(/node is missing/)?.result, "failed");
    const { lastDeployment } = (await stack.outputs()) as { lastDeployment: { deployment: string } };
    assert.equal(found.findLast(({ result }) => result === "done")?.deployment, lastDeployment.deployment);
    const shown = await stack.selfhelp("audit", "show", migrated?.deployment ?? "");
    assert.match(
      shown.output,
      /done after .*, at v8\.1\.0, the database at v8\.1\.0\n[^]*selfhelp-migration-database +█+ +.* s {2}v8\.0\.\d -> v8\.1\.0/,
    );
    assert.match((await stack.selfhelp("audit", "list")).output, /selfhelp-release-web1 failed: v8\.1\.4-failing-build could not be built/);
    const reported = await stack.selfhelp("report", "--json");
    const [{ metrics }] = JSON.parse(reported.output) as [{ metrics: { deployments: number; attempts: number; leadSeconds: number } }];
    assert.equal(metrics.deployments, found.filter(({ result }) => result === "done").length);
    assert.ok(metrics.attempts > metrics.deployments && metrics.leadSeconds > 0, reported.output);
    const whole = await stack.selfhelp("audit", "verify");
    assert.deepEqual([whole.exitCode, /as they were written/.test(whole.output)], [0, true], whole.output);
    const log = "/var/lib/selfhelp/deployments.jsonl";
    assert.match(await root(`echo forged >${log}; stat -c %a ${log}; lsattr ${log}`), /^600\n.*a/);
    await root(`chattr -a ${log}; sed -i 's/"step failed"/"step done"/' ${log}`);
    const changed = await stack.selfhelp("audit", "verify");
    assert.equal(changed.exitCode, 1);
    assert.match(changed.output, /line \d+ does not follow the one before it/);
  });

  it("is not changed by who may not, which a preview says, and the audit log says why it was all the same", async () => {
    const file = "/var/www/selfhelp-current/public/index.php";
    await root(`chmod 666 ${file}`);
    // Itself is the other stack here: it is at the very commit.
    await stack.configure({ release: "v8.2.0-fails-half-way", protect: { operators: ["somebody-else"], after: lab.name } });
    const preview = await stack.preview();
    assert.equal(preview.exitCode, 0, preview.output);
    assert.match(preview.output, /is none of protect\.operators: somebody-else/);
    assert.doesNotMatch(preview.output, /deploy it there first/);
    const { output, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /stack "journey" is protected[^]*SELFHELP_BREAK_GLASS/);
    assert.equal(await root(`stat -c %a ${file}`), "666");
    process.env["SELFHELP_BREAK_GLASS"] = "the file must be closed now";
    const broken = await new LabStack(lab).up().finally(() => delete process.env["SELFHELP_BREAK_GLASS"]);
    assert.equal(broken.exitCode, 0, broken.output);
    assert.equal(await root(`stat -c %a ${file}`), "644");
    assert.match(
      await root("tail -n 1 /var/lib/selfhelp/deployments.jsonl; cat /var/lib/selfhelp/deployments.jsonl"),
      /the file must be closed now/,
    );
  });

  it("refuses a host with another key, and says how to accept it", async () => {
    const host = hostOf(lab, "web1");
    const other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";
    await stack.configure({ release: "v8.1.0", hosts: [{ ...connection(lab), hostKey: other }] });
    const { output, exitCode } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(output, /offered another key/);
    assert.ok(output.replace(/\s+/g, "").includes(host.hostKey.replace(/\s+/g, "")), output);
  });

  it("names a host that can't be reached", async () => {
    const address = hostOf(lab, "web1").address.replace(/\d+$/, "250");
    await stack.configure({ release: "v8.1.0", hosts: [{ ...connection(lab), address }] });
    const { output, exitCode } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(output, /host "web1" \([^)]*250[^)]*\) can't be reached/);
  });

  it("reports every problem of the config at once, before anything is contacted", async () => {
    await stack.configure({ release: "v8.1.0", relase: "typo", backup: { recipient: "not a key" } });
    const { output, exitCode } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(output, /selfhelp:relase is not a known key/);
    assert.match(output, /selfhelp:backup\.recipient must be an age public key/);
    assert.doesNotMatch(output, /at .*\.ts:\d+/);
  });

  it("keeps secrets out of the state and of the audit log", async () => {
    const state = `${await stack.export()}${await root("cat /var/lib/selfhelp/deployments.jsonl")}`;
    for (const secret of [lab.database.deployPassword, lab.database.appPassword]) assert.ok(!state.includes(secret));
  });
});

const connection = (lab: Lab): object => {
  const { name, address, port, user, hostKey } = hostOf(lab, "web1");
  return { name, address, port, user, hostKey, privateKeyPath: lab.deployKeyPath };
};
