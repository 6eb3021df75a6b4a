import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where the set-up and the lab keep what can be made again. */
export const cacheFolder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "selfhelp-deploy");

export const projectFolder = resolve(__dirname, "..");

export const labFolder = (lab: string): string => join(cacheFolder, "labs", lab);

/** The base image. @throws when the set-up hasn't built it */
export const imageFolder = (): string => madeFrom(join(__dirname, "image", "build"), "image");

/** The Python environment of the S3 server. @throws when the set-up hasn't made it */
export const storeFolder = (): string => madeFrom(join(__dirname, "store", "requirements.txt"), "store");

/** What the set-up made by a recipe is named after its content. */
function madeFrom(recipe: string, kind: string): string {
  const folder = join(cacheFolder, `${kind}-${createHash("sha256").update(readFileSync(recipe)).digest("hex").slice(0, 12)}`);
  if (!existsSync(folder)) throw new Error(`the lab's ${kind} isn't there: run \`npm run setup\``);
  return folder;
}
