import type { Command } from "../../host/command";
import type { Site } from "../../host/site";
import type { HttpCheck } from "../switch/contract";
import type { Endpoint } from "../switch/endpoints";
import { eachLog } from "../switch/logs";

/** Prints where the candidate link leads, and where the slot really is: each a line, empty when it leads nowhere. */
export const readCandidate = (candidate: string, slot: string): Command => ({
  script: 'for path in "$1" "$2"; do readlink -e -- "$path" || echo; done',
  with: [candidate, slot],
});

/** A configured command line, as its author would type it into bash. */
export const lineInSlot = (line: string): Command => ({ run: ["/bin/bash", "-eo", "pipefail", "-c", line] });

/** Asks so many times, one after the other, and prints for `parseTimes` status and seconds of each answer; ends where there is none. */
export const timeAnswers = ({ address, port }: Endpoint, { path, hostName, timeoutSeconds }: HttpCheck, calls: number): Command => ({
  script: `
asked=()
for call in $(seq "$1"); do asked+=(--output /dev/null "$4"); done
{ error=$(curl --disable --silent --show-error --fail-early --globoff --path-as-is --noproxy '*' --user-agent selfhelp-deploy --header "Host: $2" --max-time "$3" \\
  --write-out '%{http_code} %{time_pretransfer} %{time_total}\\n' "\${asked[@]}" 2>&1 >&3) || true; } 3>&1
printf '%s\\n' "$error"`,
  with: [`${calls}`, hostName, `${timeoutSeconds}`, `http://${address}:${port}${path}`],
});

/** What `measure` looks at. */
export interface Places {
  /** Any path of the slots. */
  slots: string;
  /** Folder of the database's data and of the backups; null: not on this host. */
  database: string | null;
  backups: string | null;
}

/** Prints what `parseVitals` reads: memory, load, and space of each place; a folder that is not there yet is on the disk of the nearest one above. */
export const measure = ({ slots, database, backups }: Places): Command => ({
  script: `
awk '/^MemTotal:/ { total = $2 } /^MemAvailable:/ { free = $2 } END { print "memory", total, free }' /proc/meminfo
printf 'load %s %s\\n' "$(cut -d ' ' -f 1 /proc/loadavg)" "$(nproc)"
for entry in "$@"; do
  path=\${entry#*:}
  [ -n "$path" ] || continue
  while ! [ -e "$path" ]; do path=$(dirname -- "$path"); done
  printf 'disk %s %s\\n' "\${entry%%:*}" "$(df --block-size=1 --output=size,avail,pcent,ipcent -- "$path" | tail -n 1)"
done`,
  with: [`slots:${slots}`, `database:${database ?? ""}`, `backups:${backups ?? ""}`],
});

/** Lines that say of themselves that they are errors, in nginx's, Monolog's and php-fpm's words. */
const errorLine = String.raw`\[(error|crit|alert|emerg)\]|\.(ERROR|CRITICAL|ALERT|EMERGENCY):|"level_name":"(ERROR|CRITICAL|ALERT|EMERGENCY)"`;

/**
 * Prints what `parseLogs` reads: this host's clock and zone, when the link was switched, and then the candidates for errors since: of each log that was written
 * since, of its last 16 MiB the last 500 lines that look like one, and php-fpm's own of that time.
 */
export const errorLines = (site: Site, log: string): Command => ({
  script: `${eachLog}
switched=$(stat -c %.3Y -- "$1")
slot=$(readlink -f -- "$1")
now=$(date +%s.%3N)
since=\${switched%.*}
if [ "$since" -lt "$((\${now%.*} - 3600))" ]; then since=$((\${now%.*} - 3600)); fi
printf 'clock %s %s %s\\n' "$now" "$(date +%z)" "$switched"
show() { end_of "$1" | { grep -aE -- "$2" || true; } | tail -n 500 | cut -c 1-1000 | awk -v file="$1" '{ print "log " file ": " $0 }'; }
each_log "$5" "$slot/var/log/" "$since" "$3" || true
each_log root "$2" "$since" "$3" || true
journalctl --unit "$4@\${slot##*-}.service" --since "@$since" --output cat --quiet | { grep -aE 'ERROR|ALERT|PHP (Fatal|Parse) error|exited on signal' || true; } |
  tail -n 500 | cut -c 1-1000 | awk -v unit="$4" '{ print "journal " unit ": " $0 }'`,
  with: [site.current, log, errorLine, `${site.app}-fpm`, site.runtimeUser],
});
