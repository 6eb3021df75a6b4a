import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ScriptsConfig } from "../components/deployment/config";
import { repositoryAddress } from "../components/deployment/deployer";
import { parseScriptName } from "../components/migration/chain";
import { type Script, scriptOf } from "../components/migration/script";
import { readBase, readScriptFiles } from "../components/migration/scripts";
import { DeploymentError } from "../host/errors";
import { resolveCommit } from "../repository/resolve";

/** Scripts that are looked at together. */
export interface Source {
  files: SourceFile[];
  /** It is a whole folder: gaps in the chain mean something, and so does an acknowledgement for a file that isn't there. */
  isWhole: boolean;
  /** Files that should be there, and aren't. */
  missing: string[];
}

export interface SourceFile {
  file: string;
  /** As it is shown. */
  path: string;
  content: Buffer;
}

/** Folders as they are, and single files by their folder. @throws DeploymentError for what can't be read */
export function sourcesAt(paths: readonly string[]): Source[] {
  const folders = paths.filter(isFolder);
  const files = paths.filter((path) => !folders.includes(path));
  const byFolder = [...new Set(files.map(dirname))].map((folder) => files.filter((path) => dirname(path) === folder));
  return [...folders.map(folderSource), ...byFolder.map((some): Source => ({ files: some.map(fileAt), isWhole: false, missing: [] }))];
}

function folderSource(folder: string): Source {
  const names = readable(folder, () => readdirSync(folder)).filter((name) => /\.sql$/i.test(name));
  if (names.length === 0) throw new DeploymentError(`${folder} holds no file that ends with .sql`);
  return { files: names.map((name) => fileAt(join(folder, name))), isWhole: true, missing: [] };
}

const fileAt = (path: string): SourceFile => ({ file: basename(path), path, content: readable(path, () => readFileSync(path)) });

const isFolder = (path: string): boolean => readable(path, () => statSync(path).isDirectory());

function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new DeploymentError(`${path} can't be read: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** What a stack would deploy: the release's chain, and the files that run after it. @throws DeploymentError when git can't read it */
export async function sourceOfStack({ repository, release, scripts, migration }: ScriptsConfig): Promise<Source> {
  const place = repositoryAddress(repository);
  const all = await readScriptFiles(place, await resolveCommit(place, release), scripts);
  const files = all.filter(({ name }) => parseScriptName(name) !== undefined || migration.afterEach.includes(name));
  return {
    files: files.map(({ name, content }) => ({ file: name, path: join(scripts, name), content })),
    isWhole: true,
    missing: migration.afterEach.filter((name) => !all.some((file) => file.name === name)),
  };
}

/** A script that ran before all others. */
export const baseAt = (path: string): Script => scriptIn(fileAt(path));

/** The one that the stack's database begins with. @throws DeploymentError when git can't read it */
export async function baseOfStack({ repository, release, base }: ScriptsConfig): Promise<Script[]> {
  if (base === undefined) return [];
  const place = repositoryAddress(repository);
  return [await readBase(place, await resolveCommit(place, release), base)];
}

/** Read and cut. */
export function scriptIn({ file, content }: SourceFile): Script {
  const name = parseScriptName(file);
  return scriptOf(name === undefined || "problem" in name ? { file, from: "", to: "" } : name, content);
}
