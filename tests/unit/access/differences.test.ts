import assert from "node:assert/strict";
import type { Account } from "../../../components/access/contract";
import { differencesOf, differenceText } from "../../../components/access/differences";
import { correctionOf } from "../../../components/access/statements";

const account: Account = {
  user: "app",
  from: "127.0.0.1",
  requireTls: true,
  grants: [
    { database: "self\\_help", table: "*", privileges: ["SELECT", "INSERT"] },
    { database: "mysql", table: "proc", privileges: ["SELECT"] },
  ],
};
const to = "TO `app`@`127.0.0.1`";
const usage = `GRANT USAGE ON *.* ${to} IDENTIFIED BY PASSWORD '*94BD' REQUIRE SSL`;
const asWanted = [usage, `GRANT SELECT, INSERT ON \`self\\_help\`.* ${to}`, `GRANT SELECT ON \`mysql\`.\`proc\` ${to}`];

const told = (grants: string[], requiresTls = true, wanted = account): string[] =>
  differencesOf(wanted, { grants, requiresTls }).map(differenceText);

describe("an account", () => {
  it("differs in nothing when it has its rights", () => assert.deepEqual(told(asWanted), []));

  it("is named with what it lacks and what it has beside", () => {
    assert.deepEqual(told([usage, `GRANT SELECT, DROP ON \`self\\_help\`.* ${to} WITH GRANT OPTION`], false), [
      "app@127.0.0.1 may log in without TLS",
      "app@127.0.0.1 lacks INSERT on self_help.*",
      "app@127.0.0.1 lacks SELECT on mysql.proc",
      "app@127.0.0.1 may DROP, GRANT OPTION on self_help.*, too",
    ]);
  });

  it("that may do everything in a place lacks nothing there, but may do more than it should", () => {
    const all = [usage, `GRANT ALL PRIVILEGES ON \`self\\_help\`.* ${to}`, ...asWanted.slice(2)];
    assert.deepEqual(told(all), ["app@127.0.0.1 may ALL PRIVILEGES on self_help.*, too"]);
  });

  it("is named with a right in single columns, and with a role, whose password isn't shown", () => {
    const more = [...asWanted, `GRANT SELECT (\`a\`, \`b\`) ON \`other\`.\`t\` ${to}`, `GRANT \`writer\` ${to}`];
    assert.deepEqual(told(more), ["app@127.0.0.1 may SELECT (`a`, `b`) on other.t, too", `app@127.0.0.1 has more: GRANT \`writer\` ${to}`]);
  });

  it("isn't there", () => assert.deepEqual(differencesOf(account, null).map(differenceText), ["app@127.0.0.1 isn't there"]));
});

describe("what corrects an account", () => {
  it("takes away all but what is needed from who may do everything", () => {
    const [surplus] = differencesOf(account, {
      grants: [usage, `GRANT ALL PRIVILEGES ON \`self\\_help\`.* ${to}`, asWanted[2] ?? ""],
      requiresTls: true,
    });
    const { sql = "" } = (surplus && correctionOf(surplus)) ?? {};
    assert.match(sql, /^REVOKE .*DROP/);
    assert.doesNotMatch(sql, /SELECT|INSERT|ALL/);
  });

  it("has every name as a value, and no privilege that isn't one", () => {
    const [lacks] = differencesOf(account, { grants: asWanted.slice(0, 1), requiresTls: true });
    assert.deepEqual(lacks && correctionOf(lacks), {
      sql: "GRANT SELECT, INSERT ON ??.* TO ?@?",
      values: ["self\\_help", "app", "127.0.0.1"],
    });
    const grant = { database: "d", table: "*", privileges: ["SELECT ON *.* TO root; --"] };
    assert.throws(() => correctionOf({ account, kind: "lacks", grant }));
  });
});
