import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, type Lab, onHost, stopLab } from "../../lab/lab";
import { projectFolder } from "../../lab/places";
import { run } from "../../lab/process";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";
import { secretInputs } from "../../reference/stack-schema";
import { rootOn } from "./by-hand";
import { ProcessWords } from "./process-words";

const name = "secrets";
const random = (): string => randomBytes(12).toString("hex");

/** The middle of a key's text: no part of it is in any other key. */
const heartOf = (path: string): string => {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines[Math.floor(lines.length / 2)] ?? "";
};

/** What of an input is secret: the password of an address, the end of its path, or all of it. */
const secretOf = (value: string): string => /(?<=:)[^:]+(?=@)|(?<=\/)\w+$|(?<=^Bearer ).*/.exec(value)?.[0] ?? value;

/** An input's path as the schema has it: "environment.APP_SECRET" is "environment.NAME". */
const schemaPath = (path: string): string =>
  path.replace(/\[\d+\]/, "[]").replace(/(environment|headers|fields|logins)\.[\w-]+/g, "$1.NAME");

/** A secret as it is, and as base64 has it wherever it begins in a longer text. */
const disguises = (secret: string): string[] => [
  secret,
  ...[0, 1, 2].map((before) =>
    Buffer.from(" ".repeat(before) + secret)
      .toString("base64")
      .slice(4, -4),
  ),
];

describe("secrets of a stack", function () {
  this.timeout(600_000);
  let lab: Lab;
  let stack: LabStack;
  let words: ProcessWords;
  let secrets: string[];
  let temporary: string;
  let hadBefore: string[];
  const shown: string[] = [];
  const usualTemporary = process.env["TMPDIR"];
  const planted = random();
  const configured = {
    "environment.MAILER_DSN": `smtp://mailer:${random()}@127.0.0.1:25`,
    "environment.JWT_PASSPHRASE": random(),
    "logins.admin.fields.password": random(),
    "checks[1].headers.X-Api-Key": random(),
    "monitoring.slack": `http://127.0.0.1:9/services/${random()}`,
    "monitoring.webhook.url": `http://127.0.0.1:9/hooks/${random()}`,
    "monitoring.webhook.headers.X-Token": random(),
    "monitoring.heartbeat": `http://127.0.0.1:9/ping/${random()}`,
  };
  /** Of later deployments; the accounts are made by them. */
  const later = {
    "access.administrator.password": "",
    "access.application.password": random(),
    "access.application.previous.password": random(),
    "access.migration.password": random(),
    "access.backup.password": random(),
    "access.monitoring.password": random(),
    "rehearsal.database.password": random(),
    "rollout.drain.environment.BALANCER_TOKEN": random(),
    "rollout.drain.headers.Authorization": `Bearer ${random()}`,
    "rollout.admit.environment.BALANCER_TOKEN": random(),
    "rollout.admit.headers.Authorization": `Bearer ${random()}`,
    "backup.offsite.accessKeyId": random(),
    "backup.offsite.secretAccessKey": random(),
  };
  const environment = { DATABASE_CA: "/etc/mysql/lab/ca.pem", GREETING: "may be said" };
  const checks = [
    { name: "pages", path: "/cms-api/v1/admin/pages", login: "admin" },
    { name: "key", path: "/cms-api/v1/health", headers: {} },
  ];
  const logins = { admin: { path: "/cms-api/v1/auth/login", fields: { username: "admin" }, token: "token" } };

  before(async () => {
    lab = await freshLab(name);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    temporary = join(lab.folder, "tmp");
    mkdirSync(temporary);
    process.env["TMPDIR"] = temporary;
    stack = new LabStack(lab);
    later["access.administrator.password"] = lab.database.adminPassword;
    secrets = [
      ...[lab.database.deployPassword, lab.database.appPassword],
      ...Object.values({ ...configured, ...later }).map(secretOf),
      ...[lab.deployKeyPath, lab.backup.identityPath].map(heartOf),
    ];
    hadBefore = await filesOnHost();
    words = new ProcessWords([...secrets.flatMap(disguises), planted]);
  });

  after(async () => {
    words.stop();
    if (usualTemporary === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usualTemporary;
    await stopLab(name);
    removeConfig(name);
  });

  const patterns = (): string => secrets.flatMap(disguises).join("\n");

  /** Files on the host that have a secret, by their paths. */
  async function filesOnHost(): Promise<string[]> {
    const search = ["grep", "-rlaFs", "--exclude-dir=proc", "--exclude-dir=sys", "--exclude-dir=dev", "-f", "-", "/"];
    const { stdout } = await onHost(lab, "web1", search, { asRoot: true, stdin: patterns(), timeoutSeconds: 120 });
    return stdout.split("\n").filter(Boolean).sort();
  }

  const configure = async (config: Record<string, unknown>, over: Record<string, string> = {}): Promise<void> => {
    await stack.configure({ environment, ...config });
    const given = Object.entries(configured).filter(([key]) => config["checks"] !== undefined || /^(environment|monitoring)\./.test(key));
    await setSecrets({ ...Object.fromEntries(given), ...over });
  };
  const setSecrets = async (values: Record<string, string>): Promise<void> => {
    for (const [key, value] of Object.entries(values)) {
      const { output, exitCode } = await stack.start(["config", "set", "--secret", "--path", `selfhelp:${key}`], { stdin: value }).ended;
      assert.equal(exitCode, 0, output);
    }
  };
  const kept = ({ output, exitCode }: PulumiRun): PulumiRun => {
    shown.push(output);
    return { output, exitCode, seconds: 0 };
  };
  const succeeded = async (running: Promise<PulumiRun>): Promise<string> => {
    const { output, exitCode } = kept(await running);
    assert.equal(exitCode, 0, output);
    return output;
  };
  const failed = async (running: Promise<PulumiRun>, reason: RegExp): Promise<string> => {
    const { output, exitCode } = kept(await running);
    assert.notEqual(exitCode, 0, output);
    assert.match(output, reason);
    return output;
  };

  it("are all inputs that the schema says may be secret", () => {
    const planted = [...Object.keys({ ...configured, ...later }).map(schemaPath), "database.password"];
    assert.deepEqual([...new Set(planted)].sort(), secretInputs().sort());
  });

  it("are found by this test in the words of a process, and in files on a host, where they are", async () => {
    await onHost(lab, "web1", ["bash", "-c", `: ${planted}; sleep 0.5; :`]);
    assert.match(words.found().join("\n"), new RegExp(`arguments of bash -c : ${planted}`));
    const [secret] = secrets;
    await rootOn(lab, "web1", "base64 >/run/planted", `x${secret}`);
    assert.ok((await filesOnHost()).includes("/run/planted"));
    await rootOn(lab, "web1", "rm /run/planted");
  });

  it("are not said by a first deployment, whatever a build says aloud", async () => {
    await configure({ release: "v8.0.0" });
    await succeeded(stack.preview("--diff"));
    const loud = { release: "v8.0.0", build: ["composer install --no-dev --no-interaction", "cat .env.local"] };
    await configure(loud);
    await succeeded(stack.up("--json"));
  });

  it("are not said by a build that fails with them on its lips, nor recorded with its failure", async () => {
    await configure({ release: "v8.0.1", build: ["cat .env.local >&2; exit 3"] });
    const output = await failed(stack.up("--diff"), /exit code 3|code 3/);
    assert.match(output, /GREETING='may be said'/, "the build's own words are there");
    assert.match(output, /JWT_PASSPHRASE='\[hidden\]'/);
    assert.match(output, /mysql:\/\/[^:]+:\[hidden\]@/);
  });

  it("are not said by a candidate that can't log in, by a database that refuses them, or by one that the application can't reach", async () => {
    await configure({ release: "v8.0.1", checks, logins });
    await failed(stack.up(), /the login "admin" failed/);
    await configure({ release: "v8.0.1" }, { "database.password": `${lab.database.deployPassword}X` });
    await failed(stack.up(), /refused the user/);
    await configure({ release: "v8.0.1", environment: { DATABASE_CA: "/nowhere.pem" } });
    await failed(stack.up(), /health\s+failed/);
  });

  describe("of a stack that makes its accounts", () => {
    const users = { application: "made_app", migration: "made_deploy", backup: "made_backup", monitoring: "made_monitoring" };
    const configureWith = async (more: Record<string, object>, kinds: RegExp): Promise<void> => {
      const { database } = lab;
      const made = Object.fromEntries(Object.entries(users).map(([role, user]) => [role, { user }]));
      const access = { administrator: { user: database.adminUser }, ...made, ...more["access"] };
      const place = { name: database.name, tls: { caPath: database.caPath } };
      await stack.configure({ release: "v8.1.0", environment, database: place, ...more, access }, {});
      const wanted = Object.entries({ ...configured, ...later }).filter(([key]) => usual.test(key) || kinds.test(key));
      await setSecrets(Object.fromEntries(wanted));
    };
    const usual = /^(environment|monitoring)\.|^access\.\w+\.password/;

    it("are not said by a server for copies that refuses them", async () => {
      const rehearsal = { database: { host: "web1", user: "rehearsal", tls: { caPath: lab.database.caPath } } };
      await configureWith({ rehearsal }, /^rehearsal/);
      await failed(stack.up("--debug"), /refused the user "rehearsal"/);
    });

    it("are not said by hooks, one that says them aloud and one that fails, after a migration", async () => {
      const drain = { command: ["/bin/sh", "-c", "echo $BALANCER_TOKEN"] };
      await configureWith({ rollout: { drain, admit: { url: "http://127.0.0.1:2/{host}" } } }, /^rollout/);
      await failed(stack.up("--json"), /admit failed \(.*ECONNREFUSED/);
    });

    it("are not said by a deployment that gets through, nor by a server that refuses the administrator", async () => {
      await configureWith({ access: { application: { user: users.application, previous: { user: "made_app_before" } } } }, /^access/);
      await succeeded(stack.up("--diff"));
      await setSecrets({ "access.administrator.password": `${lab.database.adminPassword}X` });
      await failed(stack.preview("--debug"), /refused the user "selfhelp_admin"/);
    });

    it("are not said of an off-site store that doesn't answer", async () => {
      const offsite = { bucket: "example-backups", region: "us-east-1", endpoint: "http://127.0.0.1:9" };
      await configureWith({ backup: { recipient: lab.backup.recipient, offsite } }, /^backup/);
      assert.match(await succeeded(stack.preview("--diff")), /nothing answers there/);
    });

    it("are not said by the command line, in whatever it tells", async () => {
      await configureWith({}, usual);
      const created = await succeeded(stack.selfhelp("backups", "create", "--json"));
      const { backup } = JSON.parse(created.slice(created.indexOf("{"))) as { backup: { id: string } };
      await succeeded(stack.selfhelp("backups", "verify", backup.id, "--identity", lab.backup.identityPath));
      for (const words of [["status", "--json"], ["report"], ["audit", "list", "--json"], ["backups", "list"], ["preflight"]])
        kept(await stack.selfhelp(...words));
      await succeeded(stack.selfhelp("audit", "verify"));
      kept(await stack.selfhelp("rollback", "--release", "no-such-release", "--yes"));
      await succeeded(stack.selfhelp("rollback", "--yes"));
    });
  });

  describe("after all of this", () => {
    it("were in nothing that was shown", () => {
      const all = shown.join("\n");
      assert.ok(all.length > 10_000);
      assert.deepEqual(
        secrets.flatMap(disguises).filter((text) => all.includes(text)),
        [],
      );
    });

    it("were in no process's arguments, and on the host in no process's variables", () => {
      assert.deepEqual(words.found(), []);
    });

    it("are on the host in .env.local of each slot, which root and PHP alone may read, and in what monitoring is told, which root alone may", async () => {
      const files = ["/etc/selfhelp/monitor.json", "/var/www/selfhelp-blue/.env.local", "/var/www/selfhelp-green/.env.local"];
      assert.deepEqual(
        (await filesOnHost()).filter((path) => !hadBefore.includes(path)),
        files,
      );
      const modes = ["600 root:root", "640 root:www-data", "640 root:www-data"];
      assert.equal(await rootOn(lab, "web1", `stat -c '%a %U:%G' ${files.join(" ")}`), modes.join("\n"));
    });

    it("are in no line of the host's journal", async () => {
      const journal = await rootOn(lab, "web1", "journalctl --no-pager --output export | wc -c");
      assert.ok(Number(journal) > 10_000);
      assert.equal(await rootOn(lab, "web1", "{ journalctl --no-pager --output export | grep -aF -f <(cat) || true; }", patterns()), "");
    });

    it("are neither in Pulumi's state, nor in config or temporary files of the deployer", async () => {
      const pulumi = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
      const places = [join(lab.folder, "pulumi"), temporary, pulumi, projectFolder];
      const left = ["node_modules", ".git", "plugins", "bin"].map((folder) => `--exclude-dir=${folder}`);
      const { stdout, stderr } = await run(["grep", "-rlaFs", ...left, "-f", "-", ...places], { stdin: patterns(), timeoutSeconds: 120 });
      assert.deepEqual([stdout, stderr], ["", ""]);
    });
  });
});
