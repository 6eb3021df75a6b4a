import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mysql from "mysql2/promise";
import { hostOf, isRunning, type Lab, onHost, powerCut, readLab, restartHost, startLab, stopLab } from "../../lab/lab";
import { privileged, run, waitFor } from "../../lab/process";
import { rootOn } from "./by-hand";

describe("lab hosts", () => {
  const names = ["labsone", "labstwo"] as const;
  let one: Lab;
  let two: Lab;

  before(async function () {
    this.timeout(120_000);
    await Promise.all(names.map(stopLab));
    [one, two] = await Promise.all([
      startLab("labsone"),
      startLab("labstwo", [
        { name: "web1", role: "web" },
        { name: "db1", role: "database" },
      ]),
    ]);
  });

  after(async function () {
    this.timeout(120_000);
    await Promise.all(names.map(stopLab));
  });

  const bootOf = (lab: Lab, host: string): Promise<string> =>
    rootOn(lab, host, "cat /proc/sys/kernel/random/boot_id; systemctl show -P UserspaceTimestampMonotonic");

  const connect = (lab: Lab, host: string, user: "app" | "deploy", tls = true): Promise<mysql.Connection> =>
    mysql.createConnection({
      host: hostOf(lab, host).address,
      user: user === "app" ? lab.database.appUser : lab.database.deployUser,
      password: user === "app" ? lab.database.appPassword : lab.database.deployPassword,
      database: lab.database.name,
      ...(tls ? { ssl: { ca: readFileSync(lab.database.caPath), verifyIdentity: true } } : {}),
    });

  it("run side by side, each on a network of its own, every service up", async () => {
    assert.notEqual(one.network.number, two.network.number);
    for (const [lab, name] of [
      [one, "web1"],
      [two, "web1"],
      [two, "db1"],
    ] as const) {
      assert.equal(await rootOn(lab, name, "hostname; systemctl is-system-running"), `${name}\nrunning`);
    }
  });

  it("let the deploy user in with the key only, and give it root", async () => {
    const config = await rootOn(one, "web1", "sshd -T");
    assert.match(config, /^passwordauthentication no$/m);
    assert.match(config, /^permitrootlogin no$/m);
    assert.equal((await onHost(one, "web1", ["id", "-un"])).stdout, "deploy\n");
    assert.equal((await onHost(one, "web1", ["id", "-un"], { asRoot: true })).stdout, "root\n");
  });

  it("pass on words, input and exit codes unchanged", async () => {
    const { stdout, stderr, exitCode } = await onHost(one, "web1", ["sh", "-c", 'cat; echo "$1" >&2; exit 7', "sh", "it's $HOME"], {
      stdin: "in",
    });
    assert.deepEqual({ stdout, stderr, exitCode }, { stdout: "in", stderr: "it's $HOME\n", exitCode: 7 });
  });

  it("have what a deployment needs", async () => {
    await rootOn(
      one,
      "web1",
      "for tool in nginx php composer age zstd git rsync curl mariadb mariadb-dump openssl unzip; do command -v $tool >/dev/null; done",
    );
    assert.match(
      await rootOn(one, "web1", "php -v; nginx -v 2>&1; mariadb --version; php -m"),
      /PHP 8\.2[^]*nginx\/1\.22[^]*10\.11[^]*OPcache/,
    );
    assert.equal(await rootOn(one, "web1", "systemctl is-enabled php8.2-fpm || true; ls /etc/nginx/sites-enabled"), "disabled");
    assert.equal(
      await rootOn(one, "web1", "cd /var/www/selfhelp-shared/config; stat -c '%a %U:%G %n' jwt jwt/*"),
      "750 root:www-data jwt\n640 root:www-data jwt/private.pem\n640 root:www-data jwt/public.pem",
    );
  });

  it("answer to the database's users over verified TLS, and not without", async () => {
    for (const [lab, host] of [
      [one, "web1"],
      [two, "db1"],
    ] as const) {
      const connection = await connect(lab, host, "app");
      const [rows] = await connection.query("SHOW STATUS LIKE 'Ssl_version'");
      assert.match(JSON.stringify(rows), /TLSv1\.3/);
      await connection.end();
      await assert.rejects(connect(lab, host, "app", false), { code: "ER_ACCESS_DENIED_ERROR" });
    }
  });

  it("give the application fewer rights than the deployment", async () => {
    const deploy = await connect(one, "web1", "deploy");
    await deploy.query("CREATE TABLE probe (id INT)");
    await deploy.query("CREATE DATABASE selfhelp_verify_probe");
    await deploy.query("DROP DATABASE selfhelp_verify_probe");
    await deploy.query("SELECT COUNT(*) FROM mysql.proc");
    await assert.rejects(deploy.query("CREATE DATABASE elsewhere"), { code: "ER_DBACCESS_DENIED_ERROR" });
    const app = await connect(one, "web1", "app");
    await app.query("INSERT INTO probe VALUES (1)");
    await assert.rejects(app.query("ALTER TABLE probe ADD note INT"), { code: "ER_TABLEACCESS_DENIED_ERROR" });
    await deploy.query("DROP TABLE probe");
    await Promise.all([app.end(), deploy.end()]);
  });

  it("split roles: the web host reaches the database host by name, and runs no database of its own", async () => {
    assert.equal(await rootOn(two, "web1", "systemctl is-active mariadb || true"), "inactive");
    assert.equal(await rootOn(two, "db1", "systemctl is-active nginx || true"), "inactive");
    const login = `[client]\nuser=${two.database.appUser}\npassword=${two.database.appPassword}\n`;
    const query = [
      "mariadb",
      "--defaults-extra-file=/dev/stdin",
      "-h",
      "db1",
      "--ssl-ca=/etc/mysql/lab/ca.pem",
      "--ssl-verify-server-cert",
      "-Ne",
      "SELECT DATABASE()",
    ];
    const { stdout, stderr } = await onHost(two, "web1", [...query, "selfhelp"], { stdin: login });
    assert.equal(stdout, "selfhelp\n", stderr);
  });

  it("stay as they are when the lab is started again, and get new neighbours", async function () {
    this.timeout(60_000);
    const before = await bootOf(one, "web1");
    one = await startLab("labsone", [{ name: "web1" }, { name: "web2", role: "web" }]);
    assert.equal(await bootOf(one, "web1"), before);
    assert.match(await rootOn(one, "web1", "getent hosts web2"), new RegExp(`^${hostOf(one, "web2").address.replaceAll(".", "\\.")} `));
    assert.deepEqual(readLab("labsone"), one);
    await assert.rejects(startLab("labsone", [{ name: "web1", role: "web" }]), /web1 is a host with role "all" already/);
  });

  it("come back from a reboot from inside, a restart and a power cut, with what was written", async function () {
    this.timeout(120_000);
    await rootOn(one, "web1", "mariadb -e 'REVOKE EXECUTE ON selfhelp.* FROM selfhelp_app@localhost'; echo kept >/root/note; sync");
    const first = await bootOf(one, "web1");
    await onHost(one, "web1", ["systemctl", "reboot"], { asRoot: true });
    await waitFor("web1 after its reboot", 60, async () => {
      const { stdout, exitCode } = await onHost(one, "web1", ["systemctl", "show", "-P", "UserspaceTimestampMonotonic"]);
      return exitCode === 0 && !first.endsWith(stdout.trim());
    });
    await startLab("labsone");
    await restartHost(one, "web1");
    await powerCut(one, "web1");
    assert.equal(await isRunning(one, "web1"), false);
    await restartHost(one, "web1");
    assert.equal(await rootOn(one, "web1", "cat /root/note; systemctl is-system-running"), "kept\nrunning");
    assert.doesNotMatch(await rootOn(one, "web1", "mariadb -Ne 'SHOW GRANTS FOR selfhelp_app@localhost'"), /EXECUTE/);
  });

  it("go on when their launcher is killed, start anew when systemd-nspawn is, and leave nothing after the lab's end", async function () {
    this.timeout(120_000);
    const kill = async (what: string): Promise<void> => {
      const { exitCode } = await run(privileged(["pkill", "-KILL", "-f", `${what}.*${hostOf(two, "db1").root}`]));
      assert.equal(exitCode, 0, "nothing to kill");
    };
    await kill("^bash .*lab/image/launch");
    await startLab("labstwo");
    await kill("^systemd-nspawn");
    await startLab("labstwo");
    await powerCut(two, "db1");
    await startLab("labstwo");
    assert.equal(await rootOn(two, "db1", "systemctl is-system-running"), "running");
    await kill("^systemd-nspawn");
    await stopLab("labstwo");
    await assertNothingLeft(two);
  });

  it("are cleaned up where the lab was only half made", async () => {
    const folder = join(two.folder, "..", "labstwo");
    const { makeLab } = await import("../../lab/prepare");
    const half = await makeLab("labstwo");
    rmSync(join(folder, "lab.json"));
    await stopLab("labstwo");
    await assertNothingLeft(half);
  });

  it("say why when this machine can't boot one", async function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), "no-nspawn-"));
    const path = process.env["PATH"];
    writeFileSync(join(folder, "systemd-nspawn"), "#!/bin/sh\necho 'Operation not permitted' >&2\nexit 1\n");
    chmodSync(join(folder, "systemd-nspawn"), 0o755);
    process.env["PATH"] = `${folder}:${path}`;
    try {
      await assert.rejects(startLab("labstwo"), /web1.* did not boot: Operation not permitted \(see .*console\.log\); lab hosts need root/);
    } finally {
      process.env["PATH"] = path;
      rmSync(folder, { recursive: true });
      await stopLab("labstwo");
    }
  });
});

async function assertNothingLeft(lab: Lab): Promise<void> {
  assert.equal(existsSync(lab.folder), false);
  assert.equal(readFileSync("/proc/mounts", "utf8").includes(lab.folder), false);
  assert.notEqual((await run(["ip", "link", "show", lab.network.bridge])).exitCode, 0);
  assert.equal((await run(["pgrep", "-f", lab.folder])).stdout, "");
  for (const { machine } of lab.hosts) {
    const { stdout } = await run(privileged(["find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", `lab-${machine}*`]));
    assert.equal(stdout, "");
    assert.notEqual((await run(["ip", "link", "show", `vb-${machine}`])).exitCode, 0);
    assert.equal(existsSync(`/run/systemd/nspawn/propagate/${machine}`), false);
  }
}
