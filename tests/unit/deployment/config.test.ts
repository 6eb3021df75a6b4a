import assert from "node:assert/strict";
import { parseStackConfig, type StackConfig } from "../../../components/deployment/config";
import { problemsText } from "../../../components/deployment/config-problems";
import { minimalConfig } from "../../program/config";

const parsed = (raw: Record<string, string>): StackConfig => {
  const result = parseStackConfig(raw);
  assert.ok("config" in result, "problems" in result ? problemsText(result.problems) : "");
  return result.config;
};

const problems = (raw: Record<string, string>): string[] => {
  const result = parseStackConfig(raw);
  return "problems" in result ? result.problems.map(({ key, reason }) => `${key} ${reason}`) : [];
};

describe("a stack's config", () => {
  it("needs only release, repository, hosts, database and backup; the rest has the documented defaults", () => {
    const config = parsed(minimalConfig);
    assert.equal(config.app, "selfhelp");
    assert.equal(config.scripts, "db/update_scripts");
    assert.equal(config.hosts[0]?.port, 22);
    assert.deepEqual(config.shared, [".env.local", "config/jwt", "public/uploads", "var/log"]);
    assert.deepEqual(config.health, { path: "/cms-api/v1/health", timeoutSeconds: 10, status: 200 });
    assert.match(config.build[0] ?? "", /^composer install --no-dev/);
  });

  it("names everything that is missing at once, each with an example", () => {
    const found = problems({});
    assert.deepEqual(
      found.map((problem) => problem.split(" ")[0]),
      ["selfhelp:release", "selfhelp:repository", "selfhelp:hosts", "selfhelp:database", "selfhelp:backup"],
    );
    for (const problem of found) assert.match(problem, /is missing, for example: \S/);
  });

  it("names a mistyped key instead of ignoring it", () => {
    assert.deepEqual(problems({ ...minimalConfig, "selfhelp:databse": "{}" }), ["selfhelp:databse is not a known key"]);
    const health = JSON.stringify({ pth: "/health" });
    assert.deepEqual(problems({ ...minimalConfig, "selfhelp:health": health }), ["selfhelp:health.pth is not a known key"]);
  });

  it("never repeats a secret in a problem", () => {
    const database = JSON.stringify({ name: "a/b", user: "u", password: ["hunter2"] });
    const found = problems({ ...minimalConfig, "selfhelp:database": database });
    assert.equal(found.length, 2);
    assert.doesNotMatch(found.join("\n"), /hunter2/);
  });

  it("takes a commit made of digits as text, and numbers in the environment and as a password, too", () => {
    const config = parsed({
      ...minimalConfig,
      "selfhelp:release": "1234567",
      "selfhelp:environment": JSON.stringify({ APP_DEBUG: 0, FEATURE: true }),
      "selfhelp:database": JSON.stringify({ name: "selfhelp", user: "u", password: 12345 }),
    });
    assert.equal(config.release, "1234567");
    assert.deepEqual(config.environment, { APP_DEBUG: "0", FEATURE: "true" });
    assert.equal(config.database.password, "12345");
  });

  it("wants verified TLS to each server that a network leads to, and nowhere else", () => {
    const found = (database: object, rehearsal: object = {}): string[] =>
      problems({
        ...minimalConfig,
        "selfhelp:hosts": JSON.stringify(
          ["web1", "db1"].map((name, at) => ({
            name,
            address: `203.0.113.${at}`,
            user: "deploy",
            hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
          })),
        ),
        "selfhelp:database": JSON.stringify({ name: "selfhelp", user: "u", password: "correct horse", ...database }),
        "selfhelp:rehearsal": JSON.stringify(rehearsal),
      });
    const login = { user: "u", password: "correct horse" };
    const tls = { caPath: "/etc/ssl/certs/database-ca.pem" };
    for (const host of ["web1", "db1", "127.0.0.1", "::1", "localhost"]) assert.deepEqual(found({ host }), []);
    assert.deepEqual(found({ host: "db.internal" }), [
      'selfhelp:database.tls must be set: a network is on the way to db.internal, and login and data go over it. For example: {"caPath": ' +
        '"/etc/ssl/certs/database-ca.pem"}, the authority that signed the server\'s certificate',
    ]);
    assert.deepEqual(found({ host: "db.internal", tls }), []);
    assert.deepEqual(found({ host: "db1" }, { database: { ...login, host: "db1" } }), []);
    assert.match(
      found({ host: "db1" }, { database: { ...login, host: "web1" } }).join(),
      /^selfhelp:rehearsal.database.tls .* to 203.0.113.0,/,
    );
    assert.match(found({ host: "10.0.0.9", tls }, { database: login }).join(), /^selfhelp:rehearsal.database.tls .* to 10.0.0.9,/);
    assert.deepEqual(found({ host: "db1" }, { enabled: false, database: { ...login, host: "web1" } }), []);
  });

  it("refuses a host's RSA key, which @pulumi/command can't agree on with a host of today, and says how to get another", () => {
    const hosts = JSON.stringify([{ name: "web1", address: "203.0.113.7", user: "deploy", hostKey: "ssh-rsa AAAAB3NzaC1yc2E" }]);
    assert.deepEqual(problems({ ...minimalConfig, "selfhelp:hosts": hosts }), [
      "selfhelp:hosts[0].hostKey must be the host's Ed25519 or ECDSA key, not its RSA key: ssh-keyscan -t ed25519 ADDRESS",
    ]);
  });

  for (const [key, value] of [
    ["release", "--upload-pack=evil"],
    ["database", '{"name": "*", "user": "u", "password": "correct horse"}'],
    ["release", "a b"],
    ["repository", "--mirror"],
    ["scripts", "../outside"],
    ["scripts", "/etc"],
    ["shared", '["../../etc/passwd"]'],
    ["app", "Self Help"],
    ["url", "not an address"],
    ["url", "ftp://example.org"],
    ["build", '["composer install\\nrm -rf /"]'],
  ] as const) {
    it(`refuses ${key}: ${JSON.stringify(value)}`, () => {
      assert.equal(problems({ ...minimalConfig, [`selfhelp:${key}`]: value }).length, 1);
    });
  }

  it("refuses a check that logs in as nobody, and a header that is more than one line", () => {
    const checks = JSON.stringify([{ name: "pages", path: "/pages", login: "admin", headers: { "X-A": "1\r\nX-B: 2" } }]);
    assert.deepEqual(problems({ ...minimalConfig, "selfhelp:checks": checks }), [
      "selfhelp:checks[0].headers.X-A must be one line of a header",
      'selfhelp:checks[0].login must be one of selfhelp:logins, not "admin"',
    ]);
  });

  it("refuses two checks of one name", () => {
    const checks = JSON.stringify([{ name: "pages", path: "/pages" }]);
    const commandChecks = JSON.stringify([
      { name: "health", command: "true" },
      { name: "pages", command: "true" },
    ]);
    const config = { ...minimalConfig, "selfhelp:checks": checks, "selfhelp:commandChecks": commandChecks };
    assert.deepEqual(problems(config), [
      'selfhelp:commandChecks[0].name "health" is the name of another check, too; each needs its own',
      'selfhelp:commandChecks[1].name "pages" is the name of another check, too; each needs its own',
    ]);
  });

  it("lets each limit be switched off, and has one for each otherwise", () => {
    const validation = JSON.stringify({ memoryPercent: { fail: false }, responseMilliseconds: { calls: 5 } });
    const config = parsed({ ...minimalConfig, "selfhelp:validation": validation });
    assert.deepEqual(config.validation.memoryPercent, { warn: 90, fail: false });
    assert.deepEqual(config.validation.responseMilliseconds, { warn: 1000, fail: 2000, calls: 5 });
    assert.deepEqual(problems({ ...minimalConfig, "selfhelp:validation": '{"logErrors": {"fail": "many"}}' }), [
      "selfhelp:validation.logErrors.fail must be a number, 0 or more, or false for no such limit",
    ]);
  });

  it("refuses two hosts of one name", () => {
    const host = { name: "web1", address: "203.0.113.7", user: "deploy", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" };
    const database = JSON.stringify({ host: "web1", name: "selfhelp", user: "u", password: "correct horse" });
    assert.deepEqual(problems({ ...minimalConfig, "selfhelp:database": database, "selfhelp:hosts": JSON.stringify([host, host]) }), [
      'selfhelp:hosts[1].name "web1" is used twice; each host needs its own name',
    ]);
  });

  it("wants the database's host named where there are several: the first of them may be taken out one day", () => {
    const host = (name: string) => ({ name, address: "203.0.113.7", user: "deploy", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" });
    assert.deepEqual(problems({ ...minimalConfig, "selfhelp:hosts": JSON.stringify([host("web1"), host("web2")]) }), [
      'selfhelp:database.host must be set with several hosts, for example "web1": else the database would move with the first of them',
    ]);
  });
});
