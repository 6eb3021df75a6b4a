import type { Script } from "../../host/command";
import type { Site } from "../../host/site";
import type { WantedPermissions } from "./contract";
import { judgeScript } from "./judge-script";
import { foldersOf } from "./wanted";
import { walkScript } from "./walk-script";

/** Shows what is not as wanted; or makes it so, and shows what is not even then. */
export type Verb = "look" | "correct and look";

/** What the judge is told, one after the other. */
const verbs: Record<Verb, string> = { look: "look", "correct and look": "correct look" };

/** Walks a slot in any case, or only while users are served from it. */
export type When = "always" | "while it is served";

/** A release's code is root's and everybody's to read, but for its secrets; PHP writes only where it is said to. */
export const walkRelease = (
  verb: Verb,
  folder: string,
  { shared, runtimeUser, current }: Site,
  wanted: WantedPermissions,
  when: When,
): Script => ({
  script: walkScript,
  with: [
    ...[folder, verbs[verb], judgeScript, runtimeUser],
    ...["755", "644", "755", "root", "release", shared],
    ...[wanted.writable, wanted.secrets, foldersOf(wanted.secrets), wanted.developmentFiles].map(lines),
    when === "always" ? "" : current,
  ],
});

/** A single file that releases share is nobody's to read but PHP's. Links are somebody's own there. */
export const walkShared = (verb: Verb, { shared, runtimeUser }: Site, wanted: WantedPermissions): Script => ({
  script: walkScript,
  with: [
    ...[shared, verbs[verb], judgeScript, runtimeUser],
    ...["755", "640", "640", "runtime", "shared", shared],
    ...[wanted.sharedWritable, wanted.secrets, foldersOf(wanted.secrets), []].map(lines),
    "",
  ],
});

/** Backups are root's alone. */
export const walkBackups = (verb: Verb, { runtimeUser }: Site, { backupDirectory }: WantedPermissions): Script => ({
  script: walkScript,
  with: [
    ...[backupDirectory, verbs[verb], judgeScript, runtimeUser],
    ...["700", "600", "600", "root", "backups", ""],
    ...[[], [], [], []].map(lines),
    "",
  ],
});

const lines = (list: readonly string[]): string => list.join("\n");
