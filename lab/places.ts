import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where the set-up and the lab keep what can be made again. */
export const cacheFolder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "selfhelp-deploy");

export const projectFolder = resolve(__dirname, "..");

export const labFolder = (lab: string): string => join(cacheFolder, "labs", lab);

/** The base image, named after its recipe. @throws when the set-up hasn't built it */
export function imageFolder(): string {
  const recipe = createHash("sha256").update(readFileSync(join(__dirname, "image", "build")));
  const folder = join(cacheFolder, `image-${recipe.digest("hex").slice(0, 12)}`);
  if (!existsSync(folder)) throw new Error("the lab's image isn't built: run `npm run setup`");
  return folder;
}
