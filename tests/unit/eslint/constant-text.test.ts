import assert from "node:assert/strict";
import { Linter } from "eslint";

/** What the project's own rule says of a text, as the messages' ids. */
async function told(code: string): Promise<(string | undefined)[]> {
  const { constantText } = (await import("../../../scripts/constant-text.mjs" as string)) as { constantText: never };
  const config = { plugins: { own: { rules: { rule: constantText } } }, rules: { "own/rule": "error" as const } };
  return new Linter().verify(code, config).map(({ messageId, message }) => messageId ?? message);
}

describe("the rule that nothing is glued into shell or SQL", () => {
  const glued: Record<string, string> = {
    "a value in SQL": "const f = (database, name) => database.query(`SELECT * FROM ${name}`);",
    "a value behind SQL": 'const f = (database, name) => database.execute("DROP TABLE " + name);',
    "a value in a statement": "const f = (name) => ({ sql: `DROP USER ${name}`, values: [] });",
    "a value in a script": "const f = (path) => ({ script: `rm -rf ${path}`, with: [] });",
    "a value that a function makes something of":
      "const f = (path) => ({ script: `rm ${quote(path)}`, with: [] }); function quote(p) { return p; }",
    "a variable of the module that changes": "let table = 1; const f = (database) => database.query(`SELECT ${table}`);",
    "a value through a local constant": "const f = (database, name) => { const part = name; return database.query(`SELECT ${part}`); };",
  };
  for (const [what, code] of Object.entries(glued)) it(`refuses ${what}`, async () => assert.equal((await told(code)).length, 1));

  it("allows constants of the module and what is imported, alone or called with constants", async () => {
    const code = `
      import { nameOf, places } from "./other";
      const table = "version";
      const f = (database, name) => [
        database.query(\`SELECT \${table} FROM ?? WHERE \${places.first} = ?\`, [name]),
        { script: \`cat \${nameOf("x")} "$1"\`, with: [name] },
      ];`;
    assert.deepEqual(await told(code), []);
  });
});
