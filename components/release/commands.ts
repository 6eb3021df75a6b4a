import type { Command } from "../../host/command";
import { fpmUnit, type Site, type Slot } from "../../host/site";
import { fpmSocket } from "../switch/site";
import { byHand, type ReleaseInputs, type ReleaseMarker } from "./contract";
import { gitAlone, repositoryOf } from "./held";
import { makeShared } from "./make-shared";
import { isSharedFile } from "./shared";
import { developmentInstalled, vendorReuse } from "./vendor";

const markerFile = (site: Site, slot: Slot): string => `${site.slot[slot]}/.release.json`;

const buildUnit = (site: Site, slot: Slot, position: number | "*"): string => `${site.app}-build-${slot}-${position}.service`;

/**
 * Waits until a slot's php-fpm answers no request any more: those that users began before they were switched away. Prints "idle", or, after `seconds`,
 * how many still run. What was built after the last switch has never served users: a candidate that hangs is not waited for.
 */
export const awaitIdle = (site: Site, slot: Slot, seconds: number): Command => ({
  script: `
if [ -L "$3" ] && [ -e "$4" ] && [ -n "$(find -P "$4" -maxdepth 0 -newer "$3")" ]; then echo idle; exit; fi
until=$((SECONDS + $2))
while count=$(ss -xH state connected | grep -cF -- " $1 "); [ "$count" -gt 0 ]; do
  if [ "$SECONDS" -ge "$until" ]; then echo "$count"; exit; fi
  sleep 0.1
done
echo idle`,
  with: [fpmSocket(site, slot), `${seconds}`, site.current, markerFile(site, slot)],
});

/** Exit codes by which `fillSlot` refuses, the first two before anything was changed, and the last one `refuseDevelopment`; what is in question is printed. */
export const refusals = { slotIsActive: 80, sharedFileMissing: 81, leadsOutside: 82, developmentInstalled } as const;

/**
 * Puts a held commit's files into a slot that users are not served from, the shared paths linked. The slot stops counting as complete first;
 * what a dead deployer left running there is ended, and so is php-fpm. A former release is only put aside:
 * ext4 is ten times slower in making files for some seconds after many were removed. What a build that failed left is removed: it may have filled the disk. An environment of this stack comes on stdin.
 * What root writes into a slot that is the runtime user's is made beside it and renamed: a link that is planted there leads root's hand nowhere.
 */
export const fillSlot = (
  site: Site,
  slot: Slot,
  { commit, shared, environment }: Pick<ReleaseInputs, "commit" | "shared" | "environment">,
): Command => ({
  script: `${gitAlone}${vendorReuse}${makeShared}
slot=$(readlink -m -- "$1") current=$(readlink -m -- "$2") repository=$3 commit=$4 user=$5 shared=$6 builds=$7 fpm=$8 environment=$9
shift 9
case "$current/" in "$slot"/*) exit ${refusals.slotIsActive} ;; esac
for entry in "$@"; do
  path=\${entry#*:}
  if [ "$entry" = "file:$path" ] && ! [ -f "$shared/$path" ]; then printf '%s\\n' "$path"; exit ${refusals.sharedFileMissing}; fi
done
systemctl stop "$builds" "$fpm"
choose_vendor
rm -rf --one-file-system -- "$slot.old"
if [ -e "$slot/.release.json" ]; then
  rm -f -- "$slot/.release.json"
  mv -T -- "$slot" "$slot.old"
fi
rm -rf --one-file-system -- "$slot"
mkdir -m 755 -- "$slot"
git -C "$repository" -c tar.umask=0022 archive --format=tar "$commit" | tar -x --no-same-owner -C "$slot"
for entry in "$@"; do
  path=\${entry#*:} parent=$(dirname -- "$slot/\${entry#*:}")
  [ "$(readlink -m -- "$parent")" = "$parent" ] || { printf '%s\\n' "$path"; exit ${refusals.leadsOutside}; }
  if ! [ -e "$shared/$path" ]; then make_shared "$shared" "$path"; fi
  rm -rf --one-file-system -- "$slot/$path"
  mkdir -p -- "$parent"
  ln -s -- "$shared/$path" "$slot/$path"
done
bring_vendor
chown -R --no-dereference -- "$user:" "$slot"
if [ "$environment" = written ]; then
  rm -rf -- "$slot/.env.local"
  (umask 077; cat > "$slot.environment")
  chown -- "root:$user" "$slot.environment"
  chmod 640 -- "$slot.environment"
  mv -fT -- "$slot.environment" "$slot/.env.local"
fi`,
  with: [
    site.slot[slot],
    site.current,
    repositoryOf(site),
    commit,
    site.runtimeUser,
    site.shared,
    buildUnit(site, slot, "*"),
    fpmUnit(site.app, slot),
    environment === byHand ? byHand : "written",
    ...shared.map((path) => `${isSharedFile(path) ? "file" : "folder"}:${path}`),
  ],
});

/** How a build command is run. */
export interface BuildStep {
  /** A line for bash. */
  line: string;
  /** 1 for the first. */
  position: number;
  timeoutSeconds: number;
}

/**
 * Runs one build command in its slot as the runtime user, as a systemd unit of its own: so that all its processes end with it, whatever ends it
 * (a lost connection, too: what is printed then must not end the script before its clean-up).
 * systemd would replace `$` in the line itself; `$$` is what it turns into one.
 */
export const build = (site: Site, slot: Slot, { line, position, timeoutSeconds }: BuildStep): Command => ({
  script: `
unit=$1
trap 'systemctl stop "$unit" 2>/dev/null || true' EXIT
trap 'exit 143' TERM
trap : PIPE
systemd-run --quiet --pipe --wait --collect --unit="$unit" "\${@:2}"
trap - EXIT`,
  with: [
    buildUnit(site, slot, position),
    `--uid=${site.runtimeUser}`,
    `--working-directory=${site.slot[slot]}`,
    `--property=CacheDirectory=${site.app}-build`,
    `--property=RuntimeMaxSec=${timeoutSeconds}`,
    "--property=TimeoutStopSec=3",
    "--property=IgnoreSIGPIPE=no",
    "--property=UMask=0022",
    `--setenv=HOME=/var/cache/${site.app}-build`,
    "--setenv=LANG=C.UTF-8",
    "--setenv=APP_ENV=prod",
    "--setenv=APP_DEBUG=0",
    "--",
    "/bin/bash",
    "-eo",
    "pipefail",
    "-c",
    line.replaceAll("$", "$$$$"),
  ],
});

/**
 * Starts a slot's php-fpm on what the slot holds now (it returns when its socket answers), and shows the slot on 127.0.0.1:8080.
 * Where the slot is as it was and has served users, a php-fpm that runs is left running: it may still be answering some who were switched away a moment ago.
 * One that never did begins anew: what its checks failed for may have been corrected in its settings.
 * Starts before this one don't count against systemd's limit of 5 in 10 s. One that fails shows what the service said.
 */
export const presentCandidate = (site: Site, slot: Slot, slotIs: "filled" | "as it was"): Command => ({
  script: `
verb=$4
if [ ! -L "$5" ] || [ -n "$(find -P "$6" -maxdepth 0 -newer "$5" 2>/dev/null)" ]; then verb=restart; fi
systemctl reset-failed "$1"
if ! systemctl "$verb" "$1"; then
  journalctl --unit "$1" --lines 8 --output cat --quiet | cut -c 1-300 >&2
  exit 1
fi
rm -f -- "$3.next"
ln -s -- "$2" "$3.next"
mv -T -- "$3.next" "$3"`,
  with: [
    ...[fpmUnit(site.app, slot), site.slot[slot], site.candidate, slotIs === "filled" ? "restart" : "start"],
    ...[site.current, markerFile(site, slot)],
  ],
});

/** The last step: from now on the slot counts as complete. */
export const markComplete = (site: Site, slot: Slot, marker: ReleaseMarker): Command => ({
  script: `
umask 022
slot=$(readlink -m -- "$1")
rm -f -- "$slot.marker"
printf '%s\\n' "$2" > "$slot.marker"
sync -f -- "$slot"
mv -fT -- "$slot.marker" "$slot/.release.json"`,
  with: [site.slot[slot], JSON.stringify(marker)],
});

/** Removes in the background what a slot held before. */
export const discardFormer = (site: Site, slot: Slot): Command => ({
  script: `
systemd-run --quiet --no-block --collect --property=Nice=19 --property=IOSchedulingClass=idle \\
  rm -rf --one-file-system -- "$(readlink -m -- "$1").old"`,
  with: [site.slot[slot]],
});
