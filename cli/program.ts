import { Command } from "commander";
import { version } from "../package.json";
import { audit } from "./audit";
import { backups } from "./backups";
import { bump } from "./bump";
import { init } from "./init";
import { lint } from "./lint";
import { maintenance } from "./maintenance";
import { migrations } from "./migrations";
import { plan } from "./plan";
import { preflight } from "./preflight";
import { promote } from "./promote";
import { report } from "./report";
import { rollback } from "./rollback";
import { status } from "./status";

/** One file each; further ones are only added here. */
const commands: Command[] = [audit, backups, bump, init, lint, maintenance, migrations, plan, preflight, promote, report, rollback, status];

/** The whole command line. What it refuses it throws. */
export function selfhelp(): Command {
  const program = new Command("selfhelp")
    .description("What is not an `up`: looks at scripts, versions and databases of a deployment with Pulumi.")
    .version(version);
  const subcommands = commands.flatMap((command) => command.commands);
  for (const command of [program, ...commands, ...subcommands]) command.exitOverride().showHelpAfterError("(--help says how it is used)");
  for (const command of commands) program.addCommand(command);
  return program;
}
