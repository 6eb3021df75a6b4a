import assert from "node:assert/strict";
import { type Bump, type BumpQuestion, decideBump } from "../../../components/migration/bump";
import { type ScriptFolder, scriptFolder } from "../../../components/migration/folder";
import { scriptOf } from "../../../components/migration/script";
import { newScript } from "../../../components/migration/template";

const folder = (files: Record<string, string>): ScriptFolder =>
  scriptFolder(Object.entries(files).map(([name, content]) => ({ name, content: Buffer.from(content) })));
const route = (name: string): string =>
  `INSERT INTO api_routes (route_name, version, path, methods) VALUES ('${name}', 'v1', '/${name}', 'GET');`;
const base = { "39_update_v7.4.0_v7.5.0.sql": "UPDATE version SET version = 'v7.5.0';\nSELECT 1;", "api_routes.sql": route("pages") };
const noRoutes = { endpoints: [], unread: 0 };

interface Case extends Partial<Omit<BumpQuestion, "before" | "after">> {
  before?: Record<string, string>;
  after?: Record<string, string>;
}
const decide = ({ before = base, after = before, ...others }: Case): Bump =>
  decideBump({
    ...{ current: "v7.5.1", files: ["src/Api.php"], controllers: { before: noRoutes, after: noRoutes }, isScriptWanted: false },
    ...{ ...others, before: folder(before), after: folder(after) },
  });
const script = (to: string, from = "v7.5.0", number = 40): Record<string, string> => ({
  [`${number}_update_${from}_${to}.sql`]: `UPDATE version SET version = '${to}';\nCREATE TABLE t (\n id int);`,
});

describe("the decision on the next version", () => {
  it("is minor when neither the database nor the API was changed", () => {
    const { increment, next, database, reasons } = decide({});
    assert.deepEqual([increment, next, database], ["minor", "v7.5.2", "v7.5.0"]);
    assert.deepEqual(reasons, ["no numbered script was added, changed or removed, and no route removed or changed"]);
  });

  it("is major when a script was added; a script that leads there agrees", () => {
    const { increment, next, reasons, verdict, warnings } = decide({ after: { ...base, ...script("v7.6.0") } });
    assert.deepEqual([increment, next], ["major", "v7.6.0"]);
    assert.deepEqual(reasons, ["database change: 40_update_v7.5.0_v7.6.0.sql was added (2 statements: CREATE TABLE t ()"]);
    assert.deepEqual(verdict, { file: "40_update_v7.5.0_v7.6.0.sql", leadsTo: "v7.6.0", agrees: true });
    assert.deepEqual(warnings, []);
  });

  it("is contradicted by a script that leads elsewhere", () => {
    const { next, verdict } = decide({ after: { ...base, ...script("v7.5.2") } });
    assert.deepEqual([next, verdict?.leadsTo, verdict?.agrees], ["v7.6.0", "v7.5.2", false]);
  });

  it("is major when a route was removed, and not when one was added", () => {
    const removed = decide({ after: { ...base, "api_routes.sql": route("others") } });
    assert.deepEqual([removed.increment, removed.verdict], ["major", null]);
    assert.deepEqual(removed.reasons, ["breaking API change: GET /pages (v1, pages) was removed"]);
    assert.equal(decide({ after: { ...base, "api_routes.sql": `${route("pages")}\n${route("others")}` } }).increment, "minor");
  });

  it("is major when a controller lost a route, if all routes can be read", () => {
    const before = { endpoints: [{ method: "GET", path: "/x", version: "" }], unread: 0 };
    const lost = decide({ controllers: { before, after: noRoutes } });
    assert.deepEqual([lost.increment, lost.reasons], ["major", ["breaking API change: GET /x, a controller's route, was removed"]]);
    const unsure = decide({ controllers: { before, after: { endpoints: [], unread: 1 } } });
    assert.equal(unsure.increment, "minor");
    assert.deepEqual(unsure.warnings, ["could not tell whether controllers lost GET /x: 1 path can't be read as plain text"]);
    const unread = decide({ controllers: { before: { endpoints: [], unread: 2 }, after: noRoutes } });
    assert.deepEqual(unread.warnings, ["could not tell whether controllers lost more of them: 2 paths can't be read as plain text"]);
  });

  it("is none when no file differs", () => {
    const { increment, next } = decide({ files: [] });
    assert.deepEqual([increment, next], [null, "v7.5.1"]);
  });

  it("is major when a script is about to be made, and says so", () => {
    const { increment, next, reasons } = decide({ isScriptWanted: true });
    assert.deepEqual([increment, next], ["major", "v7.6.0"]);
    assert.match(reasons.join(), /neither the database nor the API was changed so far: the script that --write makes/);
  });

  it("explains what becomes of a suffix", () => {
    const { next, reasons } = decide({ current: "v7.6.0-rc1" });
    assert.equal(next, "v7.6.0");
    assert.match(reasons.join("\n"), /the suffix "-rc1" isn't carried over/);
  });

  it("goes past the version that the database already has", () => {
    const before = { ...base, ...script("v7.6.0") };
    const { next, reasons } = decide({ current: "v7.6.0-rc1", before, after: { ...before, ...script("v7.7.0", "v7.6.0", 41) } });
    assert.equal(next, "v7.7.0");
    assert.match(reasons.join("\n"), /the database is already at v7\.6\.0, so that v7\.6\.0 can't be reached by a script/);
  });
});

describe("the warnings beside the decision", () => {
  const first = "39_update_v7.4.0_v7.5.0.sql";
  const warning = (after: Record<string, string>, others: Case = {}): string => decide({ ...others, after }).warnings.join("\n");

  it("ask for a script when entities changed without one", () => {
    const files = [
      "src/Entity/User.php",
      "src/Shop/Entity/Cart.php",
      "config/doctrine/A.orm.xml",
      "migrations/Version1.php",
      "src/Kernel.php",
    ];
    assert.equal(
      warning(base, { files }),
      "entities or mappings changed (src/Entity/User.php, src/Shop/Entity/Cart.php, config/doctrine/A.orm.xml, and 1 more), but no script was added: is a script missing?",
    );
    assert.equal(warning({ ...base, ...script("v7.6.0") }, { files }), "");
  });

  it("tell of scripts that were changed, removed or renamed after they may have been applied", () => {
    const others = { "api_routes.sql": base["api_routes.sql"] };
    assert.match(
      warning({ ...base, [first]: `${base[first]} SELECT 2;` }),
      /was changed, and databases may have had it: applied scripts must not/,
    );
    assert.match(warning(others), /39_update_v7\.4\.0_v7\.5\.0\.sql was removed, and databases/);
    assert.match(
      warning({ ...others, "39_update_v7.4_v7.5.sql": base[first] }),
      /v7\.5\.0\.sql was renamed to 39_update_v7\.4_v7\.5\.sql, and/,
    );
  });

  it("tell of an edited comment, which is no database change", () => {
    const { increment, scripts, warnings } = decide({ after: { ...base, [first]: `-- more\n${base[first]}` } });
    assert.deepEqual([increment, scripts[0]?.change], ["minor", "edited"]);
    assert.match(warnings.join(), /was changed \(only outside its statements\)/);
  });

  it("tell of a fork, and of helper files that differ", () => {
    const fork = { ...script("v7.6.0"), ...script("v7.6.1", "v7.5.0", 41) };
    assert.match(warning({ ...base, ...fork }), /the scripts are no chain: .* both start at v7\.5\.0: a fork/);
    assert.equal(
      warning({ ...base, "procedures.sql": "SELECT 1" }),
      "procedures.sql differs; it has no number, so it wasn't counted as a database change",
    );
  });

  it("tell where the scripts and the file of routes tell different stories", () => {
    const before = { [first]: `${base[first]}${route("pages")}`, "api_routes.sql": base["api_routes.sql"] };
    const deleting = { "40_update_v7.5.0_v7.6.0.sql": "DELETE FROM api_routes WHERE route_name = 'pages';" };
    assert.equal(
      warning({ ...before, ...deleting }, { before }),
      "the scripts take GET /pages (v1, pages) away, but api_routes.sql brings it back: is that file out of date?",
    );
    assert.equal(
      warning({ ...before, "api_routes.sql": "" }, { before }),
      "api_routes.sql no longer has GET /pages (v1, pages), but databases that have it keep it: to take it away, a script must",
    );
    assert.equal(warning({ ...before, ...deleting, "api_routes.sql": "" }, { before }), "");
  });

  it("tell of statements on routes that can't be read, when they are new", () => {
    const unreadable = "UPDATE api_routes SET path = CONCAT(path, 's') WHERE route_name = 'pages';";
    const before = { ...base, "api_routes.sql": `${route("pages")}\n${unreadable}` };
    assert.match(
      warning(before),
      /could not tell what api_routes\.sql:2 does to the routes, its `path` is no plain text: UPDATE api_routes/,
    );
    assert.equal(warning(before, { before }), "");
  });
});

describe("a new script", () => {
  const make = (files: Record<string, string>, name = "User profiles", version = "v7.6.0") =>
    newScript(folder(files), { name, version, folder: "db/update_scripts", start: "v7.5.1" });

  it("has the next number, leads from where the chain ends, and sets the version first", () => {
    const { file, content } = make(base);
    assert.equal(file, "40_update_v7.5.0_v7.6.0.sql");
    assert.match(content, /^-- File: db\/update_scripts\/40_update_v7\.5\.0_v7\.6\.0\.sql\n-- User profiles\n/);
    const { parts } = scriptOf({ file, from: "v7.5.0", to: "v7.6.0" }, Buffer.from(content));
    assert.deepEqual(
      parts.map(({ text }) => text),
      ["UPDATE version SET version = 'v7.6.0'"],
    );
  });

  it("keeps the width of numbers, and comes after letters", () => {
    assert.equal(make({ "008a_update_v7.4_7.5.sql": "" }).file, "009_update_v7.5_v7.6.0.sql");
    assert.equal(make({}).file, "01_update_v7.5.1_v7.6.0.sql");
  });

  it("is refused with a broken chain, a chain that is there already, or a name of several lines", () => {
    assert.throws(() => make({ ...base, ...script("v7.6.0", "v7.5.5") }), /are no chain, so none is added[^]*: a gap/);
    assert.throws(
      () => make({ ...base, ...script("v7.6.0") }),
      /40_update_v7\.5\.0_v7\.6\.0\.sql already leads to v7\.6\.0: put your statements/,
    );
    for (const name of ["", " ", "a\nDROP TABLE users;"]) assert.throws(() => make(base, name), /in one line/);
  });
});
