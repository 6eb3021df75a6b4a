import { DeploymentError } from "../../host/errors";
import { serviceOf } from "./files";

const next = (app: string): string =>
  `Users are served as before, but nobody is told when they are not. See why: sudo journalctl -u ${serviceOf({ app })} -n 30; then type: pulumi up`;

/** The script was set up, but what it saw it could not keep or tell. */
export class FirstLookFailed extends DeploymentError {
  constructor(
    readonly host: string,
    app: string,
    /** Of the journal, bounded. */
    readonly lastLines: readonly string[],
  ) {
    const said = lastLines.map((line) => `\n    ${line}`).join("");
    super(`host "${host}": monitoring was set up, but its first look failed${said === "" ? "." : `:${said}\n`} ${next(app)}`);
  }
}

/** Something is still not as wanted after it was set up. */
export class MonitoringRemains extends DeploymentError {
  constructor(
    readonly host: string,
    app: string,
    readonly remaining: readonly string[],
  ) {
    super(`host "${host}": monitoring is still not as wanted: ${remaining.join("; ")}. ${next(app)}`);
  }
}
