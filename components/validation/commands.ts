import type { Command } from "../../host/command";

/** Prints where the candidate link leads, and where the slot really is: each a line, empty when it leads nowhere. */
export const readCandidate = (candidate: string, slot: string): Command => ({
  script: 'for path in "$1" "$2"; do readlink -e -- "$path" || echo; done',
  with: [candidate, slot],
});

/** A configured command line, as its author would type it into bash. */
export const schemaCheck = (line: string): Command => ({ run: ["/bin/bash", "-eo", "pipefail", "-c", line] });
