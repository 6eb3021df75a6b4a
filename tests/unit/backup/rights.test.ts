import assert from "node:assert/strict";
import { missingRights, statementToMakeFunctions } from "../../../components/backup/rights";

const to = "TO `deploy`@`localhost`";
const usage = `GRANT USAGE ON *.* ${to} IDENTIFIED BY PASSWORD '*94BD' REQUIRE SSL`;
const server = "10.11.19-MariaDB-0+deb12u1";
const lacking = (grants: string[], schema = "selfhelp"): string[] =>
  missingRights([usage, ...grants], schema, [], server).map(({ grant }) => grant);

describe("the rights of a dump's user", () => {
  it("suffice when everything in the schema, or everywhere, is granted", () => {
    assert.deepEqual(lacking([`GRANT ALL PRIVILEGES ON \`selfhelp\`.* ${to}`]), []);
    assert.deepEqual(lacking([`GRANT ALL PRIVILEGES ON *.* ${to} WITH GRANT OPTION`]), []);
  });

  it("suffice when they are granted one by one, in several places", () => {
    assert.deepEqual(lacking([`GRANT SELECT, EXECUTE ON *.* ${to}`, `GRANT SHOW VIEW, EVENT, TRIGGER ON \`selfhelp\`.* ${to}`]), []);
  });

  it("are asked for by the statement that grants what is missing", () => {
    assert.deepEqual(lacking([`GRANT SELECT, INSERT, SHOW VIEW, EXECUTE ON \`selfhelp\`.* ${to}`]), [
      "GRANT TRIGGER ON `selfhelp`.* TO `deploy`@`localhost`;",
      "GRANT EVENT ON `selfhelp`.* TO `deploy`@`localhost`;",
    ]);
  });

  it("don't count when they are for another schema, one table, or one routine", () => {
    const elsewhere = [
      `GRANT ALL PRIVILEGES ON \`selfhelp_test\`.* ${to}`,
      `GRANT SELECT ON \`selfhelp\`.\`users\` ${to}`,
      `GRANT EXECUTE ON PROCEDURE \`selfhelp\`.\`p\` ${to}`,
    ];
    assert.equal(lacking(elsewhere).length, 5);
  });

  it("count for a schema that a pattern of the grant covers, and for no other", () => {
    assert.deepEqual(lacking([`GRANT ALL PRIVILEGES ON \`self%\`.* ${to}`]), []);
    assert.deepEqual(lacking([`GRANT ALL PRIVILEGES ON \`app\\_live\`.* ${to}`], "app_live"), []);
    assert.deepEqual(lacking([`GRANT ALL PRIVILEGES ON \`app_live\`.* ${to}`], "app-live"), []);
    assert.equal(lacking([`GRANT ALL PRIVILEGES ON \`app\\_live\`.* ${to}`], "app-live").length, 5);
    assert.equal(lacking([`GRANT ALL PRIVILEGES ON \`self.elp\`.* ${to}`]).length, 5);
  });

  it("must reach the text of every routine, which each server calls differently", () => {
    const all = [`GRANT ALL PRIVILEGES ON \`selfhelp\`.* ${to}`];
    const [missing] = missingRights(all, "selfhelp", ["add_index"], server);
    assert.deepEqual(missing, { of: "the text of add_index", grant: "GRANT SELECT ON `mysql`.`proc` TO `deploy`@`localhost`;" });
    assert.equal(missingRights(all, "selfhelp", ["add_index"], "8.0.39")[0]?.grant, "GRANT SHOW_ROUTINE ON *.* TO `deploy`@`localhost`;");
  });
});

describe("functions and triggers on a server that keeps a binary log", () => {
  const powers = { server, grants: [`GRANT ALL PRIVILEGES ON \`selfhelp\`.* ${to}`], binaryLog: { isOn: true, trustsCreators: false } };
  const table = { kind: "table", name: "users" };
  const objects = { objects: [table, { kind: "trigger", name: "users_name" }] };

  it("are made by others than administrators when one says so, in the server's words", () => {
    assert.equal(statementToMakeFunctions(powers, objects), "SET GLOBAL log_bin_trust_function_creators = ON;");
    for (const version of ["8.0.39", "9.7.4-2"])
      assert.equal(statementToMakeFunctions({ ...powers, server: version }, objects), "SET PERSIST log_bin_trust_function_creators = ON;");
  });

  it("are made by nobody where a function doesn't say that it is harmless", () => {
    const administrator = { ...powers, grants: [`GRANT ALL PRIVILEGES ON *.* ${to}`] };
    const functions = [{ kind: "function", name: "next_number" }];
    assert.equal(statementToMakeFunctions(administrator, { objects: functions, undeclared: [] }), undefined);
    assert.equal(
      statementToMakeFunctions(administrator, { objects: functions, undeclared: ["next_number"] }),
      "SET GLOBAL log_bin_trust_function_creators = ON;",
    );
  });

  it("need nothing where there are none, no log, trust, or an administrator", () => {
    assert.equal(statementToMakeFunctions(powers, { objects: [table] }), undefined);
    assert.equal(statementToMakeFunctions({ ...powers, binaryLog: { isOn: false, trustsCreators: false } }, objects), undefined);
    assert.equal(statementToMakeFunctions({ ...powers, binaryLog: { isOn: true, trustsCreators: true } }, objects), undefined);
    assert.equal(statementToMakeFunctions({ ...powers, grants: [`GRANT SELECT, SUPER ON *.* ${to}`] }, objects), undefined);
  });
});
