import type { Command } from "../../host/command";
import { slots } from "../../host/site";
import type { Handler, Inventory } from "../../provider/handler";
import { readSlots } from "../switch/read-slots";
import { type Verb, walkBackups, walkRelease, walkShared } from "./commands";
import type { PermissionsInputs, PermissionsState } from "./contract";
import { PermissionsRemain } from "./errors";
import { type Findings, parseFindings } from "./findings";
import { asWanted, doneText, isBuilt, livePermissions, planPermissions } from "./plan";

/** Owners and modes of a site's files: read in one walk, and corrected only where they differ. */
export const permissions: Handler<PermissionsInputs, PermissionsState> = {
  compared: ["builtAt", "differing"],

  check: () => [],

  async read(wanted, _was, { inventory }) {
    const slotsNow = readSlots(inventory.host(wanted.host), inventory.site);
    const [found, { [wanted.slot]: standing }] = await Promise.all([look(wanted, inventory), slotsNow]);
    return livePermissions(found, wanted, standing?.builtAt ?? null);
  },

  plan: planPermissions,

  async act({ inputs: { differing } }, wanted, { inventory, signal, progress }) {
    progress("correcting owners and modes");
    const [refused, remaining] = await correct(wanted, inventory, signal);
    if (remaining.count > 0) {
      const { active } = await readSlots(inventory.host(wanted.host), inventory.site);
      throw new PermissionsRemain(wanted.host, remaining, refused.named, active === null ? "as before" : `from ${active}`);
    }
    return { permissions: asWanted, change: doneText(differing, wanted, inventory.site.slot[wanted.slot]) };
  },
};

async function look(wanted: PermissionsInputs, inventory: Inventory): Promise<Findings> {
  return parseFindings(wanted.host, await walk("look", wanted, inventory));
}

/** @returns what could not be corrected, and what is not as wanted after all */
async function correct(wanted: PermissionsInputs, inventory: Inventory, signal: AbortSignal): Promise<[Findings, Findings]> {
  const lines = (await walk("correct and look", wanted, inventory, signal)).split("\n");
  const found = (which: "refused" | "differing"): Findings =>
    parseFindings(wanted.host, lines.filter((line) => line === "end" || line.startsWith("refused ") === (which === "refused")).join("\n"));
  return [found("refused"), found("differing")];
}

async function walk(verb: Verb, wanted: PermissionsInputs, inventory: Inventory, signal?: AbortSignal): Promise<string> {
  const purpose = verb === "look" ? "reading owners and modes of files" : "correcting owners and modes of files";
  const command = { all: [...walks(verb, wanted, inventory), { run: ["echo", "end"] }] };
  const { stdout } = await inventory.host(wanted.host).run(command, { as: "root", purpose, timeoutSeconds: 300, signal });
  return stdout;
}

/** The slot that users are served from, the one that they are going to be served from once something is built there, and what both share. */
function walks(verb: Verb, wanted: PermissionsInputs, { site, databaseHost }: Inventory): Command[] {
  const next = isBuilt(wanted) ? wanted.slot : undefined;
  return [
    ...slots.map((slot) => walkRelease(verb, site.slot[slot], site, wanted, slot === next ? "always" : "while it is served")),
    walkShared(verb, site, wanted),
    ...(databaseHost().name === wanted.host ? [walkBackups(verb, site, wanted)] : []),
  ];
}
