import type { Command } from "../../host/command";
import { Secret } from "../../host/secret";
import { archiveOf, type Intended } from "./manifest";

/** Exit codes of `makeBackup` that say why there is no backup; what they are about is printed. */
export const refusals = { packageMissing: 80, busy: 81, diskFull: 82, stageFailed: 83, cutShort: 84 } as const;

/** What `makeBackup` needs apart from its secrets. */
export interface BackupOrder {
  directory: string;
  id: string;
  recipient: string;
  schema: string;
  /** Free space that must be there before it begins. */
  neededBytes: number;
  /** PEM text of the CA that must have signed the server's certificate, which must bear the server's name; empty: any will do. */
  ca: string;
}

/** Prints the newest manifest whose archive is there in its full length; nothing when there is none. */
export const newestManifest = (directory: string): Command => ({
  script: `
cd -- "$1" 2>/dev/null || exit 0
shopt -s nullglob
manifests=([0-9]*Z-*.json)
for ((index = \${#manifests[@]} - 1; index >= 0; index--)); do
  manifest=\${manifests[index]}
  size=$(stat -c %s -- "\${manifest%.json}${archiveOf("")}" 2>/dev/null) || continue
  if grep -q "\\"bytes\\":$size[,}]" -- "$manifest"; then cat -- "$manifest"; exit; fi
done`,
  with: [directory],
});

/** The stdin of `makeBackup`: what the manifest says of the backup already, in one line, and the client's option file. */
export const backupInput = (intended: Intended, options: Secret): Secret => new Secret(`${JSON.stringify(intended)}\n${options.reveal()}`);

/**
 * Dumps, compresses, encrypts and seals one backup; prints its manifest. Until then everything is in one folder, which goes with the run, or with the next one
 * when this one was killed. It counts only when every stage ended well and the dump said itself that it is complete; the manifest comes last.
 * Prints "BYTES encrypted" while it works.
 */
export const makeBackup = (order: BackupOrder): Command => ({
  script: dumpScript,
  with: [order.directory, order.id, order.recipient, order.schema, `${Math.ceil(order.neededBytes)}`, order.ca],
});

const dumpScript = `
directory=$1 id=$2 recipient=$3 schema=$4 needed=$5 ca=$6
umask 077
IFS= read -r manifest
options=$(cat)

missing=
for program in zstd age; do type -P "$program" >/dev/null || missing+=" $program"; done
dump=$(type -P mariadb-dump || type -P mysqldump) || missing+=" mariadb-client"
if [ -n "$missing" ]; then echo "missing$missing"; exit ${refusals.packageMissing}; fi

mkdir -p -- "$directory"
exec 9>>"$directory/.lock"
if ! flock -n 9; then printf 'busy %s\\n' "$(cat -- "$directory/.lock")"; exit ${refusals.busy}; fi
if [ -e "$directory/$id.json" ]; then echo busy; exit ${refusals.busy}; fi
read -r _ _ _ _ group _ </proc/$$/stat
printf '%s %s\\n' "$group" "$(date -u +%FT%TZ)" >"$directory/.lock"
rm -rf -- "$directory"/.partial-*
free=$(df --output=avail -B1 -- "$directory" | tail -n 1)
if ((free < needed)); then echo "free $free"; exit ${refusals.diskFull}; fi

partial=$directory/.partial-$id
mkdir -- "$partial"
trap 'rm -rf -- "$partial"' EXIT
trap 'exit 143' TERM
trap : PIPE
tls=()
if [ -n "$ca" ]; then
  printf '%s\\n' "$ca" >"$partial/ca.pem"
  case "$("$dump" --version)" in *MariaDB*) tls=(--ssl-verify-server-cert) ;; *) tls=(--ssl-mode=VERIFY_IDENTITY) ;; esac
  tls+=(--ssl-ca="$partial/ca.pem")
fi
while kill -0 $$ && ! read -r -t 1 -u 8; do
  if [ -s "$partial/archive" ]; then echo "$(stat -c %s -- "$partial/archive") encrypted"; fi
done 8<> <(:) 2>/dev/null &
ticker=$!

exec 4> >(exec sha256sum >"$partial/plain.sha256"); plain_sha256=$!
exec 5> >(exec wc -c >"$partial/plain.bytes"); plain_bytes=$!
exec 6> >(exec tail -c 100 >"$partial/plain.end"); plain_end=$!
exec 7> >(exec sha256sum >"$partial/sha256"); sha256=$!
stages=("\${dump##*/}" "taking the sums" zstd age "writing the archive")
set +e
"$dump" --defaults-file=<(printf '%s\\n' "$options") "\${tls[@]}" \\
  --single-transaction --quick --routines --triggers --events --hex-blob --no-tablespaces --default-character-set=utf8mb4 -- "$schema" |
  tee --output-error=exit /dev/fd/4 /dev/fd/5 /dev/fd/6 |
  zstd -q -c |
  age --encrypt --recipient "$recipient" |
  tee --output-error=exit /dev/fd/7 >"$partial/archive"
codes=("\${PIPESTATUS[@]}")
set -e
exec 4>&- 5>&- 6>&- 7>&-
for consumer in "$plain_sha256" "$plain_bytes" "$plain_end" "$sha256"; do wait "$consumer" || codes[1]=$?; done
kill "$ticker" || true
for ((stage = 4; stage >= 0; stage--)); do
  if ((codes[stage] != 0)); then echo "failed \${codes[stage]} \${stages[stage]}"; exit ${refusals.stageFailed}; fi
done
grep -q '^-- Dump completed' "$partial/plain.end" || exit ${refusals.cutShort}

read -r plain_sha256 _ <"$partial/plain.sha256"
read -r sha256 _ <"$partial/sha256"
printf '%s,"bytes":%d,"sha256":"%s","plainBytes":%d,"plainSha256":"%s"}\\n' \\
  "\${manifest%\\}}" "$(stat -c %s -- "$partial/archive")" "$sha256" "$(cat -- "$partial/plain.bytes")" "$plain_sha256" >"$partial/manifest"
sync -- "$partial/archive" "$partial/manifest"
mv -T -- "$partial/archive" "$directory/$id${archiveOf("")}"
mv -T -- "$partial/manifest" "$directory/$id.json"
sync -- "$directory"
cat -- "$directory/$id.json"`;
