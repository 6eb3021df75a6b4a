import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseFindings } from "../../../components/hardening/findings";
import { judgeScript } from "../../../components/hardening/judge-script";

/** What `find` has seen may be something else by the time that it is corrected: here it is from the start. */
describe("the hand that corrects a file", () => {
  let folder: string;
  const inside = (name: string): string => join(folder, "release", name);
  const outside = (name: string): string => join(folder, "outside", name);
  const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);
  const me = ["-un", "-gn"].map((option) => execFileSync("id", [option], { encoding: "utf8" }).trim()).join(":");
  const ownId = `${process.getuid?.()}`;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "judge-"));
    mkdirSync(inside("src"), { recursive: true });
    mkdirSync(outside("."));
    writeFileSync(outside("file"), "theirs", { mode: 0o600 });
    writeFileSync(inside("src/Kernel.php"), "ours", { mode: 0o600 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** @returns what was refused, by name, with the reason */
  function correct(paths: readonly string[], runtimeId: string, mode = "644"): Record<string, string> {
    const input = paths.map((path) => `f 1 600 0:0 ${mode} ${me} ./${path}\0`).join("");
    const words = ["-e", judgeScript, "--", "correct", inside(""), "", runtimeId];
    const printed = execFileSync("perl", words, { cwd: inside(""), input, encoding: "utf8" });
    return Object.fromEntries(
      parseFindings("web1", `${printed}end\n`).named.map(({ path, problem }) => [path.slice(inside("").length + 1), problem]),
    );
  }

  it("changes the file that is meant, whatever its name", () => {
    const odd = "src/a\n'\"$(touch x) -rf";
    writeFileSync(inside(odd), "");
    assert.deepEqual(correct(["src/Kernel.php", odd], "1"), {});
    assert.deepEqual([modeOf(inside("src/Kernel.php")), modeOf(inside(odd))], ["644", "644"]);
  });

  it("follows no link, neither in the place of the file nor of a folder on the way", () => {
    symlinkSync(outside("file"), inside("file"));
    symlinkSync(outside("."), inside("folder"));
    assert.deepEqual(Object.keys(correct(["file", "folder/file"], "1")), ["file", "folder/file"]);
    assert.equal(modeOf(outside("file")), "600");
  });

  it("refuses a second name of a file that PHP could not read", () => {
    linkSync(outside("file"), inside("linked"));
    assert.deepEqual(correct(["linked"], "1"), { linked: "it is a hard link" });
    assert.equal(modeOf(outside("file")), "600");
  });

  it("gives a second name of PHP's own file a copy, and leaves the other as it is", () => {
    linkSync(outside("file"), inside("linked"));
    assert.deepEqual(correct(["linked"], ownId), {});
    assert.deepEqual([modeOf(outside("file")), modeOf(inside("linked")), readFileSync(inside("linked"), "utf8")], ["600", "644", "theirs"]);
    assert.equal(statSync(outside("file")).nlink, 1);
  });

  it("passes over what is gone, and what is no file", () => {
    execFileSync("mkfifo", [inside("pipe")]);
    assert.deepEqual(correct(["gone", "pipe"], "1"), {});
  });
});
