import { DeploymentError } from "../../host/errors";

/** The scripts of a commit can't be a chain. */
export class ChainBroken extends DeploymentError {
  constructor(
    readonly folder: string,
    readonly problems: readonly string[],
  ) {
    super(`the update scripts in ${folder} can't be used; nothing was contacted:\n${problems.map((problem) => `    ${problem}`).join("\n")}`);
  }
}

/** The database isn't one that may be migrated; it was not touched. */
export class MigrationRefused extends DeploymentError {
  constructor(reason: string, remedy: string) {
    super(`migration refused: ${reason}. The database was not touched. ${remedy}`);
  }
}

/** A statement failed or could not be sent; what ran before it stays. */
export class MigrationStopped extends DeploymentError {
  constructor(what: { script: string; line: number; number: number; statements: number; text: string; reason: string; backup: string | null }) {
    const done = what.number - 1;
    super(
      `${what.script}:${what.line}: ${what.reason}\n` +
        `    statement ${what.number} of ${what.statements}: ${firstLine(what.text)}\n` +
        `    The database is half-applied: ${done === 0 ? "no statement" : `the first ${done} of ${what.statements} statements`} of this script took effect, users are still served by the release that was active.\n` +
        `    Next: correct the script from this statement on (leave those before it as they are), then \`pulumi up\` continues here. ` +
        (what.backup === null ? "The database was empty before: dropping it is safe." : `Or restore the backup ${what.backup}.`),
    );
  }
}

const firstLine = (text: string): string => {
  const line = text.split("\n")[0]?.trim() ?? "";
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
};
