import type { Script } from "../../host/command";
import type { Site } from "../../host/site";

const logOf = (site: Site): string => `${site.state}/deployments.jsonl`;

/**
 * Adds a line to the audit log, chained to the one before, and prints the new one's sha256 and time. Where the filesystem can, the file takes nothing but
 * further lines. A line that a power cut left unfinished is ended first.
 * The event comes on stdin, as one line of JSON: what failed may quote what nobody should see in a process list.
 */
export const appendLine = (site: Site): Script => ({
  script: `
IFS= read -r event
umask 077
mkdir -p -- "$(dirname -- "$1")"
touch -- "$1"
chattr +a -- "$1" 2>/dev/null || true
exec 9>>"$1"
flock --timeout 10 9
if [ -n "$(tail -c 1 -- "$1")" ]; then echo >&9; fi
previous=$(tail -n 1 -- "$1" | sha256sum | cut -d ' ' -f 1)
at=$(date --utc +%Y-%m-%dT%H:%M:%S.%3NZ)
line="{\\"previous\\":\\"$previous\\",\\"at\\":\\"$at\\",\${event#?}"
printf '%s\\n' "$line" >&9
sync -- "$1"
printf '%s %s\\n' "$(printf '%s\\n' "$line" | sha256sum | cut -d ' ' -f 1)" "$at"`,
  with: [logOf(site)],
});

/** Prints the log; nothing when there is none yet. */
export const readLog = (site: Site): Script => ({
  script: `if [ -e "$1" ]; then cat -- "$1"; fi`,
  with: [logOf(site)],
});
