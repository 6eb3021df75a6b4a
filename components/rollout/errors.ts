import { DeploymentError } from "../../host/errors";
import { namesOf, type Ended, type Outcome } from "./rollout";

/** Not every host serves the new release; says of each which one it does. */
export class NotRolledOut extends DeploymentError {
  constructor(
    readonly release: string,
    /** Every host of the stack, in its order. */
    readonly hosts: readonly string[],
    readonly ended: Ended,
  ) {
    super(storyOf(release, hosts, ended));
  }

  override get usersReturned(): boolean {
    return [...this.ended.outcomes.values()].some(
      (outcome) =>
        outcome.kind === "returned" ||
        (outcome.kind === "failed" && outcome.error instanceof DeploymentError && outcome.error.usersReturned),
    );
  }
}

function storyOf(release: string, hosts: readonly string[], { outcomes, stopped }: Ended): string {
  const failed = [...outcomes.values()].flatMap((outcome) => (outcome.kind === "failed" ? [outcome.error.message] : []));
  return [firstLine(release, outcomes, stopped), ...table(release, hosts, outcomes), ...failed, next(release, outcomes)].join("\n");
}

function firstLine(release: string, outcomes: ReadonlyMap<string, Outcome>, stopped: string | undefined): string {
  if (stopped === undefined)
    return `${release} was rolled out, but not to ${namesOf(outcomes, "failed").join(", ")}: as many failures as selfhelp:rollout.maxFailures allows.`;
  return `The rollout of ${release} stopped: ${stopped}. Every host that it had switched was switched back:`;
}

function table(release: string, hosts: readonly string[], outcomes: ReadonlyMap<string, Outcome>): string[] {
  const width = Math.max(...hosts.map(({ length }) => length));
  return hosts.map((name) => `    ${name.padEnd(width)}  ${placeOf(release, outcomes.get(name))}`);
}

function placeOf(release: string, outcome: Outcome | undefined): string {
  if (outcome === undefined) return `on ${release}, as before this run`;
  switch (outcome.kind) {
    case "untouched":
      return "not touched: serves what it did before";
    case "switched":
      return `on ${release}`;
    case "failed":
      return "failed, see below";
    case "returned":
      return `switched back. ${outcome.said}`;
  }
}

const next = (release: string, outcomes: ReadonlyMap<string, Outcome>): string =>
  namesOf(outcomes, "failed").length === 0
    ? "Next: pulumi up"
    : `Next: correct the cause and type: pulumi up, which goes on with every host that is not on ${release} yet. ` +
      `To go on without a host that is down, take it out of selfhelp:hosts.`;

/** The load balancer did not take a host out of its users' way, so it was not touched. */
export class DrainFailed extends DeploymentError {
  constructor(
    readonly host: string,
    /** "answered 500" */
    readonly reason: string,
    /** What puts it back, typed on the deployer; undefined: nothing is configured. */
    readonly admit: string | undefined,
  ) {
    super(
      `host "${host}": drain failed (${reason}), so it was not touched and serves what it did before. The load balancer may have taken it out all the same` +
        (admit === undefined ? "." : `; to put it back, type: ${admit}`),
    );
  }
}

/** The host was switched, but gets no users. */
export class AdmitFailed extends DeploymentError {
  constructor(
    readonly host: string,
    readonly release: string,
    readonly reason: string,
    /** Whom users are served by now. */
    readonly now: string,
    /** The hook, typed on the deployer. */
    readonly admit: string,
  ) {
    super(
      `host "${host}" was switched to ${release} and answered as it should, but admit failed (${reason}), so it was switched back. ${now} ` +
        `The load balancer may still leave it out; to put it back, type: ${admit}`,
    );
  }
}
