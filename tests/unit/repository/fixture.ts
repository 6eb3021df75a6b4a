import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A git repository of a test's own, in a folder that is taken away with `remove`. */
export class Fixture {
  readonly folder = mkdtempSync(join(tmpdir(), "repository-"));
  readonly repository = join(this.folder, "origin");

  constructor() {
    mkdirSync(this.repository);
    this.git("init", "--quiet", "--initial-branch=main");
  }

  git(...words: string[]): string {
    return this.gitIn(this.repository, ...words);
  }

  gitIn(directory: string, ...words: string[]): string {
    return this.bytes(directory, words).toString("utf8").trim();
  }

  bytes(directory: string, words: readonly string[], input?: Buffer): Buffer {
    const person = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    return execFileSync("git", ["-C", directory, ...person, ...words], { input, stdio: ["pipe", "pipe", "ignore"], maxBuffer: 1e8 });
  }

  /** A commit that changes these files; its id. */
  commit(files: Record<string, string | Buffer>): string {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.repository, path)), { recursive: true });
      writeFileSync(join(this.repository, path), content);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "change");
    return this.git("rev-parse", "HEAD");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
