import { isDeepStrictEqual } from "node:util";
import { comparable, isArchive, isAsset, type Properties, unknownValue } from "../values";
import type { Connection } from "./connection";
import type { Problem, Resource, Step } from "./resource";

const nothing = (): Promise<void> => Promise.resolve();

/** command:remote:CopyToRemote */
export const copyToRemote: Resource = {
  required: ["connection", "source", "remotePath"],
  replacedBy: ["triggers"],
  namedId: false,
  problems: ({ source }) => sourceProblems(source),
  unknowns: () => [],
  create: copySource,
  update: async (step) => {
    const changed = ["source", "remotePath"].some((key) => !isDeepStrictEqual(comparable(step.inputs[key]), comparable(step.was[key])));
    return changed ? copySource(step) : {};
  },
  remove: nothing,
};

/** command:remote:CopyFile */
export const copyFile: Resource = {
  required: ["connection", "localPath", "remotePath"],
  replacedBy: "all",
  namedId: false,
  unknowns: () => [],
  create: async (step) => {
    const { withSftp, writeFile } = await import("./sftp");
    const file = step.inputs["localPath"] as string;
    await withSftp(connectionOf(step), step, (sftp) => writeFile(sftp, { file }, step.inputs["remotePath"] as string));
    return {};
  },
  update: () => Promise.reject(new Error("a CopyFile has no update: any change replaces it")),
  remove: nothing,
};

function sourceProblems(source: unknown): Problem[] {
  if (source === unknownValue) return [];
  if (isAsset(source)) {
    return source["path"] || typeof source["text"] === "string"
      ? []
      : [{ property: "asset", reason: "asset must be a path-based file asset or a text asset" }];
  }
  if (!isArchive(source)) return [{ property: "asset", reason: "either asset or archive must be set" }];
  return source["path"] ? [] : [{ property: "archive", reason: "archive must be a path to a file or directory" }];
}

async function copySource(step: Step): Promise<Properties> {
  const { path, text } = step.inputs["source"] as { path?: string; text?: string };
  const remote = step.inputs["remotePath"] as string;
  // Loaded on first use, as ssh2 comes with it.
  const { copyPath, copyText, withSftp } = await import("./sftp");
  await withSftp(connectionOf(step), step, (sftp) => (path ? copyPath(sftp, path, remote) : copyText(sftp, text ?? "", remote)));
  return {};
}

const connectionOf = ({ inputs }: Step): Connection => inputs["connection"] as Connection;
