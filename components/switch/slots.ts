import { DeploymentError } from "../../host/errors";
import { otherSlot, type Site, type Slot, slots as slotNames } from "../../host/site";
import type { ReleaseMarker, SlotsState, StandingRelease } from "../release/contract";

/** What one look at a host tells about what it serves. */
export interface Serving {
  slots: SlotsState;
  /** Whether the maintenance file exists. */
  maintenance: boolean;
  /** Where users were before a switch that was cut short before it was proven (null: nowhere); absent: what they are on is proven. */
  switchingFrom?: string | null;
  /** When the link was last switched, by this tool or by hand: ISO 8601; null before the first switch. */
  switchedAt: string | null;
}

/** The path of `current` is taken by something that is no link, so that nothing can be switched. */
export class CurrentIsNoLink extends DeploymentError {
  constructor(
    readonly host: string,
    readonly path: string,
  ) {
    super(
      `${path} on host "${host}" is a folder or file of its own, not a link to a slot. Nothing was changed. ` +
        `To keep serving it until the first switch, make it a link, then start again: sudo mv -T ${path} ${path}-by-hand && sudo ln -s ${path}-by-hand ${path}`,
    );
  }
}

/**
 * Reads what the command `readServing` printed. Lines that others print (a login banner) are passed over.
 * @throws CurrentIsNoLink; DeploymentError when the answer is not complete
 */
export function parseServing(host: string, currentPath: string, printed: string): Serving {
  const current = /^current (link|occupied|absent)(?: (\d+) (\S*))?$/m.exec(printed);
  const maintenance = /^maintenance (yes|no)$/m.exec(printed)?.[1];
  const switching = /^switching (no|=(\S*))$/m.exec(printed);
  const blue = slotLine(printed, "blue");
  const green = slotLine(printed, "green");
  if (current === null || maintenance === undefined || switching === null || blue === undefined || green === undefined)
    throw new DeploymentError(
      `the slots of host "${host}" could not be read: its answer was cut short. Nothing was changed by this look; try again.`,
    );
  if (current[1] === "occupied") throw new CurrentIsNoLink(host, currentPath);
  const target = current[1] === "link" ? decode(current[3] ?? "") : undefined;
  const active = slotNames.find((slot) => target === { blue, green }[slot].path) ?? null;
  const foreignTarget = target === undefined || active !== null ? null : target;
  return {
    slots: { active, foreignTarget, blue: blue.marker, green: green.marker },
    maintenance: maintenance === "yes",
    ...(switching[2] === undefined ? {} : { switchingFrom: decode(switching[2]) || null }),
    switchedAt: current[2] === undefined ? null : new Date(Number(current[2]) * 1000).toISOString(),
  };
}

/** As it was before a switch to `slot` that was cut short; as it is when there was none, or when that slot has been built anew since. */
export function beforeSwitch(serving: Serving, site: Site, slot: Slot): Serving {
  const { switchingFrom: from, slots } = serving;
  if (from === undefined || from === site.slot[slot]) return serving;
  const active = slotNames.find((name) => from === site.slot[name]) ?? null;
  return { ...serving, slots: { ...slots, active, foreignTarget: active === null ? from : null } };
}

/** The slot that users are not served from: where the next release is built. */
export const idleSlot = (slots: SlotsState): Slot => (slots.active === null ? "blue" : otherSlot(slots.active));

/** What users are served; null before the first switch, and when nothing tells (a foreign target, a slot without a complete release). */
export const activeMarker = (slots: SlotsState): StandingRelease | null => (slots.active === null ? null : slots[slots.active]);

/**
 * Where a way back leads: to the release that stands in the other slot, built before what users are served now. Where that one was built later, users were
 * never taken to it or are back from it already, and it leads to what they are served. Null: nothing stands there, or the same code made otherwise.
 */
export function releaseBefore(slots: SlotsState): string | null {
  const [active, idle] = [activeMarker(slots), slots[idleSlot(slots)]];
  if (active === null || idle === null || idle.commit === active.commit) return null;
  return idle.builtAt < active.builtAt ? idle.release : active.release;
}

/** Whether a commit still stands, built before what users are served now, in the slot that they were served from until then. */
export function isWayBack(slots: SlotsState, commit: string): boolean {
  const [active, idle] = [activeMarker(slots), slots[idleSlot(slots)]];
  return active !== null && idle !== null && idle.commit === commit && idle.builtAt < active.builtAt;
}

/** Commit that users are served; "none" before the first switch, "unknown" when nothing tells. */
export const activeCommit = (slots: SlotsState): string => servedBy(slots, (marker) => marker.commit);

/** Release that users are served; "none" before the first switch, "unknown" when nothing tells. */
export const activeRelease = (slots: SlotsState): string => servedBy(slots, (marker) => marker.release);

/** @returns null for anything that is not a whole marker: such a slot is not complete */
export function parseMarker(text: string): ReleaseMarker | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { release, commit, builtAt, recipe } = value as Record<string, unknown>;
  if (!matches(release, /^[^\p{C}]{1,200}$/u) || !matches(commit, /^[0-9a-f]{40}$/) || !matches(builtAt, /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$/))
    return null;
  return { release, commit, builtAt, ...(isRecipe(recipe) ? { recipe: { build: recipe.build, shared: recipe.shared } } : {}) };
}

function isRecipe(value: unknown): value is NonNullable<ReleaseMarker["recipe"]> {
  if (typeof value !== "object" || value === null) return false;
  const { build, shared } = value as Record<string, unknown>;
  return [build, shared].every((list) => Array.isArray(list) && list.every((one) => typeof one === "string"));
}

function servedBy(slots: SlotsState, tell: (marker: ReleaseMarker) => string): string {
  if (slots.active === null && slots.foreignTarget === null) return "none";
  const marker = activeMarker(slots);
  return marker === null ? "unknown" : tell(marker);
}

function slotLine(printed: string, slot: Slot): { path: string; marker: StandingRelease | null } | undefined {
  const found = new RegExp(`^slot ${slot} (\\S+) (?:-|=(\\S*)) (?:-|([0-9a-f]{64}))$`, "m").exec(printed);
  if (found === null) return undefined;
  const [, path = "", content, environment] = found;
  const marker = content === undefined ? null : parseMarker(decode(content));
  return { path: decode(path), marker: marker === null || environment === undefined ? marker : { ...marker, environment } };
}

const decode = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");

const matches = (value: unknown, pattern: RegExp): value is string => typeof value === "string" && pattern.test(value);
