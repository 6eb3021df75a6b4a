import type { Resource } from "./resource";

/** The kind of resource that a URN names; loads only what that needs, as most runs need none of SSH. */
export async function resourceOf(urn: string): Promise<Resource> {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  switch (type) {
    case "command:local:Command":
      return (await import("./local")).localCommand;
    case "command:remote:Command":
      return (await import("./remote")).remoteCommand;
    case "command:remote:CopyToRemote":
      return (await import("./copy")).copyToRemote;
    case "command:remote:CopyFile":
      return (await import("./copy")).copyFile;
    default:
      throw new Error(`unknown resource type "${type}"`);
  }
}
