import type { Script } from "../../host/command";
import type { Site } from "../../host/site";
import { pathsOf, serviceOf, timerOf } from "./files";

/** Prints what `parseLive` reads: each file's sha256, mode and owner, the units, and what the script said of its last look. */
export const readMonitor = (site: Site): Script => {
  const { settings, program, service, timer, state } = pathsOf(site);
  return {
    script: `
timer="$1" service="$2" state="$3"
shift 3
for path in "$@"; do
  if [ -f "$path" ] && [ ! -L "$path" ]; then
    printf 'file %s %s %s\\n' "$(sha256sum < "$path" | cut -d ' ' -f 1)" "$(stat -c '%a %U:%G' -- "$path")" "$path"
  elif [ -e "$path" ] || [ -L "$path" ]; then
    printf 'other %s\\n' "$path"
  fi
done
printf 'now %s\\n' "$(date +%s)"
systemctl show --property=UnitFileState,ActiveState -- "$timer" | sed 's/^/timer /'
# While it looks, systemd says "success".
for attempt in $(seq 20); do
  [ "$(systemctl show --value --property=ActiveState -- "$service")" = activating ] || break
  sleep 0.1
done
systemctl show --property=Result -- "$service" | sed 's/^/service /'
if [ -f "$state/status.json" ]; then printf 'status %s\\n' "$(head -c 65536 -- "$state/status.json" | base64 --wrap=0)"; fi
echo end`,
    with: [timerOf(site), serviceOf(site), state, program, settings, service, timer],
  };
};

/** The folders that its files are in. */
export const makeFolders = (site: Site): Script => {
  const { settings, program, state } = pathsOf(site);
  return {
    script: `
for path in "$@"; do [ -d "$(dirname -- "$path")" ] || install -d -m 755 -- "$(dirname -- "$path")"; done
install -d -m 700 -- "$(dirname -- "$1")"`,
    with: [`${state}/state.json`, settings, program],
  };
};

/** Looks once, at once, and from then on as often as the timer says; exits with 3, and the last lines of the journal, where that look failed. */
export const start = (site: Site): Script => ({
  script: `
systemctl daemon-reload
systemctl enable --quiet -- "$1"
since="$(date +%s)"
if ! systemctl start -- "$2"; then
  journalctl --unit "$2" --since "@$since" --lines 10 --output cat --quiet
  exit 3
fi
systemctl restart -- "$1"`,
  with: [timerOf(site), serviceOf(site)],
});

/**
 * Looks now, and so tells at once what waits; exits with 3 where nothing is monitored, with 4 where that took longer than somebody should wait: it goes on
 * by itself. A look that is at work already may have missed what happened last.
 */
export const lookNow = (site: Site, longestSeconds: number): Script => ({
  script: `
systemctl is-active --quiet -- "$1" || exit 3
end=$((SECONDS + $3))
look() {
  local left=$((end - SECONDS)) code=0
  [ "$left" -gt 0 ] || { systemctl start --no-block -- "$1"; exit 4; }
  timeout "$left" systemctl start -- "$1" || code=$?
  [ "$code" != 124 ] || exit 4
}
if [ "$(systemctl show --value --property=ActiveState -- "$2")" = activating ]; then look "$2"; fi
look "$2"`,
  with: [timerOf(site), serviceOf(site), `${longestSeconds}`],
});

/** Nothing of it is left on the host. */
export const removeMonitor = (site: Site): Script => {
  const { settings, program, service, timer, state } = pathsOf(site);
  return {
    script: `
timer="$1" service="$2" state="$3"
shift 3
systemctl disable --quiet --now -- "$timer" 2>/dev/null || systemctl stop -- "$timer" 2>/dev/null || true
systemctl stop -- "$service" 2>/dev/null || true
metrics="$(php -r '$file = (json_decode((string) @file_get_contents($argv[1]), true) ?: [])["metrics"] ?? ""; echo $file;' -- "$state/status.json" || true)"
if [ -n "$metrics" ]; then rm -f -- "$metrics"; fi
rm -rf -- "$state"
rm -f -- "$@"
systemctl daemon-reload`,
    with: [timerOf(site), serviceOf(site), state, settings, program, service, timer],
  };
};
