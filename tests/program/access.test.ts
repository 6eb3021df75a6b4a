import assert from "node:assert/strict";
import { AppHost } from "../../components/deployment/apphost";
import { Deployment } from "../../components/deployment/component";
import { parseStackConfig } from "../../components/deployment/config";
import { resolveRelease } from "../../components/deployment/resolve";
import { waitFor } from "../../lab/process";
import { minimalConfig } from "./config";
import { type Declared, mockEngine, valueOf } from "./mocks";

const secret = "0123456789abcdef";
const made = { user: "made_app", password: secret };
const administrator = { user: "admin", password: "correct horse" };
const server = { version: "10.11.6-MariaDB", offersTls: true };
const database = JSON.stringify({ name: "selfhelp_production" });

const parse = (access: object, rest: Record<string, string> = {}) =>
  parseStackConfig({
    ...minimalConfig,
    "selfhelp:database": database,
    "selfhelp:access": JSON.stringify({ administrator, ...access }),
    ...rest,
  });

async function deploy(access: object): Promise<{ declared: Declared[]; deployment: Deployment }> {
  const declared = await mockEngine();
  const parsed = parse(access);
  assert.ok("config" in parsed, JSON.stringify(parsed));
  const { config } = parsed;
  const apphost = new AppHost("selfhelp", config, { keys: {} });
  const release = await resolveRelease(config, apphost);
  const deployment = new Deployment("selfhelp", { config, files: { keys: {} }, release, server }, { providers: { apphost } });
  await waitFor("the last step is declared", 10, async () => declared.some(({ name }) => name === "selfhelp-record-end"));
  await waitFor("all rights are declared", 10, async () => declared.some(({ name }) => name === "selfhelp-access-eye-1"));
  await valueOf(deployment.outputs.changes);
  return { declared, deployment };
}

const migration = { user: "made_deploy", password: secret };
const monitoring = { user: "eye", password: secret };

describe("accounts in the program", () => {
  it("are made before anything asks the database, and rights in its tables after the migration", async () => {
    const { declared } = await deploy({ application: made, migration, monitoring });
    const named = (name: string): Declared => declared.find((one) => one.name === name) as Declared;
    assert.deepEqual(
      declared
        .filter(({ type }) => type === "mysql:index/user:User")
        .map(({ name }) => name)
        .sort(),
      ["selfhelp-access-eye", "selfhelp-access-made_app", "selfhelp-access-made_deploy"],
    );
    for (const step of ["selfhelp-backup-database", "selfhelp-release-web1"])
      assert.ok(named(step).dependsOn.includes("selfhelp-access-accounts"), `${step}: ${named(step).dependsOn.join(", ")}`);
    assert.ok(named("selfhelp-access-accounts").dependsOn.includes("selfhelp-access-made_deploy-2"));
    assert.ok(named("selfhelp-access-eye-1").dependsOn.some((name) => name.startsWith("selfhelp-migration")));
  });

  it("keep their rights when a resource of one is replaced", async () => {
    const { declared } = await deploy({ application: made, migration, monitoring });
    const grants = declared.filter(({ type }) => type === "mysql:index/grant:Grant");
    assert.ok(grants.length > 3 && grants.every(({ retained }) => retained));
  });

  it("are reached through a socket on the deployer unless the stack says how to dial the server", async () => {
    const providerOf = ({ declared }: { declared: Declared[] }) => declared.find(({ type }) => type === "pulumi:providers:mysql")?.inputs;
    assert.match(String(providerOf(await deploy({ migration, monitoring }))?.["endpoint"]), /^\/.*\.sock$/);
    const dialled = providerOf(await deploy({ migration, monitoring, endpoint: "db.example.org:3306" }));
    assert.deepEqual([dialled?.["endpoint"], dialled?.["tls"]], ["db.example.org:3306", "true"]);
  });

  it("are who this tool and the application log in as, with nothing said twice", () => {
    const parsed = parse({ application: made, migration });
    assert.ok("config" in parsed);
    assert.equal(parsed.config.database.user, "made_deploy");
    assert.equal(parsed.config.database.password, secret);
    const twice = parse({ migration }, { "selfhelp:database": JSON.stringify({ name: "a", user: "b", password: "c" }) });
    assert.ok("problems" in twice);
    assert.match(JSON.stringify(twice.problems), /must be left out/);
  });
});
