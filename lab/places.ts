import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Where the set-up and the lab keep what can be made again. */
export const cacheFolder = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "selfhelp-deploy");

export const projectFolder = resolve(__dirname, "..");

export const labFolder = (lab: string): string => join(cacheFolder, "labs", lab);

/** The image of hosts with Debian 12, or of those with MySQL. @throws when the set-up hasn't built it */
export const imageFolder = (kind: keyof typeof recipes = "image"): string => madeFrom(recipes[kind], kind);

const recipes = { image: recipeOf("build"), "mysql-image": recipeOf("build-mysql") };

function recipeOf(file: string): string[] {
  return ["common", file].map((one) => join(__dirname, "image", one));
}

/** The Python environment of the S3 server and of check-jsonschema. @throws when the set-up hasn't made it */
export const storeFolder = (): string => madeFrom([join(__dirname, "store", "requirements.txt")], "store");

/** What the set-up made by a recipe is named after the content of its files. */
function folderOf(recipe: readonly string[], kind: string): string {
  const sum = createHash("sha256");
  for (const file of recipe) sum.update(readFileSync(file));
  return join(cacheFolder, `${kind}-${sum.digest("hex").slice(0, 12)}`);
}

function madeFrom(recipe: readonly string[], kind: string): string {
  const folder = folderOf(recipe, kind);
  if (existsSync(folder)) return folder;
  // The set-up's last words where it could not make it.
  const reason = existsSync(`${folder}.missing`) ? `, which could not make it: ${readFileSync(`${folder}.missing`, "utf8").trim()}` : "";
  throw new Error(`the lab's ${kind} isn't there: run \`npm run setup\`${reason}`);
}
