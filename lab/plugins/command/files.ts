import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { archive, asset, type Properties } from "../values";

/** The files that a local command's `assetPaths` and `archivePaths` name, as outputs. */
export function filesOf({ dir = ".", assetPaths, archivePaths }: Properties): Properties {
  const folder = dir as string;
  const assetsOf = (patterns: unknown): Properties =>
    Object.fromEntries(matching(folder, patterns as string[]).map((file) => [file, fileAsset(join(folder, file))]));
  return {
    ...(assetPaths === undefined ? {} : { assets: assetsOf(assetPaths) }),
    ...(archivePaths === undefined ? {} : { archive: archiveOf(assetsOf(archivePaths)) }),
  };
}

/** Files under a folder that patterns name, in their order: one that begins with `!` takes away again. */
export function matching(folder: string, patterns: readonly string[]): string[] {
  const rules = patterns.map((pattern) => ({ takes: !pattern.startsWith("!"), names: expression(pattern.replace(/^!/, "")) }));
  return filesUnder(folder, "").filter((file) => rules.reduce((taken, { takes, names }) => (names.test(file) ? takes : taken), false));
}

function filesUnder(folder: string, inside: string): string[] {
  return readdirSync(join(folder, inside), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(inside, entry.name);
      return entry.isDirectory() ? filesUnder(folder, path) : [path];
    });
}

/** A glob as the official plugin reads it: `**` crosses folders wherever it stands, `*` and `?` don't. */
function expression(glob: string): RegExp {
  const parts = glob.match(/\*\*|\\.|\[[^\]]*\]|./gs) ?? [];
  let alternatives = 0;
  const source = parts.map((part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part === "{") return (alternatives++, "(?:");
    if (part === "}" && alternatives > 0) return (alternatives--, ")");
    if (part === "," && alternatives > 0) return "|";
    if (part.length > 2) return part.replace(/^\[!/, "[^");
    return part.length === 2 ? part : part.replace(/[.+^$()|\]}\\]/, "\\$&");
  });
  return new RegExp(`^${source.join("")}$`, "s");
}

const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

const fileAsset = (path: string): Properties => asset({ path, hash: sha256(readFileSync(path)) });

const archiveOf = (assets: Properties): Properties =>
  archive({
    assets,
    hash: sha256(JSON.stringify(Object.entries(assets).map(([file, content]) => [file, (content as Properties)["hash"]]))),
  });
