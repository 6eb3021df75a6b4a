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
import { rootOn } from "./by-hand";
import { ProcessWords } from "./process-words";

const name = "secrets";
const random = (): string => randomBytes(12).toString("hex");

/** The middle of a key's text: no part of it is in any other key. */
const heartOf = (path: string): string => {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines[Math.floor(lines.length / 2)] ?? "";
};

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
  this.timeout(240_000);
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
    secrets = [
      ...[lab.database.deployPassword, lab.database.appPassword],
      ...Object.values(configured).map((value) => /:([^:]+)@|\/(\w+)$/.exec(value)?.slice(1).find(Boolean) ?? value),
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
    const given = Object.entries({ ...configured, ...over }).filter(
      ([key]) => config["checks"] !== undefined || /^(environment|monitoring)\./.test(key),
    );
    for (const [key, value] of [...given, ...Object.entries(over)]) {
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

  it("are not said by a deployment with a migration, nor on the command line of the backups", async () => {
    await configure({ release: "v8.1.0" });
    await succeeded(stack.up("--diff"));
    const created = await succeeded(stack.selfhelp("backups", "create", "--json"));
    const { backup } = JSON.parse(created) as { backup: { id: string } };
    await succeeded(stack.selfhelp("backups", "verify", backup.id, "--identity", lab.backup.identityPath));
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
