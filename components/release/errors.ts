import { Cancelled, CommandFailed, DeploymentError, HostUnreachable, TransferFailed, withoutStop } from "../../host/errors";
import type { Site, Slot } from "../../host/site";
import { refusals } from "./commands";

/** What is being built where, and what users see meanwhile. */
export interface BuildPlace {
  host: string;
  release: string;
  slot: Slot;
  /** "blue (v8.0.0)"; null: nothing yet. */
  servedFrom: string | null;
}

/** A release could not be put into its slot; without a marker, nothing takes the slot for complete. */
export class ReleaseFailed extends DeploymentError {
  constructor(
    readonly place: BuildPlace,
    readonly reason: string,
    /** What to correct or type. */
    readonly remedy: string,
    now = stillServed(place),
  ) {
    super(
      `${place.release} could not be built in ${place.slot} on host "${place.host}": ${reason}` +
        `${reason.includes("\n") ? "\nNow " : "; "}${now}. ${remedy}`,
    );
  }
}

/** One of the configured build commands failed. */
export class BuildFailed extends ReleaseFailed {
  constructor(
    place: BuildPlace,
    /** As configured. */
    readonly command: string,
    /** 1 for the first of selfhelp:build. */
    readonly position: number,
    /** "exited with code 1" */
    readonly ending: string,
    readonly lastLines: readonly string[],
  ) {
    const said = lastLines.length > 0 ? `; its last lines:\n${lastLines.map((line) => `    ${line}`).join("\n")}` : " and printed nothing";
    super(place, `build command ${position}, "${command}", ${ending}${said}`, "Correct it, then start again: the slot is filled anew.");
  }
}

/** The reason why a slot was not filled, or is not shown, from what was exited with and printed. */
export function refusal(exitCode: number, path: string, place: BuildPlace, site: Site): ReleaseFailed {
  if (exitCode === refusals.developmentInstalled)
    return new ReleaseFailed(
      place,
      `the build has installed packages that are for development only: ${path.split(" ").join(", ")}`,
      "Let composer leave them out (composer install --no-dev …, in selfhelp:build), then start again.",
    );
  if (exitCode === refusals.slotIsActive)
    return new ReleaseFailed(place, `users are served from ${place.slot} by now`, "Somebody else switched meanwhile: start again.");
  if (exitCode === refusals.sharedFileMissing)
    return new ReleaseFailed(
      place,
      `the shared file ${site.shared}/${path} does not exist`,
      `Put it there (readable by ${site.runtimeUser}), or take "${path}" out of selfhelp:shared; then start again.`,
    );
  return new ReleaseFailed(
    place,
    `the shared path "${path}" leads through a link of the release to somewhere else`,
    `Correct the release or selfhelp:shared, then start again.`,
  );
}

/** The slot holds what users were served before a switch that was cut short, and nobody knows yet whether what they are served now works. */
export const wayBackInTheWay = (place: BuildPlace): ReleaseFailed =>
  new ReleaseFailed(
    place,
    `the switch to what users are served now was cut short before it was proven, and ${place.slot} holds the release before it`,
    "First let an up with the release that users are served now ask once more, which keeps it or goes back; or go back: selfhelp rollback. Then start again.",
  );

/** Runs the steps of a build; whatever ends them says what users see. */
export async function explained(place: BuildPlace, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Cancelled) throw new Cancelled(error.purpose, stillServed(place));
    if (error instanceof HostUnreachable || isLost(error))
      throw new ReleaseFailed(place, withoutStop(error.message), remedy, whileItIsUp(place));
    if (error instanceof CommandFailed || error instanceof TransferFailed) throw new ReleaseFailed(place, error.message, remedy);
    throw error;
  }
}

const remedy = "When the cause is gone, start again: it continues from here.";

const isLost = (error: unknown): error is CommandFailed => error instanceof CommandFailed && error.ending === "lost its connection";

/** A host that can't be reached may be down. */
const whileItIsUp = ({ servedFrom }: BuildPlace): string =>
  `nothing was switched, and ${servedFrom === null ? "users were not served anything yet" : `users are served from ${servedFrom} while the host is up`}`;

const stillServed = ({ servedFrom }: BuildPlace): string =>
  servedFrom === null ? "users are not served anything yet" : `users are still served from ${servedFrom}`;
