import type { Command } from "../../host/command";
import { fpmUnit, type Site, slots } from "../../host/site";
import { fpmSocket } from "../switch/site";

/** Prints what the maintenance file says, or "closed" when there is none. */
export const readWindow = (site: Site): Command => ({
  script: `if [ -e "$1" ]; then head -c 4096 -- "$1"; else echo closed; fi`,
  with: [site.maintenanceFile],
});

/** From here on users are answered 503. A window that is open stays as it is. */
export const openWindow = (site: Site, says: string): Command => ({
  script: `
if [ -e "$1" ]; then exit 0; fi
umask 022
printf '%s\\n' "$2" > "$1.new"
mv -T -- "$1.new" "$1"`,
  with: [site.maintenanceFile, says],
});

/** Users are served again. */
export const closeWindow = (site: Site): Command => ({ run: ["rm", "-f", "--", site.maintenanceFile] });

/**
 * Waits until php-fpm answers no request any more, which it took before the window was opened. Prints "drained"; after `seconds`, the php-fpm that
 * is still busy is restarted, which ends them, and "ended COUNT" is printed.
 */
export const drain = (site: Site, seconds: number): Command => ({
  script: `
limit=$1
shift
busy() { ss -xH state connected | grep -cF -- " $1 " || true; }
ended=0
until=$((SECONDS + limit))
while [ $# -gt 0 ]; do
  while count=$(busy "$1"); [ "$count" -gt 0 ] && [ $SECONDS -lt $until ]; do sleep 0.1; done
  if [ "$count" -gt 0 ]; then
    ended=$((ended + count))
    systemctl restart -- "$2"
  fi
  shift 2
done
if [ "$ended" -gt 0 ]; then echo "ended $ended"; else echo drained; fi`,
  with: [`${seconds}`, ...slots.flatMap((slot) => [fpmSocket(site, slot), fpmUnit(site.app, slot)])],
});
