import type { Command } from "../../host/command";
import type { Site } from "../../host/site";

/**
 * Prints what `parseServing` reads: where `current` points, each slot's marker, the maintenance file. Contents are base64, so that no name and no
 * marker can look like another line; a marker that is no plain file is not looked at.
 */
export const readServing = (site: Site): Command => ({
  script: `
if [ -L "$1" ]; then
  printf 'current link %s\\n' "$( (readlink -nm -- "$1" || readlink -n -- "$1") | base64 --wrap=0)"
elif [ -e "$1" ]; then
  echo 'current occupied'
else
  echo 'current absent'
fi
for name in blue green; do
  slot="$2"
  shift
  marker="$slot/.release.json"
  content=-
  if [ -f "$marker" ] && [ ! -L "$marker" ]; then content="=$(head -c 4096 -- "$marker" | base64 --wrap=0)"; fi
  printf 'slot %s %s %s\\n' "$name" "$(readlink -nm -- "$slot" | base64 --wrap=0)" "$content"
done
if [ -e "$2" ]; then echo 'maintenance yes'; else echo 'maintenance no'; fi`,
  with: [site.current, site.slot.blue, site.slot.green, site.maintenanceFile],
});
