import type { Script } from "../../host/command";
import type { Site } from "../../host/site";

export const logOf = (site: Site): string => `${site.state}/deployments.jsonl`;

/**
 * Adds lines to the audit log, each chained to the one before, and prints a line for each: its sha256 and its time. Where the filesystem can, the file takes
 * nothing but further lines. A line that a power cut left unfinished is ended first.
 * The events come on stdin, each as one line of JSON: what failed may quote what nobody should see in a process list.
 */
export const appendLines = (site: Site): Script => ({
  script: `
umask 077
export TZ=UTC
mkdir -p -- "\${1%/*}"
exec 9>>"$1"
chattr +a -- "$1" 2>/dev/null || true
flock --timeout 10 9
if [ -n "$(tail -c 1 -- "$1")" ]; then echo >&9; fi
read -r previous _ < <(tail -n 1 -- "$1" | sha256sum)
while IFS= read -r event; do
  now=\${EPOCHREALTIME/[.,]/}
  printf -v at '%(%Y-%m-%dT%H:%M:%S)T.%03dZ' "$((now / 1000000))" "$((now / 1000 % 1000))"
  line="{\\"previous\\":\\"$previous\\",\\"at\\":\\"$at\\",\${event#?}"
  printf '%s\\n' "$line" >&9
  read -r previous _ < <(printf '%s\\n' "$line" | sha256sum)
  printf '%s %s\\n' "$previous" "$at"
done
sync -- "$1"`,
  with: [logOf(site)],
});

/** Prints the log; nothing when there is none yet. */
export const readLog = (site: Site): Script => ({
  script: `if [ -e "$1" ]; then cat -- "$1"; fi`,
  with: [logOf(site)],
});

/** Prints the end of the log, its first line most likely cut; nothing when there is none yet. */
export const readEndOfLog = (site: Site): Script => ({
  script: `if [ -e "$1" ]; then tail -c 200000 -- "$1"; fi`,
  with: [logOf(site)],
});
