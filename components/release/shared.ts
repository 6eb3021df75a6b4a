import { posix } from "node:path";
import type { Problem } from "../../provider/handler";

/** A shared path is a file when it has an extension or a leading dot (`.env.local`, `config/keys.json`), else a folder. */
export const isSharedFile = (path: string): boolean => posix.basename(path).includes(".");

/** Shared paths stay inside the release, and none lies inside another. */
export function sharedProblems(shared: readonly string[]): Problem[] {
  return shared.flatMap((path, index) => {
    const reason = unfit(path) ?? overlap(path, shared.slice(0, index));
    return reason === undefined ? [] : [{ propertyPath: `shared[${index}]`, reason }];
  });
}

function unfit(path: string): string | undefined {
  if (path === "" || path === ".") return "is empty; name a path inside the release, for example public/uploads";
  if (path.startsWith("/")) return `"${path}" is absolute; name a path inside the release, for example public/uploads`;
  if (path.split("/").includes("..")) return `"${path}" contains ".."; shared paths stay inside the release`;
  if (/[\0\r\n]/.test(path)) return "contains a line break";
  if (path !== posix.normalize(path) || path.endsWith("/"))
    return `"${path}" is not in its plain form; write ${posix.normalize(path).replace(/\/$/, "")}`;
  return undefined;
}

function overlap(path: string, others: readonly string[]): string | undefined {
  const other = others.find((one) => one === path || path.startsWith(`${one}/`) || one.startsWith(`${path}/`));
  return other === undefined ? undefined : `"${path}" overlaps with "${other}"; share the outer one alone`;
}
