import { DeploymentError, withoutStop } from "../../host/errors";
import type { Slot } from "../../host/site";

/** The wanted slot does not hold the whole release, so users are not sent there. */
export class SlotNotComplete extends DeploymentError {
  constructor(
    readonly host: string,
    readonly slot: Slot,
    readonly wantedCommit: string,
    readonly foundCommit: string | undefined,
  ) {
    const found = foundCommit === undefined ? "no complete release" : `commit ${foundCommit}`;
    super(
      `host "${host}": slot ${slot} should hold commit ${wantedCommit}, but holds ${found}. Nothing was switched. ` +
        `Somebody else may have built there; start again: the release step builds it anew.`,
    );
  }
}

/** php-fpm of the wanted slot would not answer users. */
export class SlotNotAnswering extends DeploymentError {
  constructor(
    readonly host: string,
    readonly slot: Slot,
    readonly unit: string,
    readonly reason: string,
  ) {
    super(
      `host "${host}": php-fpm of slot ${slot} does not answer: ${reason}. Nothing was switched. ` +
        `See why: sudo journalctl -u ${unit} -n 30; then: sudo systemctl restart ${unit}, and start again.`,
    );
  }
}

/** nginx runs on what it read when it was started last; what stands in its files now would serve nobody. */
export class NginxMisconfigured extends DeploymentError {
  constructor(
    readonly host: string,
    /** Of nginx itself, bounded. */
    readonly said: string,
  ) {
    super(
      `host "${host}": nginx refuses its configuration:\n${said.replace(/^/gm, "    ")}\nNothing was switched. Users are served as before, until nginx is ` +
        `restarted: then nobody is. Correct what it names, make sure of it (sudo nginx -t), then type: pulumi up`,
    );
  }
}

/** While nginx answers 503 nobody could tell whether the switch worked. */
export class MaintenanceInTheWay extends DeploymentError {
  constructor(
    readonly host: string,
    readonly file: string,
  ) {
    super(
      `host "${host}" answers 503 because ${file} exists, so that a switch could not be checked. Nothing was switched. ` +
        `When the maintenance is over, end it and start again: sudo rm ${file}`,
    );
  }
}

/** The link was not renamed, so users were not switched. */
export class NotSwitched extends DeploymentError {
  constructor(
    readonly host: string,
    readonly release: string,
    readonly slot: Slot,
    readonly reason: string,
    /** "on v8.0.0 in blue" */
    readonly served: string,
    /** Whether the host is known to serve that. */
    readonly isServing: boolean,
  ) {
    super(
      `host "${host}": users could not be switched to ${release} in ${slot}: ${withoutStop(reason)}${reason.includes("\n") ? "\nNow users" : ". Users"} ` +
        `are still ${served}${isServing ? "" : " while the host is up"}. ${release} stands built in ${slot}: when the cause is gone, type: pulumi up`,
    );
  }
}

/** The new release failed in front of users, or nobody saw whether they were sent there; they are on the old one again. */
export class SwitchedBack extends DeploymentError {
  constructor(
    readonly host: string,
    readonly release: string,
    readonly slot: Slot,
    /** What failed: "health: answered 500, not 200", once the release was asked; or the rename of the link. */
    readonly failure: string,
    readonly failed: "asked" | "renamed",
    /** Whom users are served by now, and how that was checked. */
    readonly now: string,
    /** Whether that answers as it should. */
    readonly isServing: boolean,
    /** The failing slot's last lines, bounded. */
    readonly lastLines: readonly string[],
  ) {
    const said =
      lastLines.length > 0
        ? `\nLogged since the switch:\n${lastLines.map((line) => `    ${line}`).join("\n")}`
        : "\nNothing was logged since the switch.";
    super(
      failed === "asked"
        ? `host "${host}": ${release} in ${slot} failed right after the switch (${failure}). ${now} ` +
            `The failed release still stands in ${slot} for inspection; deploy a corrected one.${said}`
        : `host "${host}": the switch to ${release} in ${slot} was not seen to its end (${failure}). ${now} ` +
            `Nothing is known against ${release}, which stands built in ${slot}: when the cause is gone, type: pulumi up`,
    );
  }

  override get usersReturned(): boolean {
    return true;
  }
}

/** The new release could not be proven good, and going back did not work either. */
export class SwitchUncertain extends DeploymentError {
  constructor(
    readonly host: string,
    readonly release: string,
    readonly slot: Slot,
    readonly failure: string,
    /** Why the way back did not work. */
    readonly reason: string,
    /** What takes users back, typed on the host. */
    readonly wayBack: string,
  ) {
    super(
      `host "${host}": users were switched to ${release} in ${slot}, which then failed (${failure}), and switching back failed too: ${withoutStop(reason)}. ` +
        `Users may be on the failed release. When the host can be reached, type: pulumi up, which asks it once more and keeps the release or goes back; ` +
        `or take users back at once, on the host: ${wayBack}`,
    );
  }
}
