import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { selfhelp } from "../cli/program";
import { commandsReference } from "./commands-reference";
import { configReference } from "./config-reference";
import { readDescriptions } from "./descriptions";
import { configSchema, stackFileSchema } from "./stack-schema";

/** Writes what is made from the source; with --check it only says what is out of date. */
function main(isCheck: boolean): void {
  const root = join(__dirname, "..");
  const stale = Object.entries(generated(root)).filter(([file, text]) => textAt(join(root, file)) !== text);
  if (!isCheck) for (const [file, text] of stale) writeFileSync(join(root, file), text);
  for (const [file] of stale) process.stdout.write(isCheck ? `${file} is out of date: npm run docs\n` : `${file} is written\n`);
  process.exitCode = isCheck && stale.length > 0 ? 1 : 0;
}

function generated(root: string): Record<string, string> {
  const descriptions = readDescriptions(root);
  const config = configSchema(descriptions.config);
  const outputs = [...descriptions.outputs].map(([name, what]) => `| \`${name}\` | ${what.replaceAll("|", "\\|")} |`);
  return {
    "docs/stack-config.schema.json": `${JSON.stringify(stackFileSchema(config), null, 2)}\n`,
    "docs/reference.md": [
      "# Reference\n",
      "Made from the source by `npm run docs`; `npm run check` says when it is out of date.\n",
      "## Config\n",
      "In `Pulumi.STACK.yaml`, or set with `pulumi config set --path selfhelp:KEY VALUE` (`--secret` for passwords). `[]` stands for each of a list, NAME for a",
      "name of one's own. A preview names everything that is missing or wrong at once. For editors: [stack-config.schema.json](stack-config.schema.json).\n",
      configReference(config),
      "## Outputs\n",
      "`pulumi stack output`, and at the end of a preview, where they show what they will be. With several hosts a host's value is an object by host name.\n",
      `| output | what it is |\n| --- | --- |\n${outputs.join("\n")}\n`,
      "## Commands\n",
      "Exit codes, where nothing else is said: 0 done, 1 findings or a failed check, 2 wrong use or config.\n",
      commandsReference(selfhelp()),
    ].join("\n"),
  };
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

main(process.argv.includes("--check"));
