import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHistory, releases } from "../../../lab/app/history";

describe("the demo application's history", () => {
  let folder: string;
  let repository: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "history-"));
    repository = join(folder, "one");
    await createHistory(repository);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const git = (...words: string[]): string => execFileSync("git", words, { cwd: repository, encoding: "utf8" }).trim();
  const lines = (...words: string[]): string[] => git(...words).split("\n");
  const changed = (from: string, to: string): string[] => lines("diff", "--name-status", from, to).map((line) => line.replace("\t", " "));
  const scripts = (tag: string): string[] => lines("ls-tree", "--name-only", `${tag}:db/update_scripts`);
  const fileAt = (tag: string, path: string): string => git("show", `${tag}:${path}`);

  it("has a tag for each release, and main at v8.1.0", () => {
    assert.deepEqual(lines("tag").sort(), releases.map(({ tag }) => tag).sort());
    assert.equal(git("rev-parse", "main"), git("rev-parse", "v8.1.0"));
    assert.equal(git("status", "--porcelain"), "");
  });

  it("has each release after the one it builds on", () => {
    for (const { tag, after } of releases.filter((release) => release.after !== null)) {
      assert.equal(git("rev-parse", `${tag}^`), git("rev-parse", `${after}^{commit}`), tag);
    }
  });

  it("is the same, commit by commit, each time it is made", async () => {
    const other = join(folder, "two");
    await createHistory(other);
    const tags = execFileSync("git", ["show-ref", "--tags"], { cwd: other, encoding: "utf8" }).trim();
    assert.equal(tags, git("show-ref", "--tags"));
  });

  it("does not depend on the user's git settings", async () => {
    const other = join(folder, "three");
    const config = join(folder, "gitconfig");
    writeFileSync(config, "[user]\n\tname = Somebody\n[core]\n\tautocrlf = true\n[commit]\n\tgpgsign = true\n");
    const kept = process.env["GIT_CONFIG_GLOBAL"];
    process.env["GIT_CONFIG_GLOBAL"] = config;
    try {
      await createHistory(other);
    } finally {
      if (kept === undefined) delete process.env["GIT_CONFIG_GLOBAL"];
      else process.env["GIT_CONFIG_GLOBAL"] = kept;
    }
    assert.equal(execFileSync("git", ["rev-parse", "v8.1.0"], { cwd: other, encoding: "utf8" }).trim(), git("rev-parse", "v8.1.0"));
  });

  it("leaves a repository made from the same sources as it is, and makes one anew that was cut short", async () => {
    const other = join(folder, "four");
    await createHistory(other);
    writeFileSync(join(other, "added"), "");
    await createHistory(other);
    assert.ok(existsSync(join(other, "added")));
    rmSync(join(other, ".git", "made-from"));
    await createHistory(other);
    assert.ok(!existsSync(join(other, "added")));
  });

  it("calls each release by its tag, in the application, too", () => {
    for (const { tag } of releases) assert.match(fileAt(tag, "src/Release.php"), new RegExp(`VERSION = '${tag.replaceAll(".", "\\.")}'`));
  });

  it("changes code only in v8.0.1", () => {
    assert.deepEqual(changed("v8.0.0", "v8.0.1"), ["M src/Controller/AdminPageController.php", "M src/Release.php"]);
  });

  it("brings code and one migration in v8.1.0", () => {
    assert.deepEqual(changed("v8.0.1", "v8.1.0"), [
      "A db/update_scripts/40_update_v8.0.0_v8.1.0.sql",
      "M db/update_scripts/api_routes.sql",
      "A src/Controller/AdminUserProfileController.php",
      "A src/Entity/UserProfile.php",
      "M src/Release.php",
    ]);
  });

  it("never changes a migration that was released", () => {
    const released = ["38_update_v7.5.0_v7.6.0.sql", "39_update_v7.6.0_v8.0.0.sql"];
    assert.deepEqual(scripts("v8.0.0"), [...released, "api_routes.sql"]);
    for (const { tag } of releases) {
      for (const script of released)
        assert.equal(fileAt(tag, `db/update_scripts/${script}`), fileAt("v8.0.0", `db/update_scripts/${script}`));
    }
  });

  it("has a 41st migration in the releases v8.2.0-… alone, each setting the version first", () => {
    for (const { tag } of releases) {
      const newest = scripts(tag).filter((name) => name.startsWith("41_"));
      assert.deepEqual(newest, tag.startsWith("v8.2.0-") ? ["41_update_v8.1.0_v8.2.0.sql"] : [], tag);
      for (const name of newest)
        assert.match(fileAt(tag, `db/update_scripts/${name}`), /^(--.*\n)*UPDATE version SET version = 'v8\.2\.0';/);
    }
  });

  it("keeps keys, local settings and built files out of every release", () => {
    for (const { tag } of releases) {
      const unwanted = lines("ls-tree", "-r", "--name-only", tag).filter((path) => /^(vendor|var)\/|\.pem$|^\.env\.local$/.test(path));
      assert.deepEqual(unwanted, [], tag);
    }
  });

  it("can run its console, and says in the lock file what composer.json asks for", () => {
    for (const { tag } of releases) {
      assert.match(git("ls-tree", tag, "bin/console"), /^100755 /);
      const { require: wanted, "require-dev": development } = JSON.parse(fileAt(tag, "composer.json")) as Record<string, object>;
      assert.deepEqual([wanted, development], [{ php: ">=8.2" }, { "selfhelp/dev-tools": "*" }], tag);
    }
  });
});
