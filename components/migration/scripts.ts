import { isUtf8 } from "node:buffer";
import { listFiles, readBlobs, readFileAt } from "../../repository/files";
import { chainProblems, contradiction, parseScriptName, scriptOrder } from "./chain";
import type { ChainQuestion } from "./contract";
import { ChainBroken } from "./errors";
import { type Script, scriptOf } from "./script";

/** All scripts of a commit in order; files that don't begin with a number are left out. @throws ChainBroken with every problem at once */
export async function readScripts({ repository, commit, scripts: folder }: ChainQuestion): Promise<Script[]> {
  const files = (await listFiles(repository, commit, folder)).map((file) => ({ ...file, parsed: parseScriptName(file.name) }));
  const misnamed = files.flatMap(({ parsed }) => (parsed !== undefined && "problem" in parsed ? [parsed.problem] : []));
  const named = files.flatMap(({ blob, parsed }) => (parsed === undefined || "problem" in parsed ? [] : [{ blob, name: parsed }]));
  named.sort((one, other) => scriptOrder(one.name, other.name));
  const contents = await readBlobs(
    repository,
    commit,
    named.map(({ blob }) => blob),
  );
  const scripts = named.map(({ name }, index) => scriptOf(name, contents[index] ?? Buffer.alloc(0)));
  const problems = [
    ...misnamed,
    ...chainProblems(named.map(({ name }) => name)),
    ...named.flatMap(({ name }, index) => encodingProblem(name.file, contents[index])),
    ...scripts.flatMap((script) => contradiction(script) ?? []),
  ];
  if (problems.length > 0) throw new ChainBroken(folder, problems);
  return scripts;
}

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
