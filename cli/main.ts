import { Command, CommanderError } from "commander";
import { DeploymentError } from "../host/errors";
import { version } from "../package.json";
import { audit } from "./audit";
import { backups } from "./backups";
import { bump } from "./bump";
import { lint } from "./lint";
import { maintenance } from "./maintenance";
import { migrations } from "./migrations";
import { plan } from "./plan";
import { report } from "./report";
import { rollback } from "./rollback";
import { status } from "./status";

/** One file each; further ones are only added here. */
const commands: Command[] = [audit, backups, bump, lint, maintenance, migrations, plan, report, rollback, status];

/** Exit codes: 0 done, 1 findings or a failed check, 2 wrong use or config. */
async function main(words: string[]): Promise<number> {
  const program = new Command("selfhelp")
    .description("What is not an `up`: looks at scripts, versions and databases of a deployment with Pulumi.")
    .version(version);
  const subcommands = commands.flatMap((command) => command.commands);
  for (const command of [program, ...commands, ...subcommands]) command.exitOverride().showHelpAfterError("(--help says how it is used)");
  for (const command of commands) program.addCommand(command);
  try {
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof DeploymentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

// Connections to hosts end with the process; what was printed may still be on its way.
void main(process.argv.slice(2)).then((code) => process.stdout.write("", () => process.exit(code)));
