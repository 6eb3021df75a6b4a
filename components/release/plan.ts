import { createHash } from "node:crypto";
import { otherSlot } from "../../host/site";
import type { Live } from "../../provider/handler";
import { activeCommit, activeRelease, idleSlot } from "../switch/slots";
import type { ReleaseInputs, ReleaseMarker, ReleaseState, SlotsState } from "./contract";

/** What a look at the slots means for the wanted release. Its `state` tells of the slot that the release belongs in. */
export function liveRelease(slots: SlotsState, wanted: ReleaseInputs): Live<ReleaseInputs, ReleaseState> {
  const commit = activeCommit(slots);
  const slot = slots.active !== null && commit === wanted.commit ? slots.active : idleSlot(slots);
  const marker = slots[slot];
  const usable = marker !== null && (slot === slots.active || isBuilt(marker, wanted));
  return {
    inputs: { ...wanted, commit, release: activeRelease(slots) },
    state: {
      host: wanted.host,
      commit: usable ? marker.commit : "none",
      release: usable ? marker.release : "none",
      slot,
      previousRelease: slots[otherSlot(slot)]?.release ?? null,
      change: "unchanged",
    },
  };
}

/** Nothing while users are on the wanted commit; else a build in the idle slot, unless a finished one stands there. */
export function planRelease(live: Live<ReleaseInputs, ReleaseState>, wanted: ReleaseInputs): ReleaseState {
  if (live.inputs.commit === wanted.commit) return live.state;
  return { ...live.state, commit: wanted.commit, release: wanted.release, change: changeOf(live, wanted) };
}

/** Whether the idle slot needs nothing but its php-fpm. */
export const isAlreadyBuilt = (live: Live<ReleaseInputs, ReleaseState>, wanted: ReleaseInputs): boolean =>
  live.state.commit === wanted.commit;

/** What a finished build of these inputs leaves in its slot. */
export const markerOf = (wanted: ReleaseInputs, builtAt: Date): ReleaseMarker => ({
  release: wanted.release,
  commit: wanted.commit,
  builtAt: builtAt.toISOString(),
  recipe: recipeOf(wanted),
});

/** "blue (v8.0.0)", or null while users are served nothing. */
export function servedFrom({ inputs, state }: Live<ReleaseInputs, ReleaseState>): string | null {
  if (inputs.commit === "none") return null;
  return `${otherSlot(state.slot)} (${inputs.release})`;
}

function isBuilt(marker: ReleaseMarker, wanted: ReleaseInputs): boolean {
  const sameRecipe = marker.recipe === undefined || marker.recipe === recipeOf(wanted);
  return marker.commit === wanted.commit && marker.release === wanted.release && sameRecipe;
}

function recipeOf({ build, shared }: ReleaseInputs): string {
  const digest = createHash("sha256").update(JSON.stringify([build, shared]));
  return `sha256:${digest.digest("hex")}`;
}

function changeOf(live: Live<ReleaseInputs, ReleaseState>, wanted: ReleaseInputs): string {
  const { slot, previousRelease } = live.state;
  if (isAlreadyBuilt(live, wanted)) return `already built in ${slot}`;
  if (live.inputs.commit === "none") return `in ${slot}, the first release`;
  return `in ${slot}, replacing ${previousRelease ?? "an unknown release"}`;
}
