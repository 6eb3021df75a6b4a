import assert from "node:assert/strict";
import { type Routes, routesAfter } from "../../../components/migration/routes";
import { compareRoutes, endpointText, type RouteChanges } from "../../../components/migration/routes/compare";
import { scriptOf } from "../../../components/migration/script";

const after = (sql: string): Routes => routesAfter([scriptOf({ file: "40.sql", from: "", to: "" }, Buffer.from(sql))]);
const into = "INSERT INTO `api_routes` (`route_name`, `version`, `path`, `controller`, `methods`, `params`) VALUES";
const pages = `${into} ('pages', 'v1', '/pages', 'App\\\\Pages::all', 'GET', NULL)`;
const both = `${pages}, ('page', 'v1', '/pages/{id}', 'App\\\\Pages::one', 'GET,PUT', '{"id": {"in": "path"}}');`;
const compare = (more: string): RouteChanges => compareRoutes(after(both), after(`${both}\n${more}`));
const names = (sql: string): string[] =>
  compareRoutes(after(""), after(sql)).added.map(({ method, path, version, route }) => `${route} ${version} ${method} ${path}`);
const unclear = (more: string): string[] => compare(more).unclear.map(({ line, reason }) => `${line}: ${reason}`);
const lost = ({ removed, changed }: RouteChanges): string[] => [
  ...removed.map((one) => `removed ${endpointText(one)}`),
  ...changed.map(({ was, now }) => `${endpointText(was)} is ${now.map(endpointText).join(" and ")}`),
];

describe("the routes that scripts define", () => {
  const page = ["page v1 GET /pages/{id}", "page v1 PUT /pages/{id}"];

  it("are read from rows, one endpoint for each method", () => {
    assert.deepEqual(names(both), ["pages v1 GET /pages", ...page]);
  });

  it("are read whatever the text in other columns holds", () => {
    assert.deepEqual(
      names(`${into} ('a', 'v1', '/it''s', 'x\\'y', "GET", '{"a": ")(,;-- no comment"}'), -- comment, (
        (/* ( */ 'b', 'v1', '/b', CONCAT('App', '::b'), 'POST', JSON_OBJECT('a', 1));`),
      ["a v1 GET /it's", "b v1 POST /b"],
    );
  });

  it("are read from INSERT … SELECT of literals, guarded or not", () => {
    const columns = "insert into api_routes (route_name, path, methods)";
    const guard = "WHERE NOT EXISTS (SELECT 1 FROM api_routes WHERE route_name = 'a')";
    const expected = ["a v1 GET /a"];
    assert.deepEqual(names(`${columns} SELECT 'a', '/a', 'GET'`), expected);
    assert.deepEqual(names(`${columns} SELECT 'a' AS route_name, '/a' path, 'GET' FROM DUAL ${guard} LIMIT 1;`), expected);
    assert.deepEqual(names(`${columns} SELECT * FROM (SELECT 'a' AS n, '/a' AS p, 'GET' AS m) AS new ${guard};`), expected);
    assert.deepEqual(names(`${columns} SELECT 'a', '/a', 'GET' UNION ALL SELECT 'b', '/b', 'GET'`), [...expected, "b v1 GET /b"]);
    assert.deepEqual(names("REPLACE api_routes SET route_name = 'a', path = '/a', methods = 'GET'"), expected);
  });

  it("stay as they are by INSERT IGNORE, and become another by ON DUPLICATE KEY UPDATE", () => {
    const again = `('pages', 'v1', '/new', 'c', 'GET', NULL)`;
    const ignoring = into.replace("INSERT", "INSERT IGNORE");
    assert.deepEqual(lost(compare(`${ignoring} ${again};`)), []);
    const changed = ["GET /pages (v1, pages) is GET /new (v1, pages)"];
    for (const end of ["path = VALUES(path), params = VALUES(params)", "`path` = '/new'"])
      assert.deepEqual(lost(compare(`${into} ${again} ON DUPLICATE KEY UPDATE ${end};`)), changed);
    assert.deepEqual(lost(compare(`${into} ${again} AS n ON DUPLICATE KEY UPDATE path = n.path;`)), changed);
    assert.deepEqual(lost(compare(`${into} ${again} ON DUPLICATE KEY UPDATE params = VALUES(params);`)), []);
  });
});

describe("a client's view of changed routes", () => {
  it("breaks where a path and method are gone", () => {
    const gone = ["removed GET /pages (v1, pages)"];
    assert.deepEqual(lost(compare("DELETE FROM api_routes WHERE route_name = 'pages';")), gone);
    assert.deepEqual(lost(compare("DELETE FROM `api_routes` WHERE `route_name` IN ('pages', 'x') AND version = 'v1';")), gone);
    assert.deepEqual(lost(compare("DELETE ar FROM api_routes ar WHERE ar.route_name LIKE 'page_';")), gone);
    assert.equal(lost(compare("TRUNCATE TABLE api_routes;")).length, 3);
  });

  it("breaks where a path is another, or a method is no longer taken", () => {
    assert.deepEqual(lost(compare("UPDATE api_routes SET path = '/all' WHERE route_name = 'pages';")), [
      "GET /pages (v1, pages) is GET /all (v1, pages)",
    ]);
    assert.deepEqual(lost(compare("UPDATE api_routes r SET r.methods = 'GET' WHERE r.route_name = 'page';")), [
      "PUT /pages/{id} (v1, page) is GET /pages/{id} (v1, page)",
    ]);
  });

  it("doesn't break where routes are added, renamed, or moved to another controller", () => {
    const more = `${into} ('new', 'v1', '/new', 'c', 'GET', NULL);`;
    assert.deepEqual(lost(compare(more)), []);
    assert.deepEqual(lost(compare("UPDATE api_routes SET route_name = 'list', controller = 'X' WHERE route_name = 'pages';")), []);
    assert.deepEqual(lost(compare("UPDATE api_routes SET path = '/pages/{page}' WHERE route_name = 'page';")), []);
    assert.deepEqual(lost(compare("DELETE FROM api_routes WHERE route_name = 'pages';\n" + pages + ";")), []);
  });

  it("names routes whose parameters are others, not those that are only written otherwise", () => {
    const set = (params: string): string[] => compare(`UPDATE api_routes SET params = '${params}' WHERE route_name = 'page'`).parameters;
    assert.deepEqual(set('{"id":{"in":"path"}}'), []);
    assert.deepEqual(set('{"id": {"in": "path"}, "tag": {"required": true}}'), ["page"]);
  });
});

describe("a statement on the routes that can't be read", () => {
  it("is named with its line and the reason, rather than guessed", () => {
    assert.deepEqual(unclear("\nUPDATE api_routes SET path = REPLACE(path, 'pages', 'p') WHERE route_name = 'pages';"), [
      "3: its `path` is no plain text",
    ]);
    assert.deepEqual(unclear("INSERT INTO api_routes VALUES (1, 'a');"), ["2: it doesn't name its columns"]);
    assert.deepEqual(unclear("DELETE FROM api_routes WHERE id = 5;"), ["2: its WHERE asks for `id`, which isn't known here"]);
    assert.deepEqual(unclear("DELETE FROM api_routes WHERE route_name = 'a' OR path = '/b';"), ["2: its WHERE can't be read"]);
    assert.deepEqual(unclear("INSERT INTO api_routes (route_name, path, methods) SELECT name, path, 'GET' FROM old_routes;"), [
      "2: it takes rows from another table",
    ]);
    const guarded = "INSERT INTO api_routes (route_name, path, methods) SELECT 'a', '/a', 'GET' WHERE NOT EXISTS (SELECT 1 FROM settings);";
    assert.deepEqual(unclear(guarded), ["2: it depends on another table"]);
    assert.deepEqual(unclear("UPDATE api_routes r JOIN t ON t.id = r.id SET r.path = t.path;"), ["2: it depends on other tables"]);
    assert.deepEqual(unclear("SET @a = 'DELETE FROM api_routes';"), ["2: it holds code that changes the routes when it runs"]);
    assert.deepEqual(unclear("DELETE FROM api_routes WHERE route_name = 'of_the_base';"), [
      "2: no statement before it defines such a route",
    ]);
  });

  it("is no matter where what it did shows in another one", () => {
    const bring = `${into} ('of_the_base', 'v1', '/new', 'c', 'GET', NULL);`;
    assert.deepEqual(unclear(`UPDATE api_routes SET path = '/new' WHERE route_name = 'of_the_base'; ${bring}`), []);
    assert.deepEqual(unclear(`DELETE FROM api_routes WHERE route_name = 'of_the_base'; ${bring}`), []);
  });

  it("doesn't hide the other rows of its INSERT", () => {
    assert.deepEqual(names(`${into} ('a', 'v1', @path, 'c', 'GET', NULL), ('b', 'v1', '/b', 'c', 'GET', NULL);`), ["b v1 GET /b"]);
  });

  it("is none when it changes other tables or columns", () => {
    for (const other of [
      "INSERT INTO `api_routes_permissions` (a, b) SELECT ar.id, p.id FROM `api_routes` ar, `permissions` p WHERE ar.route_name IN ('a');",
      "DELETE p FROM api_routes_permissions p JOIN api_routes ar ON ar.id = p.id WHERE ar.route_name = 'pages';",
      "DELETE FROM api_routes_permissions WHERE id_api_routes IN (SELECT id FROM api_routes WHERE route_name = 'pages');",
      "UPDATE api_routes SET controller = REPLACE(controller, 'A', 'B');",
      "UPDATE log SET route = (SELECT id FROM api_routes LIMIT 1);",
      "ALTER TABLE api_routes ADD COLUMN note text;",
    ])
      assert.deepEqual([unclear(other), lost(compare(other))], [[], []], other);
  });
});
