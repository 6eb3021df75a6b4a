import assert from "node:assert/strict";
import {
  chainProblems,
  contradiction,
  parseScriptName,
  scriptLine,
  type ScriptName,
  scriptOrder,
} from "../../../components/migration/chain";
import { scriptOf } from "../../../components/migration/script";

const named = (file: string): ScriptName => {
  const name = parseScriptName(file);
  assert.ok(name !== undefined && !("problem" in name), file);
  return name;
};
const problems = (...files: string[]): string[] => chainProblems(files.map(named).sort(scriptOrder)).map(({ text }) => text);

describe("a script's name", () => {
  it("says its place and its versions", () => {
    assert.deepEqual(named("40_update_v8.0.0_v8.1.0.sql"), {
      file: "40_update_v8.0.0_v8.1.0.sql",
      number: 40,
      letter: "",
      from: "v8.0.0",
      to: "v8.1.0",
    });
  });

  it("may have a letter behind the number, four parts, a suffix, capitals, and a blank before .sql", () => {
    assert.deepEqual(named("39a_Update_v7.6.0.1_V8.0.0-rc1 .SQL"), {
      file: "39a_Update_v7.6.0.1_V8.0.0-rc1 .SQL",
      number: 39,
      letter: "a",
      from: "v7.6.0.1",
      to: "V8.0.0-rc1",
    });
  });

  it("is a helper's when it doesn't begin with a number or isn't SQL", () => {
    assert.deepEqual(["api_routes.sql", "README.md", "40_notes.txt", "add_index.sql"].map(parseScriptName), [
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is a problem when it has a number but no versions", () => {
    for (const file of ["40_v8.0.0_v8.1.0.sql", "40_update_v8.0.0.sql", "40-update_v8.0.0_v8.1.0.sql"])
      assert.deepEqual(parseScriptName(file), {
        problem: `${file}: the name must be NUMBER_update_vFROM_vTO.sql, for example 40_update_v8.0.0_v8.1.0.sql`,
      });
  });
});

describe("a chain of scripts", () => {
  it("is ordered by number and letter, not by text", () => {
    const files = ["100_update_v3_v4.sql", "9_update_v1_v2.sql", "9a_update_v2_v2.1.sql", "10_update_v2.1_v3.sql"];
    assert.deepEqual(
      files
        .map(named)
        .sort(scriptOrder)
        .map(({ number, letter }) => `${number}${letter}`),
      ["9", "9a", "10", "100"],
    );
    assert.deepEqual(problems(...files), []);
  });

  it("has no two scripts from one version", () => {
    assert.deepEqual(problems("38_update_v7.0_v7.1.sql", "39_update_v7.1.0_v7.2.sql", "40_update_v7.1_v7.3.sql"), [
      "39_update_v7.1.0_v7.2.sql and 40_update_v7.1_v7.3.sql both start at v7.1: a fork",
    ]);
  });

  it("has no gap, no number twice and no way back; all problems are told at once", () => {
    assert.deepEqual(
      problems(
        "38_update_v7.0_v7.1.sql",
        "39_update_v7.2_v7.3.sql",
        "39_update_v7.3_v7.4.sql",
        "40_update_v7.4_v7.3.9.sql",
        "41_update_v7.3.9_v8.sql",
      ),
      [
        "38_update_v7.0_v7.1.sql ends at v7.1, but the next one, 39_update_v7.2_v7.3.sql, starts at v7.2: a gap",
        "39_update_v7.2_v7.3.sql and 39_update_v7.3_v7.4.sql have the same number",
        "40_update_v7.4_v7.3.9.sql doesn't lead to a newer version",
      ],
    );
  });
});

describe("two scripts with one number", () => {
  it("are one problem, not a gap as well: they are in the order of their versions, as numbers", () => {
    assert.deepEqual(problems("12_update_v5.10.0_v5.11.0.sql", "12_update_v5.9.0_v5.10.0.sql"), [
      "12_update_v5.9.0_v5.10.0.sql and 12_update_v5.10.0_v5.11.0.sql have the same number",
    ]);
  });
});

describe("a script that sets the version itself", () => {
  const setting = (sql: string): string[] =>
    contradiction(scriptOf(named("40_update_v8.0.0_v8.1.0.sql"), Buffer.from(sql))).map(({ text }) => text);

  it("must set the one in its name", () => {
    assert.deepEqual(setting("-- first\nUPDATE version SET version = 'v8.1.0';"), []);
    assert.deepEqual(setting('update `version` set `version`="8.1"'), []);
    assert.deepEqual(setting("-- first\nSELECT 1;\nUPDATE version SET version = 'v8.0.1';"), [
      "40_update_v8.0.0_v8.1.0.sql:3 sets the version to v8.0.1, but it should lead to v8.1.0",
    ]);
  });
});

describe("a line of a plan", () => {
  it("counts the statements, and those that are done of a half-applied script", () => {
    const script = { file: "40_update_v8.0.0_v8.1.0.sql", statements: 21 };
    assert.equal(scriptLine(script), "40_update_v8.0.0_v8.1.0.sql (21 statements)");
    assert.equal(scriptLine(script, 12), "40_update_v8.0.0_v8.1.0.sql (12 of 21 statements)");
    assert.equal(scriptLine({ ...script, statements: 1 }), "40_update_v8.0.0_v8.1.0.sql (1 statement)");
  });
});
