import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { BumpReport } from "../../../cli/bump";
import { Fixture } from "../repository/fixture";

const selfhelp = join(__dirname, "../../../bin/selfhelp");
const folder = "db/update_scripts";
const first = `${folder}/39_update_v7.4.0_v7.5.0.sql`;
const second = "40_update_v7.5.0_v7.6.0.sql";
const routes = (...names: string[]): string =>
  `INSERT IGNORE INTO api_routes (route_name, version, path, methods) VALUES\n${names.map((name) => `('${name}', 'v1', '/${name}', 'GET')`).join(",\n")};\n`;

describe("selfhelp bump", () => {
  let fixture: Fixture;

  beforeEach(() => {
    fixture = new Fixture();
    fixture.commit({ [first]: "UPDATE version SET version = 'v7.5.0';\n", [`${folder}/api_routes.sql`]: routes("pages", "users") });
    fixture.git("tag", "v7.5.1");
  });
  afterEach(() => fixture.remove());

  const runIn = (directory: string, ...words: string[]): { code: number | null; out: string; said: string } => {
    const env = { ...process.env, XDG_CACHE_HOME: join(fixture.folder, "cache") };
    const { status, stdout, stderr } = spawnSync(selfhelp, ["bump", ...words], { cwd: directory, env, encoding: "utf8", timeout: 60_000 });
    return { code: status, out: stdout, said: stderr };
  };
  const bump = (...words: string[]) => runIn(fixture.repository, "--from", "v7.5.1", "--to", "main", ...words);
  const json = (...words: string[]): BumpReport => JSON.parse(bump("--json", ...words).out) as BumpReport;

  it("says minor after a change of code, and what to type next", () => {
    fixture.commit({ "src/Api.php": "<?php" });
    assert.deepEqual(bump(), {
      code: 0,
      said: "",
      out: `v7.5.1 -> v7.5.2 (minor)

Why:
  no numbered script was added, changed or removed, and no route removed or changed

Database:
  the scripts of v7.5.1 end at v7.5.0

Next:
  git tag v7.5.2 main
`,
    });
  });

  it("says major after a new script, with what it does and the routes it brings", () => {
    const sql = `UPDATE version SET version = 'v7.6.0';\nCREATE TABLE t (id int);\n${routes("profiles")}`;
    fixture.commit({ [`${folder}/${second}`]: sql });
    const { code, out } = bump();
    assert.equal(code, 0);
    assert.equal(
      out,
      `v7.5.1 -> v7.6.0 (major)

Why:
  database change: ${second} was added (3 statements: CREATE TABLE t (id int))

New routes:
  GET /profiles (v1, profiles)

Database:
  the scripts of v7.5.1 end at v7.5.0
  ${second} leads to v7.6.0: agrees

Next:
  git tag v7.6.0 main
`,
    );
  });

  it("says major after a route is gone, and offers to make the script", () => {
    fixture.commit({ [`${folder}/api_routes.sql`]: routes("pages") });
    const { out } = bump();
    assert.match(out, /breaking API change: GET \/users \(v1, users\) was removed/);
    assert.match(out, /make its script: selfhelp bump --from v7\.5\.1 --to main --write "what it is for"/);
  });

  it("says major after a controller lost a route", () => {
    fixture.commit({ "src/Controller/A.php": "<?php class A { #[Route('/a', methods: ['GET'])] function a() {} }" });
    fixture.git("tag", "--force", "v7.5.1");
    fixture.git("mv", "src/Controller/A.php", "src/Controller/B.php");
    fixture.commit({});
    assert.equal(json().increment, "minor");
    fixture.commit({ "src/Controller/B.php": "<?php class B { #[Route('/b', methods: ['GET'])] function a() {} }" });
    const { increment, controllerRoutesRemoved } = json();
    assert.deepEqual([increment, controllerRoutesRemoved], ["major", [{ method: "GET", path: "/a", version: "" }]]);
  });

  it("prints JSON with the commits, the decision and its evidence", () => {
    const commit = fixture.commit({ "src/Entity/User.php": "<?php" });
    const { from, to, current, database, increment, next, verdict, written, warnings } = json();
    assert.deepEqual(
      [from, to],
      [
        { name: "v7.5.1", commit: fixture.git("rev-parse", "v7.5.1") },
        { name: "main", commit },
      ],
    );
    assert.deepEqual([current, database, increment, next, verdict, written], ["v7.5.1", "v7.5.0", "minor", "v7.5.2", null, null]);
    assert.deepEqual(warnings, ["entities or mappings changed (src/Entity/User.php), but no script was added: is a script missing?"]);
  });

  it("makes the next script in the working tree, prints its path, and never writes over one", () => {
    fixture.commit({ "src/Api.php": "<?php" });
    const path = join(fixture.repository, folder, second);
    const { code, out } = bump("--write", "User profiles");
    assert.deepEqual([code, out.trimEnd().split("\n").at(-1)], [0, `  write your statements into ${path}`]);
    assert.match(out, /neither the database nor the API was changed so far: the script that --write makes is the database change/);
    const made = readFileSync(path, "utf8");
    assert.match(
      made,
      /^-- File: db\/update_scripts\/40_update_v7\.5\.0_v7\.6\.0\.sql\n-- User profiles\n[^;]*\nUPDATE version SET version = 'v7\.6\.0';/,
    );
    const again = bump("--write", "Another");
    assert.equal(again.code, 2);
    assert.match(again.said, /the working tree has db\/update_scripts\/40_update_v7\.5\.0_v7\.6\.0\.sql already, which main hasn't/);
    assert.equal(readFileSync(path, "utf8"), made);
    fixture.commit({});
    const committed = bump("--write", "Another");
    assert.equal(committed.code, 2);
    assert.match(committed.said, /already leads to v7\.6\.0: put your statements there/);
    assert.equal(json().verdict?.agrees, true);
  });

  it("makes no script where the chain is broken, the tree is another, or there is none", () => {
    fixture.commit({ [`${folder}/41_update_v7.6.0_v7.7.0.sql`]: "SELECT 1;" });
    const gap = bump("--write", "x");
    assert.deepEqual([gap.code, /: a gap/.test(gap.said)], [2, true]);
    fixture.git("checkout", "--quiet", "v7.5.1");
    const other = bump("--write", "x");
    assert.match(other.said, /end at v7\.5\.0, those of main at v7\.7\.0\. Type first: git switch --detach main/);
    const bare = join(fixture.folder, "bare.git");
    fixture.gitIn(fixture.folder, "clone", "--quiet", "--bare", fixture.repository, bare);
    const treeless = bump("--write", "x", "--repository", bare);
    assert.deepEqual([treeless.code, /--write needs a working tree/.test(treeless.said)], [2, true]);
    assert.ok(!existsSync(join(fixture.repository, folder, second)));
  });

  it("reads a repository elsewhere by its address, and HEAD where it is asked for", () => {
    fixture.commit({ "src/Api.php": "<?php" });
    const words = ["--from", "v7.5.1", "--to", "HEAD", "--repository"];
    assert.match(runIn(fixture.folder, ...words, `file://${fixture.repository}`).out, /^v7\.5\.1 -> v7\.5\.2 \(minor\)\n/);
    assert.match(runIn(fixture.folder, ...words, fixture.repository).out, /^v7\.5\.1 -> v7\.5\.2 \(minor\)\n/);
  });

  it("ends with 2 when it is used wrongly, and says what to type", () => {
    const refused = (directory: string, ...words: string[]): string => {
      const { code, out, said } = runIn(directory, ...words);
      assert.deepEqual([code, out], [2, ""], said);
      assert.doesNotMatch(said, /selfhelp:|No host was touched|\n {4}at /);
      return said;
    };
    const here = fixture.repository;
    assert.match(
      refused(here, "--from", "v7.5.9", "--to", "main"),
      /has no tag[^]*its nearest tags: v7\.5\.1\. Type the command again with another --from/,
    );
    assert.match(refused(here, "--from", "main", "--to", "main"), /--from main is no version[^]*selfhelp bump --from v8\.0\.0 --to main/);
    assert.match(refused(fixture.folder, "--from", "v1", "--to", "main"), /can't be read[^]*or name it: --repository PATH_OR_URL/);
    assert.match(refused(here, "--from", "v7.5.1", "--to", "main", "--scripts", "../x"), /must be a folder inside the repository/);
    assert.match(refused(here, "--from", "v7.5.1"), /required option '--to <ref>' not specified/);
    fixture.commit({ "a.txt": "" });
    fixture.git("tag", "v7.5.2");
    assert.match(refused(here, "--from", "v7.5.2", "--to", "v7.5.1"), /Type: selfhelp bump --from v7\.5\.1 --to v7\.5\.2/);
  });

  it("warns of a tag that isn't among the commits before", () => {
    fixture.git("checkout", "--quiet", "--orphan", "other");
    fixture.commit({ "src/Api.php": "<?php" });
    const { out } = runIn(fixture.repository, "--from", "v7.5.1", "--to", "other");
    assert.match(out, /Look at this:\n {2}v7\.5\.1 isn't among the commits before other/);
  });
});
