import type { Command } from "../../host/command";
import { refusals } from "./commands";
import { archiveOf } from "./manifest";
import { alone, clearRemains } from "./shell";

/** In bytes; one of 10,000 tables has 1 MB. */
const longestManifest = 16 * 1024 * 1024;

/**
 * Prints what the folder holds, for `parseFolder`; files that no backup is named like are left out, and nothing is read through a link or from what is no
 * file. Only reads.
 */
export const listFolder = (directory: string): Command => ({
  script: `
cd -- "$1" 2>/dev/null || exit 0
shopt -s nullglob
archives=([0-9]*Z-*${archiveOf("")})
manifests=([0-9]*Z-*.json)
declare -A files=()
while IFS= read -r -d '' file; do files[$file]=1; done < <(find . -maxdepth 1 -type f -size -${longestManifest}c -name '[0-9]*Z-*.json' -printf '%f\\0')
if ((\${#archives[@]})); then stat -c 'archive %n %s' -- "\${archives[@]}"; fi
for manifest in "\${manifests[@]}"; do
  text=
  if [ -n "\${files[$manifest]-}" ]; then IFS= read -r text <"$manifest" || true; fi
  printf 'manifest %s %s\\n' "$manifest" "$text"
done`,
  with: [directory],
});

/**
 * Removes backups, their ids line by line on stdin, and what killed runs left. The manifest goes first, into a folder of its own with the backup's name, so
 * that what an interruption leaves is known and goes the next time. Prints "removed ID".
 */
export const removeBackups = (directory: string): Command => ({
  script: `
cd -- "$1" 2>/dev/null || exit 0
${alone}
${clearRemains}
alone .lock || exit ${refusals.busy}
clear_remains
while read -r id; do
  [ -e "$id.json" ] || continue
  mkdir -- ".pruned-$id"
  mv -T -- "$id.json" ".pruned-$id/$id.json"
  sync -- .
  rm -f -- "$id${archiveOf("")}"
  rm -rf -- ".pruned-$id"
  echo "removed $id"
done`,
  with: [directory],
});

/** Gives a backup that is still there the manifest on stdin. */
export const replaceManifest = (directory: string, id: string): Command => ({
  script: `
cd -- "$1" 2>/dev/null && id=$2 || exit 0
umask 077
${alone}
alone .lock || exit ${refusals.busy}
[ -e "$id.json" ] || exit 0
mkdir -p -- ".partial-$id"
cat >".partial-$id/manifest"
sync -- ".partial-$id/manifest"
mv -T -- ".partial-$id/manifest" "$id.json"
rmdir -- ".partial-$id"
sync -- .`,
  with: [directory, id],
});
