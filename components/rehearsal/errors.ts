import { Cancelled, DeploymentError } from "../../host/errors";
import { remedyOfCircumstances } from "../migration/circumstances";
import {
  LedgerNotWritten,
  MigrationCancelled,
  MigrationFailed,
  MigrationIncomplete,
  MigrationInterrupted,
  type Place,
  whatStopped,
} from "../migration/errors";

/** What is pending can't be done on a copy, so it wasn't begun on the live database. */
export class RehearsalFailed extends DeploymentError {
  constructor(
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`the rehearsal on a copy failed: ${reason}\n${remedy}`);
  }
}

/** An error of a migration, as it is to be read when it only happened to a copy. */
export function rehearsalFailure(error: unknown, schema: string, label: string): unknown {
  if (error instanceof MigrationCancelled || error instanceof Cancelled)
    return new Cancelled("the rehearsal", "it ran on a copy, which is gone; the live database was not touched");
  const untouched = `    The live database "${schema}" was not touched: it is at ${label}. Users are still served by the release that was active.\n`;
  if (error instanceof MigrationFailed)
    return new RehearsalFailed(
      whatStopped(error.place, error.reason),
      `${untouched}    Next: ${remedyOfCircumstances(error.reason) ?? corrected(error.place)}`,
    );
  if (error instanceof LedgerNotWritten)
    return new RehearsalFailed(
      error.reason,
      `${untouched}    Next: ${remedyOfCircumstances(error.reason) ?? "look at the log of the copy's server, then type: pulumi up."}`,
    );
  if (error instanceof MigrationIncomplete)
    return new RehearsalFailed(`${error.place.script.file}: ${error.reason}`, `${untouched}    Next: ${corrected(error.place)}`);
  if (error instanceof MigrationInterrupted)
    return new RehearsalFailed(
      whatStopped(error.place, error.reason),
      `${untouched}    Next: make sure that the database's server runs and can be reached, then type: pulumi up.`,
    );
  return error;
}

const corrected = ({ script }: Place): string =>
  `correct ${script.file}, set selfhelp:release to the corrected release and type: pulumi up.`;
