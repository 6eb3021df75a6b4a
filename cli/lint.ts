import { Command, Option } from "commander";
import { isUtf8 } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseScriptName } from "../components/migration/chain";
import { chainFindings, fileFinding, inOrder } from "../components/migration/lint/files";
import { lintScripts } from "../components/migration/lint/lint";
import { type Script, scriptOf } from "../components/migration/script";
import { DeploymentError } from "../host/errors";
import { asGithub } from "./report/github";
import { asJson } from "./report/json";
import { isOpen, joined, type Report } from "./report/report";
import { rulesAsMarkdown } from "./report/rules";
import { asSarif } from "./report/sarif";
import { asText } from "./report/text";

interface Options {
  json?: boolean;
  sarif?: boolean;
  github?: boolean;
  rules?: boolean;
  base?: string;
}

const format = (name: string, what: string): Option =>
  new Option(`--${name}`, what).conflicts(["json", "sarif", "github"].filter((other) => other !== name));

/** Looks at update scripts before they meet a database. */
export const lint = new Command("lint")
  .description("Looks at update scripts: what destroys data, breaks the release that still serves users, holds locks, and more.")
  .argument("[path...]", "folders of update scripts, or single files")
  .option("--base <file>", "a script that ran before all others; what it creates is known then")
  .addOption(format("json", "print JSON"))
  .addOption(format("sarif", "print SARIF 2.1.0"))
  .addOption(format("github", "print annotations for GitHub's workflows"))
  .option("--rules", "print what is looked for, as Markdown, and how to accept a finding")
  .addHelpText("after", "\nExit code: 0 nothing found that isn't acknowledged, 1 findings, 2 wrong use or a file that can't be read.")
  .action((paths: string[], options: Options, command: Command) => {
    if (options.rules === true) return void process.stdout.write(rulesAsMarkdown());
    if (paths.length === 0) command.error("error: name a folder of update scripts, or files");
    const earlier = options.base === undefined ? [] : [readScript(options.base)];
    const folders = paths.filter(isFolder);
    const files = paths.filter((path) => !folders.includes(path));
    const byFolder = [...new Set(files.map(dirname))].map((folder) => files.filter((path) => dirname(path) === folder));
    const report = joined([...folders.map((folder) => lintFolder(folder, earlier)), ...byFolder.map((some) => lintFiles(some, earlier))]);
    process.stdout.write(print(report, options));
    process.exitCode = report.found.some(isOpen) ? 1 : 0;
  });

function print(report: Report, { json, sarif, github }: Options): string {
  if (json === true) return asJson(report);
  if (sarif === true) return asSarif(report);
  return github === true ? asGithub(report) : asText(report);
}

function lintFolder(folder: string, earlier: readonly Script[]): Report {
  const names = readable(folder, () => readdirSync(folder)).filter((name) => /\.sql$/i.test(name));
  if (names.length === 0) throw new DeploymentError(`${folder} holds no file that ends with .sql`);
  const report = lintFiles(
    names.map((name) => join(folder, name)),
    earlier,
  );
  const chain = chainFindings(inOrder(names.map((file) => ({ file }))).map(({ file }) => file));
  return {
    ...report,
    found: [...chain.map((finding) => ({ finding, path: join(folder, finding.script), isHelper: false })), ...report.found],
  };
}

function lintFiles(paths: readonly string[], earlier: readonly Script[]): Report {
  const files = inOrder(paths.map((path) => ({ path, file: basename(path), content: readable(path, () => readFileSync(path)) })));
  const scripts = files.map(({ file, content }) => scriptIn(file, content));
  const wrong = files.flatMap(({ file, content }) =>
    isUtf8(content) ? [] : [fileFinding("not-utf8", file, "holds bytes that aren't UTF-8")],
  );
  const pathOf = new Map(files.map(({ file, path }) => [file, path]));
  const found = [...wrong, ...lintScripts(scripts, { earlier })].map((finding) => ({
    finding,
    path: pathOf.get(finding.script) ?? finding.script,
    isHelper: parseScriptName(finding.script) === undefined,
  }));
  return { found, scripts: scripts.length, statements: scripts.reduce((sum, { statements }) => sum + statements, 0) };
}

const readScript = (path: string): Script =>
  scriptIn(
    basename(path),
    readable(path, () => readFileSync(path)),
  );

function scriptIn(file: string, content: Buffer): Script {
  const name = parseScriptName(file);
  return scriptOf(name === undefined || "problem" in name ? { file, from: "", to: "" } : name, content);
}

const isFolder = (path: string): boolean => readable(path, () => statSync(path).isDirectory());

function readable<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new DeploymentError(`${path} can't be read: ${(error as Error).message.split("\n")[0]}`);
  }
}
