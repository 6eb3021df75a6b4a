import { copyFile, copyToRemote } from "./copy";
import { localCommand } from "./local";
import { remoteCommand } from "./remote";
import type { Resource } from "./resource";

const kinds: Record<string, Resource> = {
  "command:local:Command": localCommand,
  "command:remote:Command": remoteCommand,
  "command:remote:CopyToRemote": copyToRemote,
  "command:remote:CopyFile": copyFile,
};

/** The kind of resource that a URN names. */
export function resourceOf(urn: string): Resource {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const resource = kinds[type];
  if (resource === undefined) throw new Error(`unknown resource type "${type}"`);
  return resource;
}
