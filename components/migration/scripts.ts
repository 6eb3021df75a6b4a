import { listFiles, readBlobs, readFileAt } from "../../repository/files";
import { type ChainProblem, chainRule, contradiction } from "./chain";
import type { ChainQuestion } from "./contract";
import { ChainBroken } from "./errors";
import { encodingProblem, scriptFolder } from "./folder";
import { type Script, scriptOf } from "./script";

/** What a commit carries: its chain in order, and the files that run after each migration. */
export interface Scripts {
  chain: Script[];
  /** Of `afterEach`; they lead from nowhere to nowhere. */
  helpers: Script[];
}

/** What a commit holds never changes: it is read once a process. */
function onceEach<Value>(read: () => Promise<Value>, kept: Map<string, Promise<Value>>, ...key: unknown[]): Promise<Value> {
  const text = JSON.stringify(key);
  const reading = kept.get(text) ?? read();
  kept.set(text, reading);
  reading.catch(() => kept.delete(text));
  return reading;
}

const keptScripts = new Map<string, Promise<Scripts>>();
const keptBases = new Map<string, Promise<Script>>();

/** @throws ChainBroken with every problem at once */
export function readScripts(question: ChainQuestion): Promise<Scripts> {
  const { repository, commit, scripts, afterEach, acknowledged } = question;
  return onceEach(() => read(question), keptScripts, repository, commit, scripts, afterEach, acknowledged);
}

async function read({ repository, commit, scripts: folder, afterEach, acknowledged }: ChainQuestion): Promise<Scripts> {
  const files = await readScriptFiles(repository, commit, folder);
  const { chain, helpers, problems } = scriptFolder(files);
  const found = [
    ...problems,
    ...files.filter(({ name }) => afterEach.includes(name)).flatMap(({ name, content }) => encodingProblem(name, content)),
    ...afterEach.filter((name) => !helpers.some(({ file }) => file === name)).map(notThere),
  ];
  const isAccepted = ({ file }: ChainProblem): boolean => acknowledged.some(({ rule, script }) => rule === chainRule && script === file);
  const left = found.filter((problem) => !isAccepted(problem));
  if (left.length > 0) throw new ChainBroken(folder, left);
  return { chain, helpers: afterEach.flatMap((name) => helpers.find(({ file }) => file === name) ?? []) };
}

const notThere = (file: string): ChainProblem => ({
  file,
  text: `${file}, named in selfhelp:migration.afterEach, isn't there as a file without a number`,
});

/** A commit's SQL files in a folder, whatever they are. */
export async function readScriptFiles(repository: string, commit: string, folder: string): Promise<{ name: string; content: Buffer }[]> {
  const files = (await listFiles(repository, commit, folder)).filter(({ name }) => /\.sql$/i.test(name));
  const blobs = files.map(({ blob }) => blob);
  const contents = await readBlobs(repository, commit, blobs);
  return files.map(({ name }, index) => ({ name, content: contents[index] ?? Buffer.alloc(0) }));
}

/** A commit's script for an empty database. */
interface Base {
  script: string;
  version: string;
}

/** The base script, as if it were one from an empty database. @throws ChainBroken */
export function readBase(repository: string, commit: string, base: Base): Promise<Script> {
  return onceEach(() => readBaseOf(repository, commit, base), keptBases, repository, commit, base.script, base.version);
}

async function readBaseOf(repository: string, commit: string, base: Base): Promise<Script> {
  const content = await readFileAt(repository, commit, base.script);
  const script = scriptOf({ file: base.script, from: "empty", to: base.version }, content);
  const problems = [...encodingProblem(base.script, content), ...contradiction(script)];
  if (problems.length > 0) throw new ChainBroken(base.script, problems);
  return script;
}
