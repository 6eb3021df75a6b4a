import type { Command } from "../../host/command";

/** Prints where the candidate link leads; nothing when it leads nowhere. */
export const readCandidate = (path: string): Command => ({ script: 'readlink -e -- "$1" || true', with: [path] });

/** A configured command line, as its author would type it into bash. */
export const schemaCheck = (line: string): Command => ({ run: ["/bin/bash", "-eo", "pipefail", "-c", line] });
