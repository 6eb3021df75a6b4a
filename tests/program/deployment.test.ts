import assert from "node:assert/strict";
import { AppHost } from "../../components/deployment/apphost";
import { Deployment } from "../../components/deployment/component";
import { parseStackConfig, type StackConfig } from "../../components/deployment/config";
import { resolveRelease } from "../../components/deployment/resolve";
import { waitFor } from "../../lab/process";
import { minimalConfig } from "./config";
import { commit, type Declared, mockEngine, valueOf } from "./mocks";

function configWith(overrides: Record<string, unknown>): StackConfig {
  const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  const raw = Object.fromEntries(Object.entries(overrides).map(([key, value]) => [`selfhelp:${key}`, text(value)]));
  const result = parseStackConfig({ ...minimalConfig, ...raw });
  assert.ok("config" in result);
  return result.config;
}

async function deploy(overrides: Record<string, unknown> = {}): Promise<{ declared: Declared[]; deployment: Deployment }> {
  const declared = await mockEngine();
  const config = configWith(overrides);
  const files = { keys: {} };
  const apphost = new AppHost("selfhelp", config, files);
  const release = await resolveRelease(config, apphost);
  const deployment = new Deployment("selfhelp", { config, files, release, server: null }, { providers: { apphost } });
  await valueOf(deployment.outputs.changes);
  await waitFor("the last step is declared", 10, async () => declared.some((resource) => resource.name === "selfhelp-record-end"));
  return { declared, deployment };
}

const named = (declared: readonly Declared[], name: string): Declared => {
  const found = declared.find((resource) => resource.name === name);
  assert.ok(found, `no resource ${name} among ${declared.map((resource) => resource.name).join(", ")}`);
  return found;
};

describe("the program", () => {
  it("takes the steps in order: set-up, backup, rehearsal and release, migration, candidate, switch, validation", async () => {
    const { declared } = await deploy();
    const steps = declared.filter((resource) => /^(apphost|command):/.test(resource.type)).map((resource) => resource.name);
    const position = (name: string): number => steps.indexOf(name);
    const order = [
      "selfhelp-host-web1-packages",
      "selfhelp-host-web1-site",
      "selfhelp-backup-database",
      "selfhelp-rehearsal-copy",
      "selfhelp-migration-database",
      "selfhelp-candidate-web1",
      "selfhelp-switch-hosts",
      "selfhelp-validation-web1",
      "selfhelp-record-end",
    ];
    assert.deepEqual(
      order.map(position),
      order.map(position).sort((a, b) => a - b),
      steps.join(", "),
    );
    assert.ok(position("selfhelp-release-web1") > position("selfhelp-host-web1-site"));
    assert.ok(position("selfhelp-release-web1") < position("selfhelp-migration-database"));
  });

  it("hands the backup's copy to the rehearsal, and what that led to to the migration", async () => {
    const { declared } = await deploy();
    assert.equal(named(declared, "selfhelp-rehearsal-copy").inputs["copy"], "selfhelp_verify_1");
    assert.deepEqual(named(declared, "selfhelp-migration-database").inputs["rehearsed"], { "table users": "0123" });
    assert.deepEqual(named(declared, "selfhelp-migration-database").inputs["durations"], {
      "40_update_v8.0.0_v8.1.0.sql": { "3": 40_000 },
    });
  });

  it("gives the environment to the provider alone, as a secret, and tells the release only whose it is", async () => {
    const { declared } = await deploy({ environment: { APP_SECRET: "not for everyone" } });
    const knowing = declared.filter(({ inputs }) => JSON.stringify(inputs).includes("not for everyone"));
    assert.deepEqual(
      knowing.map(({ type }) => type),
      ["pulumi:providers:apphost"],
    );
    assert.ok("4dabf18193072939515e22adb298388d" in (knowing[0]?.inputs["environment"] as object), "the environment is no secret");
    const { environment, shared } = named(declared, "selfhelp-release-web1").inputs;
    assert.match(String(environment), /^[0-9a-f]{12}$/);
    assert.deepEqual(shared, ["config/jwt", "public/uploads", "var/log"]);
  });

  it("leaves .env.local to whoever keeps it by hand where the stack has no environment", async () => {
    const { declared } = await deploy();
    const { environment, shared } = named(declared, "selfhelp-release-web1").inputs;
    assert.deepEqual([environment, shared], ["by hand", [".env.local", "config/jwt", "public/uploads", "var/log"]]);
  });

  it("has no rehearsal where it is switched off", async () => {
    const { declared } = await deploy({ rehearsal: { enabled: false } });
    assert.ok(!declared.some(({ type }) => type === "apphost:rehearsal:Rehearsal"));
    assert.equal(named(declared, "selfhelp-backup-database").inputs["rehearsal"], false);
    assert.equal(named(declared, "selfhelp-migration-database").inputs["rehearsed"], null);
  });

  it("hands the backup to the migration, and the slot that was built to candidate and switch", async () => {
    const { declared } = await deploy();
    assert.equal(named(declared, "selfhelp-migration-database").inputs["backup"], "20260101T000000Z-v8.0.0");
    assert.equal(named(declared, "selfhelp-candidate-web1").inputs["slot"], "green");
    assert.deepEqual(named(declared, "selfhelp-switch-hosts").inputs["slots"], { web1: "green" });
    assert.deepEqual(named(declared, "selfhelp-switch-hosts").inputs["commits"], { web1: commit });
  });

  it("moves the database to where the release's scripts end, and names each script with its statements", async () => {
    const { inputs } = named((await deploy()).declared, "selfhelp-migration-database");
    assert.equal(inputs["version"], "v8.1.0");
    assert.deepEqual(inputs["scripts"], ["39_update_v7.6.0_v8.0.0.sql (4 statements)", "40_update_v8.0.0_v8.1.0.sql (12 statements)"]);
  });

  it("stops the chain at a configured databaseVersion", async () => {
    const { inputs } = named((await deploy({ databaseVersion: "v8.0.0" })).declared, "selfhelp-migration-database");
    assert.equal(inputs["version"], "v8.0.0");
    assert.deepEqual(inputs["scripts"], ["39_update_v7.6.0_v8.0.0.sql (4 statements)"]);
  });

  it("has every output of the contract", async () => {
    const { deployment } = await deploy();
    assert.deepEqual(Object.keys(deployment.outputs).sort(), [
      "access",
      "activeSlot",
      "appliedScripts",
      "changes",
      "commit",
      "databaseVersion",
      "exposure",
      "findings",
      "hardening",
      "lastBackup",
      "lastDeployment",
      "maintenance",
      "monitoring",
      "offsite",
      "previousRelease",
      "release",
      "serverFindings",
      "url",
      "validation",
    ]);
    assert.equal(await valueOf(deployment.outputs.databaseVersion), "v8.1.0");
    assert.equal(await valueOf(deployment.outputs.activeSlot), "green");
    assert.equal(await valueOf(deployment.outputs.previousRelease), "v8.0.0");
    assert.deepEqual(await valueOf(deployment.outputs.exposure), { blue: "1.4", green: "1.4" });
    assert.equal(deployment.outputs.url, "http://203.0.113.7");
  });

  const host = (name: string): object => ({ name, address: "203.0.113.7", user: "deploy", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" });
  const fleet = {
    hosts: [host("web2"), host("web1")],
    database: { host: "web1", name: "selfhelp_production", user: "selfhelp_deploy", password: "correct horse" },
  };

  it("has one release and candidate a host, one switch of all in the config's order, and outputs by host name", async () => {
    const { declared, deployment } = await deploy(fleet);
    for (const step of ["release", "candidate", "validation"]) named(declared, `selfhelp-${step}-web2`);
    assert.deepEqual(named(declared, "selfhelp-switch-hosts").inputs["hosts"], ["web2", "web1"]);
    assert.deepEqual(await valueOf(deployment.outputs.activeSlot), { web1: "green", web2: "green" });
    assert.deepEqual(await valueOf(deployment.outputs.previousRelease), { web1: "v8.0.0", web2: "v8.0.0" });
    assert.equal(declared.filter((resource) => resource.type === "apphost:migration:DatabaseVersion").length, 1);
  });

  it("logs in for a check with the login that it names, as a secret, before the switch and after it", async () => {
    const logins = { admin: { path: "/login", fields: { username: "admin", password: 12345 }, token: "data.token" } };
    const { declared } = await deploy({ logins, checks: [{ name: "pages", path: "/pages", login: "admin" }] });
    for (const step of ["candidate", "validation"]) {
      const { checks } = named(declared, `selfhelp-${step}-web1`).inputs as { checks: Record<string, unknown> };
      assert.equal(checks["4dabf18193072939515e22adb298388d"], "1b47061264138c4ac30d75fd1eb44270", "the checks are no secret");
      const [health, pages] = checks["value"] as Record<string, unknown>[];
      assert.deepEqual([health?.["name"], health?.["login"]], ["health", undefined]);
      assert.deepEqual(pages?.["login"], {
        ...{ name: "admin", path: "/login", token: "data.token", status: 200, timeoutSeconds: 10 },
        fields: { username: "admin", password: "12345" },
      });
    }
  });

  it("runs the user's own test and the schema check on one host, and looks at the certificate from one", async () => {
    const host = (name: string): object => ({ name, address: "203.0.113.7", user: "deploy", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" });
    const { declared } = await deploy({
      hosts: [host("web1"), host("web2")],
      database: { name: "selfhelp_production", user: "selfhelp_deploy", password: "correct horse", host: "web1" },
      url: "https://selfhelp.example.org",
      integrationTest: { command: "npm test" },
    });
    const inputOf = (name: string, input: string): unknown => named(declared, name).inputs[input];
    assert.deepEqual(inputOf("selfhelp-candidate-web1", "integrationTest"), {
      ...{ command: "npm test", timeoutSeconds: 600, hostName: "selfhelp.example.org" },
      directory: process.cwd(),
    });
    assert.equal(inputOf("selfhelp-candidate-web2", "integrationTest") ?? null, null);
    for (const step of ["candidate", "validation"]) {
      assert.match(`${inputOf(`selfhelp-${step}-web1`, "schemaCommand")}`, /doctrine:schema:validate/);
      assert.equal(inputOf(`selfhelp-${step}-web2`, "schemaCommand"), "");
    }
    assert.equal(inputOf("selfhelp-validation-web1", "url"), "https://selfhelp.example.org");
    assert.equal(inputOf("selfhelp-validation-web2", "url") ?? null, null);
  });

  it("takes a release's code away from PHP when it is built, before anything goes on with it", async () => {
    const { declared, deployment } = await deploy();
    const { inputs, dependsOn } = named(declared, "selfhelp-permissions-web1");
    const { slot, builtAt, differing, sharedWritable, backupDirectory } = inputs;
    assert.deepEqual([slot, builtAt, differing], ["green", "2026-01-01T00:00:00.000Z", []]);
    assert.deepEqual([sharedWritable, backupDirectory], [["public/uploads", "var/log"], "/var/backups/selfhelp"]);
    assert.ok(dependsOn.includes("selfhelp-release-web1"), dependsOn.join(", "));
    for (const step of ["selfhelp-migration-database", "selfhelp-candidate-web1"])
      assert.ok(named(declared, step).dependsOn.includes("selfhelp-permissions-web1"), step);
    assert.deepEqual(await valueOf(deployment.outputs.hardening), { permissions: "as wanted" });
    assert.equal((await valueOf(deployment.outputs.changes))["permissions"], "2 corrected: …");
  });

  it("opens no window for a release whose permissions failed", async () => {
    const { declared } = await deploy({ strategy: "maintenance" });
    const { dependsOn } = named(declared, "selfhelp-window-hosts");
    assert.ok(dependsOn.includes("selfhelp-permissions-web1"), dependsOn.join(", "));
  });

  it("leaves permissions alone where that is switched off, and says so", async () => {
    const { declared, deployment } = await deploy({ hardening: { permissions: { enabled: false } } });
    assert.ok(!declared.some(({ type }) => type === "apphost:hardening:Permissions"));
    assert.deepEqual(await valueOf(deployment.outputs.hardening), { permissions: "off" });
    assert.equal((await valueOf(deployment.outputs.changes))["permissions"], "off");
  });

  it("tells what the last validation found, of the candidate and of what is live", async () => {
    const { deployment } = await deploy();
    assert.deepEqual(await valueOf(deployment.outputs.validation), {
      candidate: { health: "passed: answered 200" },
      live: { health: "warning: answered 200, but late" },
    });
  });

  it("hands the hooks over as a secret, each filled in for its host", async () => {
    const drain = { url: "https://balancer.example.org/{host}/drain", headers: { Authorization: "Bearer token" } };
    const { declared } = await deploy({ ...fleet, rollout: { drain, maxFailures: 1, pause: 60 } });
    const { hooks, rollout } = named(declared, "selfhelp-switch-hosts").inputs;
    assert.ok("4dabf18193072939515e22adb298388d" in (hooks as object), "the hooks are no secret");
    assert.match(JSON.stringify(hooks), /"web2":\{"drain":\{[^}]*\},"method":"POST","timeoutSeconds":30,"url":"[^"]*\/web2\/drain"/);
    assert.deepEqual(rollout, { batch: 1, pauseSeconds: 60, maxFailures: 1 });
  });

  it("sets a host up with what the config says of headers, TLS and limits, and takes its address for one of TLS then", async () => {
    const tls = { certificatePath: "/etc/ssl/site.pem", keyPath: "/etc/ssl/site.key" };
    const { declared, deployment } = await deploy({ hardening: { tls, headers: { frameOptions: "SAMEORIGIN" }, bodyMegabytes: 5 } });
    const { stdin, create } = named(declared, "selfhelp-host-web1-site").inputs as { stdin: string; create: string };
    const written = (path: string): string => {
      const [, content = ""] = new RegExp(`^\\S+ ${path} (\\S+)$`, "m").exec(stdin) ?? [];
      return Buffer.from(content, "base64").toString();
    };
    assert.match(written("/etc/nginx/conf.d/selfhelp.conf"), /"SAMEORIGIN";[^]*ssl_certificate \/etc\/ssl\/site\.pem;/);
    assert.match(written("/etc/selfhelp/fpm-blue.conf"), /upload_max_filesize\] = 5M/);
    assert.match(create, /'\/etc\/ssl\/site\.pem' '\/etc\/ssl\/site\.key'$/);
    assert.equal(deployment.outputs.url, "https://203.0.113.7");
  });

  it("connects to a host with its key always", async () => {
    const { inputs } = named((await deploy()).declared, "selfhelp-host-web1-site");
    const connection = inputs["connection"] as Record<string, unknown>;
    assert.equal(
      (("value" in connection ? connection["value"] : connection) as Record<string, unknown>)["hostKey"],
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
    );
  });
});
