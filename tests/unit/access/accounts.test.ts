import assert from "node:assert/strict";
import { accountsOf, type Place } from "../../../components/access/accounts";
import { accessConfig } from "../../../components/access/config";

const secret = "0123456789abcdef";
const place: Place = { database: "self_help", isLocal: true, version: "10.11.6-MariaDB" };
const access = (rest: object) => accessConfig.parse({ administrator: { user: "admin", password: "x" }, ...rest });

describe("the accounts of a stack", () => {
  it("log in from the database's own host where everything is there, and an application needs no TLS then", () => {
    const config = access({ application: { user: "app", password: secret }, migration: { user: "deploy", password: secret } });
    const told = accountsOf(config, place).map(({ user, from, requireTls }) => ({ user, from, requireTls }));
    assert.deepEqual(told, [
      { user: "app", from: "127.0.0.1", requireTls: false },
      { user: "deploy", from: "127.0.0.1", requireTls: true },
    ]);
    const elsewhere = accountsOf(config, { ...place, isLocal: false }).map(({ from, requireTls }) => ({ from, requireTls }));
    assert.deepEqual(elsewhere, [
      { from: "%", requireTls: true },
      { from: "%", requireTls: true },
    ]);
  });

  it("keep an application's last one as it was", () => {
    const config = access({ application: { user: "new", password: secret, previous: { user: "old", password: secret } } });
    const [current, previous] = accountsOf(config, place);
    assert.deepEqual({ ...previous, user: "new" }, current);
  });

  it("have rights in their own schema alone, though its name is a pattern to the server", () => {
    const config = access({ application: { user: "app", password: secret } });
    assert.deepEqual(
      accountsOf(config, place)[0]?.grants.map(({ database, table }) => `${database}.${table}`),
      ["self\\_help.*"],
    );
  });

  it("may write nothing where they only read", () => {
    const config = access({ backup: { user: "backup", password: secret }, monitoring: { user: "eye", password: secret } });
    const rights = accountsOf(config, place).flatMap(({ grants }) => grants.flatMap(({ privileges }) => privileges));
    assert.deepEqual(
      rights.filter((right) => /INSERT|UPDATE|DELETE|DROP|ALTER|CREATE|ALL|EXECUTE/.test(right)),
      [],
    );
  });

  it("read routines as their server has it", () => {
    const config = access({ backup: { user: "backup", password: secret } });
    const onServer = (version: string) => accountsOf(config, { ...place, version })[0]?.grants.at(-1);
    assert.deepEqual(onServer("11.4.2-MariaDB"), { database: "mysql", table: "proc", privileges: ["SELECT"] });
    assert.deepEqual(onServer("8.4.0"), { database: "*", table: "*", privileges: ["SHOW_ROUTINE"] });
  });

  it("have what the stack says beside their role", () => {
    const also = [
      { privileges: ["SET USER"], on: "*.*" },
      { privileges: ["SELECT"], on: "old_reports.*" },
    ];
    const config = access({ migration: { user: "deploy", password: secret, also } });
    assert.deepEqual(accountsOf(config, place)[0]?.grants.slice(-2), [
      { database: "*", table: "*", privileges: ["SET USER"] },
      { database: "old\\_reports", table: "*", privileges: ["SELECT"] },
    ]);
  });
});

describe("the config of accounts", () => {
  const problems = (rest: object): string[] => {
    const parsed = accessConfig.safeParse({ administrator: { user: "admin", password: "x" }, ...rest });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  };

  it("refuses passwords that the plugin would take out of their quotes, without showing them", () => {
    for (const password of ["abcdefghijkl'", "abcdefghijkl\\", "abcdefghijkl\n", 'abcdefghijkl"', "short"]) {
      const [problem = ""] = problems({ application: { user: "app", password } });
      assert.match(problem, /^application\.password must/);
      assert.ok(!problem.includes(password));
    }
  });

  it("refuses one name for two accounts", () => {
    assert.match(
      problems({ application: { user: "admin", password: secret } })[0] ?? "",
      /^application\.user "admin" is the name of another/,
    );
    const previous = { user: "app", password: secret };
    assert.match(
      problems({ application: { user: "app", password: secret, previous } })[0] ?? "",
      /^application\.previous\.user "app" is the name/,
    );
  });

  it("refuses what is no privilege and no place", () => {
    const also = [{ privileges: ["SELECT; DROP USER x"], on: "a`.*" }];
    assert.equal(problems({ migration: { user: "deploy", password: secret, also } }).length, 2);
  });
});
