import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, onHost, stopLab } from "../../lab/lab";
import { projectFolder } from "../../lab/places";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";
import { inTerminal } from "./terminal";

const name = "initstack";
const other = "initother";

describe("selfhelp init and selfhelp promote", function () {
  this.timeout(600_000);
  let lab: Lab;
  let stack: LabStack;
  const file = join(projectFolder, `Pulumi.${name}.yaml`);

  before(async () => {
    lab = await freshLab(name);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    rmSync(file, { force: true });
  });

  after(async () => {
    await stopLab(name);
    [name, other].forEach(removeConfig);
  });

  const init = (...words: string[]): Promise<PulumiRun> => stack.selfhelpAsTyped("init", name, ...words);

  const options = (): Record<string, string> => ({
    repository: join(lab.folder, "selfhelp-backend"),
    release: "v8.0.0",
    address: hostOf(lab, "web1").address,
    user: hostOf(lab, "web1").user,
    key: lab.deployKeyPath,
    database: lab.database.name,
    "database-user": lab.database.deployUser,
    base: "db/base.sql",
    "base-version": "v8.0.0",
    identity: join(lab.folder, "backup-of-init.key"),
  });
  const words = (given: Record<string, string>): string[] => Object.entries(given).flatMap(([key, value]) => [`--${key}`, value]);
  const consoleFingerprint = async (): Promise<string> => {
    const { stdout } = await onHost(lab, "web1", ["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"]);
    return stdout.split(" ")[1] ?? "";
  };

  it("names at once what must be given where nobody can be asked", async () => {
    const { output, exitCode } = await init();
    assert.equal(exitCode, 2, output);
    assert.match(output, /nobody can be asked here, so these must be given:\n {2}--repository .*\n {2}--address /);
    assert.ok(!existsSync(file));
  });

  it("trusts no host whose key nobody has compared, and shows what there is to compare", async () => {
    const asked = await init(...words(options()));
    assert.equal(asked.exitCode, 2, asked.output);
    assert.ok(asked.output.includes(`--fingerprint ${await consoleFingerprint()}`), asked.output);
    const wrong = await init(...words({ ...options(), fingerprint: `SHA256:${"A".repeat(43)}` }));
    assert.equal(wrong.exitCode, 2, wrong.output);
    assert.match(wrong.output, /it is another host, or somebody is between\. Nothing was written\./);
    assert.ok(!existsSync(file));
  });

  it("asks, asks again for a host that isn't there, and writes a stack that comes up with the commands that it prints", async () => {
    const given = options();
    const { shown, exitCode } = await inTerminal(
      [join(projectFolder, "bin", "selfhelp"), "init", name, "--identity", given["identity"] ?? ""],
      [
        ["git repository: ", `${given["repository"]}\n`],
        ["[main]: ", `${given["release"]}\n`],
        ["IP address: ", `${given["address"]}\n`],
        ["[22]: ", "2\n"],
        ["[deploy]: ", `${given["user"]}\n`],
        ["private key for that", `${given["key"]}\n`],
        ["database's schema", `${given["database"]}\n`],
        ["who migrates it", `${given["database-user"]}\n`],
        ["an empty database", `${given["base"]}\n`],
        ["the version that it then has: ", `${given["base-version"]}\n`],
        ["[/cms-api/v1/health]: ", "\n"],
        [`port 2 can't be reached: nothing listens there (connection refused)\r\n`, ""],
        [`IP address [${given["address"]}]: `, "\n"],
        ["[2]: ", "22\n"],
        [`offers the key ${await consoleFingerprint()}`, "yes\n"],
      ],
    );
    assert.equal(exitCode, 0, shown);
    assert.match(shown, /ok {7}SSH login as .*\nok {7}sudo without a password\nok {7}a database server on port 3306 of the host/);
    const written = readFileSync(file, "utf8");
    const again = await init(...words(given));
    assert.equal(again.exitCode, 2, again.output);
    assert.match(again.output, /Pulumi\.initstack\.yaml is there already, and stays as it is/);
    assert.equal(readFileSync(file, "utf8"), written);

    const { appUser, appPassword, deployPassword, port } = lab.database;
    const address = `mysql://${appUser}:${encodeURIComponent(appPassword)}@127.0.0.1:${port}/${lab.database.name}?serverVersion=mariadb-10.11.6&charset=utf8mb4`;
    const steps: [string[], string?][] = [
      [["stack", "init", name]],
      [["config", "set", "--secret", "--path", "selfhelp:database.password"], deployPassword],
      [["config", "set", "--secret", "--path", "selfhelp:environment.DATABASE_URL"], address],
      [["config", "set", "--secret", "--path", "selfhelp:environment.APP_SECRET"], "an application's secret"],
      [["config", "set", "--path", "selfhelp:environment.DATABASE_CA", "/etc/mysql/lab/ca.pem"]], // this lab's own
      [["preview"]],
      [["up", "--yes", "--skip-preview"]],
    ];
    for (const [step, stdin] of steps) {
      const ran = await stack.start(step, { stdin }).ended;
      assert.equal(ran.exitCode, 0, `${step.join(" ")}: ${ran.output}`);
    }
    const answer = await fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(10_000) });
    assert.equal(((await answer.json()) as { release: string }).release, "v8.0.0");
  });
  const promote = (...words: string[]): Promise<PulumiRun> => stack.selfhelpAsTyped("promote", ...words);
  const wantedByOther = (): string => readFileSync(join(projectFolder, `Pulumi.${other}.yaml`), "utf8");

  it("sets in another stack what this one has proven, pinned, and shows the difference first", async () => {
    const config = [
      "config:",
      "  selfhelp:release: main",
      `  selfhelp:repository: ${options()["repository"]}`,
      "  selfhelp:databaseVersion: v7.6.0",
      "",
    ];
    writeFileSync(join(projectFolder, `Pulumi.${other}.yaml`), config.join("\n"));
    await stack.start(["stack", "init", other]).ended;
    const shown = await promote(name, other, "--dry-run");
    assert.equal(shown.exitCode, 0, shown.output);
    assert.match(shown.output, /selfhelp:release +│ main +│ v8\.0\.0/);
    assert.match(wantedByOther(), /release: main/);
    const set = await promote(name, other);
    assert.equal(set.exitCode, 0, set.output);
    assert.match(set.output, /nothing was deployed\. Next: pulumi preview --stack initother/);
    assert.match(
      wantedByOther(),
      /selfhelp:databaseVersion: v8\.0\.0[^]*selfhelp:release: v8\.0\.0|selfhelp:release: v8\.0\.0[^]*selfhelp:databaseVersion: v8\.0\.0/,
    );
    assert.match((await promote(name, other)).output, /wants what initstack has proven already/);
  });

  it("promotes nothing from where nothing was deployed, or the last deployment did not come to its end", async () => {
    const nothing = await promote(other, name);
    assert.equal(nothing.exitCode, 2, nothing.output);
    assert.match(nothing.output, /nothing was deployed to "initother" yet\. Nothing was set\./);
    const failed = await stack.up("--config", "selfhelp:release=never-released");
    assert.notEqual(failed.exitCode, 0, failed.output);
    const refused = await promote(name, other);
    assert.equal(refused.exitCode, 2, refused.output);
    assert.match(refused.output, /the last pulumi up of "initstack" ended as "failed"/);
  });
});
