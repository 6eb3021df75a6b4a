import type { Command, Script } from "../../host/command";
import { fpmUnit, type Site, type Slot } from "../../host/site";
import { nginxErrorLog } from "./site";
import { eachLog } from "./logs";

/**
 * Prints what `parseServing` reads: where `current` points and since when, each slot's marker and the sha256 of its .env.local, the maintenance file,
 * and where users were before a switch that has not been proven.
 * Contents are base64, so that no name and no marker can look like another line; a marker that is no plain file is not looked at.
 */
export const readServing = (site: Site): Script => ({
  script: `
if [ -L "$1" ]; then
  printf 'current link %s %s\\n' "$(stat -c %Y -- "$1")" "$( (readlink -nm -- "$1" || readlink -n -- "$1") | base64 --wrap=0)"
elif [ -e "$1" ]; then
  echo 'current occupied'
else
  echo 'current absent'
fi
for name in blue green; do
  slot="$2"
  shift
  marker="$slot/.release.json"
  content=- environment=-
  if [ -f "$marker" ] && [ ! -L "$marker" ]; then content="=$(head -c 65536 -- "$marker" | base64 --wrap=0)"; fi
  if [ -f "$slot/.env.local" ]; then environment="$(sha256sum < "$slot/.env.local" | cut -d ' ' -f 1)"; fi
  printf 'slot %s %s %s %s\\n' "$name" "$(readlink -nm -- "$slot" | base64 --wrap=0)" "$content" "$environment"
done
if [ -e "$2" ]; then echo 'maintenance yes'; else echo 'maintenance no'; fi
if [ -f "$3" ]; then printf 'switching =%s\\n' "$(head -c 4096 -- "$3" | base64 --wrap=0)"; else echo 'switching no'; fi`,
  with: [site.current, site.slot.blue, site.slot.green, site.maintenanceFile, switchingFile(site)],
});

/** There from before a switch until it is proven or taken back; holds where users were before, and nothing where they were served nothing. */
const switchingFile = (site: Site): string => `${site.state}/switching`;

/** Leaves a mark that users are being switched, for a deployer that dies meanwhile. @param from where they are; null: nowhere */
export const markSwitching = (site: Site, from: string | null): Script => ({
  script: `
printf '%s' "$2" > "$1.next"
sync -- "$1.next"
mv -T -- "$1.next" "$1"
sync -- "$(dirname -- "$1")"`,
  with: [switchingFile(site), from ?? ""],
});

/** Nothing was renamed: takes away what was made for it. */
export const forgetSwitch = (site: Site): Command => ({
  run: ["rm", "-f", "--", `${site.current}.next`, switchingFile(site), `${switchingFile(site)}.next`],
});

/** What users are on is proven. */
export const unmarkSwitching = (site: Site): Command => ({ run: ["rm", "-f", "--", switchingFile(site)] });

/** Switches users by one rename: they see the old or the new, never neither. Prints the host's clock before, as `logsSince` takes it. */
export const pointCurrentAt = (site: Site, target: string): Command => {
  const next = `${site.current}.next`;
  return {
    all: [
      { run: ["date", "+%s"] },
      { run: ["rm", "-f", "--", next] },
      { run: ["ln", "-s", "--", target, next] },
      { run: ["mv", "-T", "--", next, site.current] },
    ],
  };
};

/** As it was before the first switch. */
export const removeCurrent = (site: Site): Command => ({ run: ["rm", "-f", "--", site.current] });

/** Prints "active" or what else the slot's php-fpm is; exits with 0 or 3. */
export const fpmState = (app: string, slot: Slot): Command => ({ run: ["systemctl", "is-active", fpmUnit(app, slot)] });

/** Exits with 1, and says on stderr what is wrong, where nginx would not start with the configuration that it would be started with. */
export const checkNginx: Command = { run: ["nginx", "-q", "-t"] };

/** Prints the last lines that a slot logged since a time: the application's, nginx's, php-fpm's; at most ten of each, each cut at 300 characters. */
export const logsSince = (site: Site, slot: Slot, since: string): Command => ({
  script: `${eachLog}
show() { printf '%s:\\n' "$1"; end_of "$1" | tail -n 10 | cut -c 1-300; }
each_log "$5" "$1/var/log/" "$4" || true
each_log root "$2" "$4" || true
lines="$(journalctl --unit "$3" --since "@$4" --lines 10 --output cat --quiet | cut -c 1-300)"
if [ -n "$lines" ]; then printf '%s:\\n%s\\n' "$3" "$lines"; fi`,
  with: [site.slot[slot], nginxErrorLog(site), fpmUnit(site.app, slot), since, site.runtimeUser],
});
