import type { Command } from "commander";

const columns = 120;

/** The command line as Markdown: what each command says of itself with --help. */
export function commandsReference(program: Command): string {
  return program.commands
    .flatMap((command) => [command, ...command.commands])
    .map(section)
    .join("\n");
}

function section(command: Command): string {
  const { parent } = command;
  const name = [parent?.parent?.name(), parent?.name(), command.name()].filter((one) => one !== undefined).join(" ");
  return `### \`${name}\`\n\n\`\`\`\n${helpOf(command).trimEnd()}\n\`\`\`\n`;
}

/** With what is added before and behind it. */
function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => void (help += text), getOutHelpWidth: () => columns, getOutHasColors: () => false });
  command.outputHelp();
  return help;
}
