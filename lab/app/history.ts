import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** A release of the demo application: its tag, the tag it comes after, and what it is for. */
export interface Release {
  tag: string;
  after: string | null;
  what: string;
}

/** Every release, each after the one it builds on; what one changes is in releases/TAG, over what came before. */
export const releases: readonly Release[] = [
  { tag: "v8.0.0", after: null, what: "the base" },
  { tag: "v8.0.1", after: "v8.0.0", what: "code only" },
  { tag: "v8.1.0", after: "v8.0.1", what: "user profiles: code and a migration" },
  { tag: "v8.1.1-unhealthy", after: "v8.1.0", what: "its health answers 500" },
  { tag: "v8.1.2-breaks-live", after: "v8.1.0", what: "healthy as a candidate, 500 for users" },
  { tag: "v8.1.3-slow-build", after: "v8.1.0", what: "composer install takes 20 seconds" },
  { tag: "v8.1.4-failing-build", after: "v8.1.0", what: "composer install ends with 3" },
  { tag: "v8.2.0-syntax-error", after: "v8.1.0", what: "a migration with a syntax error in its third statement" },
  { tag: "v8.2.0-fails-half-way", after: "v8.1.0", what: "a migration whose fourth statement fails" },
  { tag: "v8.2.0-slow", after: "v8.1.0", what: "a migration of about 16 seconds" },
  { tag: "v8.2.0-contract", after: "v8.1.0", what: "a migration that breaks the releases before it" },
];

/**
 * Makes the application's git repository, the same commits every time; main ends at v8.1.0. One that was made from the same sources is left as it is,
 * with whatever was committed since; any other one is made anew.
 */
export async function createHistory(directory: string): Promise<void> {
  const mark = join(directory, ".git", "made-from");
  const sources = digest(__dirname);
  if (existsSync(mark) && readFileSync(mark, "utf8") === sources) return;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await git(directory, "init", "--quiet", "--initial-branch=main");
  for (const [index, release] of releases.entries()) await commit(directory, release, index);
  await git(directory, "checkout", "--quiet", "-B", "main", "v8.1.0");
  writeFileSync(mark, sources);
}

async function commit(directory: string, { tag, after, what }: Release, index: number): Promise<void> {
  if (after !== null) await git(directory, "checkout", "--quiet", "--detach", after);
  const source = after === null ? join(__dirname, "base") : join(__dirname, "releases", tag);
  for (const entry of readdirSync(source)) cpSync(join(source, entry), join(directory, entry), { recursive: true });
  const date = `2026-01-${String(index + 1).padStart(2, "0")}T12:00:00Z`;
  await git(directory, "add", "--all");
  await gitAt(date, directory, "commit", "--quiet", "--message", `${tag}: ${what}`);
  await git(directory, "tag", tag);
}

function digest(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((file) => join(file.parentPath, file.name)).sort()) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest("hex");
}

const git = (directory: string, ...words: string[]): Promise<void> => gitAt("2026-01-01T12:00:00Z", directory, ...words);

/** Git without the user's own settings: author, dates and so commit ids are the same everywhere. */
async function gitAt(date: string, directory: string, ...words: string[]): Promise<void> {
  const person = (role: string): Record<string, string> => ({
    [`GIT_${role}_NAME`]: "SelfHelp",
    [`GIT_${role}_EMAIL`]: "selfhelp@example.org",
    [`GIT_${role}_DATE`]: date,
  });
  const env = {
    PATH: process.env["PATH"],
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    ...person("AUTHOR"),
    ...person("COMMITTER"),
  };
  await promisify(execFile)("git", ["-c", "core.autocrlf=false", "-c", "core.fileMode=true", ...words], {
    cwd: directory,
    env,
    timeout: 60_000,
  });
}
