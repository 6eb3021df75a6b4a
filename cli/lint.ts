import { Command, Option } from "commander";
import { isUtf8 } from "node:buffer";
import type { ScriptsConfig } from "../components/deployment/config";
import { parseScriptName } from "../components/migration/chain";
import { changedRule } from "../components/migration/changed";
import type { Acknowledgement } from "../components/migration/lint/acknowledge";
import { chainFindings, fileFinding, inOrder } from "../components/migration/lint/files";
import { type Finding, lintScripts } from "../components/migration/lint/lint";
import type { Script } from "../components/migration/script";
import { baseAt, baseOfStack, scriptIn, type Source, sourceOfStack, sourcesAt } from "./lint-sources";
import { asGithub } from "./lint-report/github";
import { asJson } from "./lint-report/json";
import { isOpen, joined, type Report } from "./lint-report/report";
import { rulesAsMarkdown } from "./lint-report/rules";
import { asSarif } from "./lint-report/sarif";
import { asText } from "./lint-report/text";
import { readScriptsConfig } from "./stack";

interface Options {
  json?: boolean;
  sarif?: boolean;
  github?: boolean;
  rules?: boolean;
  base?: string;
  stack?: string;
}

const format = (name: string, what: string): Option =>
  new Option(`--${name}`, what).conflicts(["json", "sarif", "github"].filter((other) => other !== name));

/** Looks at update scripts before they meet a database. */
export const lint = new Command("lint")
  .description("Looks at update scripts: what destroys data, breaks the release that still serves users, holds locks, and more.")
  .argument("[path...]", "folders of update scripts, or single files; default with --stack: those of the stack's release")
  .option(
    "-s, --stack <name>",
    "a Pulumi stack whose config says what is accepted (acknowledge) and which script ran before all others (base)",
  )
  .option("--base <file>", "a script that ran before all others; what it creates is known then")
  .addOption(format("json", "print JSON"))
  .addOption(format("sarif", "print SARIF 2.1.0"))
  .addOption(format("github", "print annotations for GitHub's workflows"))
  .option("--rules", "print what is looked for, as Markdown, and how to accept a finding")
  .addHelpText("after", "\nExit code: 0 nothing found that isn't acknowledged, 1 findings, 2 wrong use or a file that can't be read.")
  .action(async (paths: string[], options: Options, command: Command) => {
    if (options.rules === true) return void process.stdout.write(rulesAsMarkdown());
    if (paths.length === 0 && options.stack === undefined)
      command.error("error: name a folder of update scripts, or files, or a stack with --stack");
    const stack = options.stack === undefined ? undefined : await readScriptsConfig(options.stack);
    const sources = stack !== undefined && paths.length === 0 ? [await sourceOfStack(stack)] : sourcesAt(paths);
    const report = reportOn(sources, await earlierScripts(options, stack), accepted(stack));
    process.stdout.write(print(report, options));
    process.exitCode = report.found.some(isOpen) ? 1 : 0;
  });

const earlierScripts = async ({ base }: Options, stack: ScriptsConfig | undefined): Promise<Script[]> =>
  base !== undefined ? [baseAt(base)] : stack === undefined ? [] : baseOfStack(stack);

/** Whether a script was changed after it ran is known in the database alone. */
const accepted = (stack: ScriptsConfig | undefined): Acknowledgement[] =>
  (stack?.acknowledge ?? []).filter(({ rule }) => rule !== changedRule);

function print(report: Report, { json, sarif, github, stack }: Options): string {
  if (json === true) return asJson(report);
  if (sarif === true) return asSarif(report);
  return github === true ? asGithub(report) : asText(report, { showAccepted: stack !== undefined });
}

function reportOn(sources: readonly Source[], earlier: readonly Script[], acknowledged: readonly Acknowledgement[]): Report {
  const has = ({ files }: Source, { script }: Acknowledgement): boolean => files.some(({ file }) => file === script);
  const reports = sources.map((source) =>
    lintSource(
      source,
      earlier,
      acknowledged.filter((one) => has(source, one)),
    ),
  );
  const isWhole = sources.every((source) => source.isWhole);
  const strays = isWhole ? acknowledged.filter((one) => !sources.some((source) => has(source, one))) : [];
  return joined([...reports, { found: lintScripts([], { acknowledged: strays }).map(shownAt([])), scripts: 0, statements: 0 }]);
}

function lintSource(source: Source, earlier: readonly Script[], acknowledged: readonly Acknowledgement[]): Report {
  const files = inOrder(source.files);
  const scripts = files.map(scriptIn);
  const ofFiles = [
    ...(source.isWhole ? chainFindings(files.map(({ file }) => file)) : []),
    ...source.missing.map((file) => fileFinding("chain", file, "is named in selfhelp:migration.afterEach, and isn't there")),
    ...files.flatMap(({ file, content }) => (isUtf8(content) ? [] : [fileFinding("not-utf8", file, "holds bytes that aren't UTF-8")])),
  ];
  const found = lintScripts(scripts, { earlier, acknowledged, ofFiles }).map(shownAt(source.files));
  return { found, scripts: scripts.length, statements: scripts.reduce((sum, { statements }) => sum + statements, 0) };
}

const shownAt = (files: Source["files"]) => {
  const pathOf = new Map(files.map(({ file, path }) => [file, path]));
  return (finding: Finding): Report["found"][number] => ({
    finding,
    path: pathOf.get(finding.script) ?? finding.script,
    isHelper: parseScriptName(finding.script) === undefined,
  });
};
