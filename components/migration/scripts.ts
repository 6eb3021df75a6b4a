import { isUtf8 } from "node:buffer";
import { listFiles, readBlobs, readFileAt } from "../../repository/files";
import { chainProblems, contradiction, parseScriptName, scriptOrder } from "./chain";
import type { ChainQuestion } from "./contract";
import { ChainBroken } from "./errors";
import { type Script, scriptOf } from "./script";

/** What a commit carries: its chain in order, and the files that run after each migration. */
export interface Scripts {
  chain: Script[];
  /** Of `afterEach`; they lead from nowhere to nowhere. */
  helpers: Script[];
}

const kept = new Map<string, Promise<Scripts>>();

/** A commit's scripts never change: they are read once a process. @throws ChainBroken with every problem at once */
export function readScripts(question: ChainQuestion): Promise<Scripts> {
  const key = JSON.stringify([question.repository, question.commit, question.scripts, question.afterEach]);
  const reading = kept.get(key) ?? read(question);
  kept.set(key, reading);
  reading.catch(() => kept.delete(key));
  return reading;
}

async function read({ repository, commit, scripts: folder, afterEach }: ChainQuestion): Promise<Scripts> {
  const files = (await listFiles(repository, commit, folder)).map((file) => ({ ...file, parsed: parseScriptName(file.name) }));
  const misnamed = files.flatMap(({ parsed }) => (parsed !== undefined && "problem" in parsed ? [parsed.problem] : []));
  const named = files.flatMap(({ blob, parsed }) => (parsed === undefined || "problem" in parsed ? [] : [{ blob, name: parsed }]));
  named.sort((one, other) => scriptOrder(one.name, other.name));
  const helperFiles = afterEach.flatMap((name) => files.find((file) => file.name === name && file.parsed === undefined) ?? []);
  const blobs = [...named, ...helperFiles].map(({ blob }) => blob);
  const contents = await readBlobs(repository, commit, blobs);
  const helpers = helperFiles.map(({ name: file }, index) =>
    scriptOf({ file, from: "", to: "" }, contents[named.length + index] ?? Buffer.alloc(0)),
  );
  const scripts = named.map(({ name }, index) => scriptOf(name, contents[index] ?? Buffer.alloc(0)));
  const problems = [
    ...misnamed,
    ...chainProblems(named.map(({ name }) => name)),
    ...[...named.map(({ name }) => name.file), ...helperFiles.map(({ name }) => name)].flatMap((file, index) =>
      encodingProblem(file, contents[index]),
    ),
    ...afterEach.filter((name) => !helperFiles.some((file) => file.name === name)).map(notThere),
    ...scripts.flatMap((script) => contradiction(script) ?? []),
  ];
  if (problems.length > 0) throw new ChainBroken(folder, problems);
  return { chain: scripts, helpers };
}

const notThere = (name: string): string => `${name}, named in selfhelp:migration.afterEach, isn't there as a file without a number`;

/** The base script, as if it were one from an empty database. */
export async function readBase(repository: string, commit: string, base: { script: string; version: string }): Promise<Script> {
  const content = await readFileAt(repository, commit, base.script);
  const script = scriptOf({ file: base.script, from: "empty", to: base.version }, content);
  const problems = [...encodingProblem(base.script, content), ...(contradiction(script) ?? [])];
  if (problems.length > 0) throw new ChainBroken(base.script, problems);
  return script;
}

/** Whatever it is then, sending it as utf8mb4 would spoil it. */
const encodingProblem = (file: string, content: Buffer = Buffer.alloc(0)): string[] =>
  isUtf8(content) ? [] : [`${file} isn't UTF-8: convert it, for example with iconv -f latin1 -t utf-8`];
