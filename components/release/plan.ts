import { isDeepStrictEqual } from "node:util";
import { otherSlot } from "../../host/site";
import { type Live, type Planned, unknown } from "../../provider/handler";
import { activeCommit, activeMarker, activeRelease, idleSlot } from "../switch/slots";
import type { ReleaseInputs, ReleaseMarker, ReleaseState, SlotsState, StandingRelease } from "./contract";

/** The inputs in which what users are served may differ from what is wanted. */
export const compared = ["commit", "build", "shared", "environment"] as const;

/**
 * What a look at the slots means for the wanted release. Its `state` tells of the slot that the release belongs in.
 * @param environment sha256 of the stack's .env.local; null: it is a shared file, made by hand
 */
export function liveRelease(slots: SlotsState, wanted: ReleaseInputs, environment: string | null): Live<ReleaseInputs, ReleaseState> {
  const active = activeMarker(slots);
  const inputs = { ...wanted, ...madeOf(active, wanted, environment), commit: activeCommit(slots), release: activeRelease(slots) };
  const isServed = differing(inputs, wanted).length === 0;
  const slot = slots.active !== null && isServed ? slots.active : idleSlot(slots);
  const marker = slots[slot];
  const usable = marker !== null && (isServed || isBuilt(marker, wanted, environment));
  return {
    inputs,
    state: {
      host: wanted.host,
      commit: usable ? marker.commit : "none",
      release: usable ? marker.release : "none",
      slot,
      builtAt: usable ? marker.builtAt : null,
      previousRelease: slots[otherSlot(slot)]?.release ?? null,
      change: "unchanged",
    },
  };
}

/** All but when it will have been built. */
type PlannedRelease = Omit<ReleaseState, "builtAt"> & Pick<Planned<ReleaseState>, "builtAt">;

/** Nothing while users are on the wanted release, made as wanted; else a build in the idle slot, unless a finished one stands there. */
export function planRelease(live: Live<ReleaseInputs, ReleaseState>, wanted: ReleaseInputs): PlannedRelease {
  if (differing(live.inputs, wanted).length === 0) return live.state;
  const builtAt = isAlreadyBuilt(live, wanted) ? live.state.builtAt : unknown;
  return { ...live.state, builtAt, commit: wanted.commit, release: wanted.release, change: changeOf(live, wanted) };
}

/** Whether the idle slot needs nothing but its php-fpm. */
export const isAlreadyBuilt = (live: Live<ReleaseInputs, ReleaseState>, wanted: ReleaseInputs): boolean =>
  live.state.commit === wanted.commit;

/** What a finished build of these inputs leaves in its slot. */
export const markerOf = ({ release, commit, build, shared }: ReleaseInputs, builtAt: Date): ReleaseMarker => ({
  release,
  commit,
  builtAt: builtAt.toISOString(),
  recipe: { build, shared },
});

/** "blue (v8.0.0)", or null while users are served nothing. */
export function servedFrom({ inputs, state }: Live<ReleaseInputs, ReleaseState>): string | null {
  if (inputs.commit === "none") return null;
  return `${otherSlot(state.slot)} (${inputs.release})`;
}

/** What a standing release was made of, as far as that is known: a release that was put there by hand passes for made as wanted. */
function madeOf(
  marker: StandingRelease | null,
  wanted: ReleaseInputs,
  environment: string | null,
): Pick<ReleaseInputs, "build" | "shared" | "environment"> {
  const { build, shared } = marker?.recipe ?? wanted;
  const isAnother = marker !== null && environment !== null && marker.environment !== environment;
  return { build, shared, environment: isAnother ? "another" : wanted.environment };
}

function isBuilt(marker: StandingRelease, wanted: ReleaseInputs, environment: string | null): boolean {
  const { release, commit } = marker;
  const made = { release, commit, ...madeOf(marker, wanted, environment) };
  return isDeepStrictEqual({ ...wanted, ...made }, wanted);
}

const differing = (live: ReleaseInputs, wanted: ReleaseInputs): (typeof compared)[number][] =>
  compared.filter((name) => !isDeepStrictEqual(live[name], wanted[name]));

function changeOf(live: Live<ReleaseInputs, ReleaseState>, wanted: ReleaseInputs): string {
  const { slot, previousRelease } = live.state;
  if (isAlreadyBuilt(live, wanted)) return `already built in ${slot}`;
  if (live.inputs.commit === "none") return `in ${slot}, the first release`;
  if (live.inputs.commit === wanted.commit) return `in ${slot}, made anew: another ${differing(live.inputs, wanted).join(", ")}`;
  return `in ${slot}, replacing ${previousRelease ?? "an unknown release"}`;
}
