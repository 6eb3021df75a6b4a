import assert from "node:assert/strict";
import { findingsOf, foundText, type ServerFacts } from "../../../components/access/server-findings";

const clean: ServerFacts = { accounts: [], asking: "admin@127.0.0.1", testTables: null, openSchemas: [], localInfile: false };

describe("what a database's server has that lets others in", () => {
  it("is nothing on a clean one, nor root on its own host", () => {
    assert.deepEqual(findingsOf({ ...clean, accounts: ["localhost", "127.0.0.1", "::1"].map((from) => ({ user: "root", from })) }), []);
  });

  it("is each anonymous user, root from elsewhere, a schema that everybody may use, and LOCAL", () => {
    const accounts = [
      { user: "", from: "%" },
      { user: "root", from: "%" },
    ];
    const found = findingsOf({ ...clean, accounts, testTables: 0, openSchemas: ["test\\_%"], localInfile: true });
    assert.deepEqual(found.map(foundText), [
      "anonymous users: @%",
      "remote root: root@%",
      "test database: test",
      "test database: everybody may use test\\_%",
      "local_infile: on",
    ]);
    assert.ok(found.every(({ remedy }) => remedy !== null));
  });

  it("is never removed where it may be somebody's: a test database with tables, the administrator's own account", () => {
    const found = findingsOf({ ...clean, asking: "root@%", accounts: [{ user: "root", from: "%" }], testTables: 3 });
    assert.deepEqual(
      found.map(({ remedy }) => remedy),
      [null, null],
    );
  });
});
