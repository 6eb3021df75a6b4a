import type { Dialect } from "../../database/dialect";
import type { Command } from "../../host/command";
import { Secret } from "../../host/secret";
import type { SchemaObject } from "./contract";
import { archiveOf, type Intended } from "./manifest";
import { proof } from "./proof";
import { alone, clearRemains, countAndCopy, everySecond, forSchema, objectsOf, programs, sha256, tlsWords } from "./shell";

/** Exit codes of `makeBackup` that say why there is no backup; what they are about is printed. */
export const refusals = {
  packageMissing: 80,
  busy: 81,
  diskFull: 82,
  stageFailed: 83,
  cutShort: 84,
  notRestored: 85,
  differs: 86,
  noRoomForCopy: 87,
  clientUntried: 88,
  clientUnfit: 89,
} as const;

/** What `makeBackup` needs apart from its secrets. */
export interface BackupOrder {
  directory: string;
  id: string;
  recipient: string;
  schema: string;
  /** Whose the server is. */
  server: Dialect["kind"];
  /** Tables with generated columns: MariaDB's client gives these values, which MySQL's server takes from nobody. */
  generated: readonly string[];
  /** Free space that must be there before it begins. */
  neededBytes: number;
  /** PEM text of the CA that must have signed the server's certificate, which must bear the server's name; empty: any will do. */
  ca: string;
  /** Tables and views that the dump is without. */
  leftOut: string[];
  /** Whether it has the rows of the past of tables that keep them; prints "without history" when the client can't tell them. */
  withHistory: boolean;
  /** Whether it tells where the server's binary log is. */
  withPosition: boolean;
  /** Where the archive is restored and compared; undefined: it is not. */
  copy?: CopyOrder;
}

/** A copy of the database, restored from the archive itself. */
export interface CopyOrder {
  /** The copy's own schema; plain letters, digits, "_" and "-". Others of `prefix` and a time are dropped: they are of runs that were killed. */
  schema: string;
  prefix: string;
  characterSet: string;
  collation: string;
  /** Whether it stays for who needs it next. */
  stays: boolean;
  /** As `BackupOrder.ca`, for the server of the copy. */
  ca: string;
  /** Folder of that server's data on the database's host; empty when it is elsewhere. */
  dataFolder: string;
  /** Free space that must be there before it begins. */
  neededBytes: number;
}

/**
 * The stdin of `makeBackup`: what the manifest says of the backup already and what the database holds, a line each, the client's option files for the
 * database and for the copy, and an age private key for this run.
 */
export const backupInput = (
  intended: Intended,
  objects: readonly SchemaObject[],
  options: Secret,
  copyOptions: Secret,
  key: Secret,
): Secret => new Secret(`${[JSON.stringify(intended), JSON.stringify(objects), ...[options, copyOptions, key].map(base64)].join("\n")}\n`);

const base64 = (secret: Secret): string => Buffer.from(secret.reveal()).toString("base64");

/**
 * Dumps, compresses, encrypts and seals one backup; prints its manifest. Until then everything is in one folder, which goes with the run, or with the next one
 * when this one was killed. It counts only when every stage ended well and the dump said itself that it is complete; the manifest comes last.
 *
 * The archive is also encrypted to a key that lives for this run alone. With that one it is decrypted, restored, and the copy dumped: part by part, that must be what the first dump was.
 * Prints "BYTES encrypted" while it works, and "restoring".
 */
export const makeBackup = (order: BackupOrder): Command => ({
  script: dumpScript,
  with: [
    ...[order.directory, order.id, order.recipient, order.schema, `${Math.ceil(order.neededBytes)}`, order.ca],
    ...[
      order.server,
      order.generated.length === 0 ? "" : "generated",
      order.withHistory ? "history" : "",
      order.withPosition ? "position" : "",
    ],
    ...(order.copy === undefined ? ["", "", "", "", "", "", "", ""] : copyWords(order.copy)),
    ...order.leftOut,
  ],
});

const copyWords = ({ schema, prefix, characterSet, collation, stays, ca, dataFolder, neededBytes }: CopyOrder): string[] => [
  ...[schema, prefix, characterSet, collation, stays ? "stays" : "goes", ca, dataFolder, `${Math.ceil(neededBytes)}`],
];

const dumpScript = `
directory=$1 id=$2 recipient=$3 schema=$4 needed=$5 ca=$6 server=$7 generated=$8 history=$9 position=\${10}
shift 10
copy=$1 prefix=$2 character_set=$3 collation=$4 stays=$5 copy_ca=$6 data_folder=$7 copy_needed=$8
shift 8
umask 077
IFS= read -r manifest
IFS= read -r objects
read -r options
read -r copy_options
read -r key
key=$(base64 -d <<<"$key")
options=$(base64 -d <<<"$options")
copy_options=$(base64 -d <<<"$copy_options")
${programs}
${alone}
${tlsWords}
${forSchema}
${everySecond}
${countAndCopy}
${sha256}
${objectsOf}
${clearRemains}
${proof({ notRestored: refusals.notRestored, differs: refusals.differs })}

require zstd age perl
if [ -n "$missing" ]; then echo "missing$missing"; exit ${refusals.packageMissing}; fi
if [ -n "$untried" ]; then echo "client \${untried##*/}"; exit ${refusals.clientUntried}; fi
if [ "$client_of $server $generated" = "mariadb mysql generated" ]; then exit ${refusals.clientUnfit}; fi

mkdir -p -- "$directory"
# What root writes there must not be somebody else's to exchange for a link. Some file systems (NFS, FAT) let root change no owner: there it stays as it is.
if [ -n "$(find -H "$directory" -maxdepth 0 '(' ! -user root -o -perm /022 ')')" ]; then
  { chown -- root: "$directory" && chmod -- go-w "$directory"; } 2>/dev/null || true
fi
alone "$directory/.lock" || exit ${refusals.busy}
if [ -e "$directory/$id.json" ]; then echo busy; exit ${refusals.busy}; fi
(cd -- "$directory" && clear_remains)
free=$(df --output=avail -B1 -- "$directory" | tail -n 1)
if ((free < needed)); then echo "free $free"; exit ${refusals.diskFull}; fi
if [ -d "$data_folder" ]; then
  free=$(df --output=avail -B1 -- "$data_folder" | tail -n 1)
  if ((free < copy_needed)); then echo "free $free"; exit ${refusals.noRoomForCopy}; fi
fi

partial=$directory/.partial-$id
mkdir -- "$partial"
undo() { rm -rf -- "$partial"; }
trap 'trap "" TERM PIPE; undo' EXIT
trap 'exit 143' TERM
trap : PIPE

dump_options=(--single-transaction --quick --order-by-primary --routines --triggers --events --hex-blob --no-tablespaces --default-character-set=utf8mb4 "\${dump_words[@]}")
for name in "$@"; do dump_options+=("--ignore-table=$schema.$name"); done
if [ -n "$history" ]; then
  if [[ $("$dump" --help) == *--dump-history* ]]; then dump_options+=(--dump-history); else echo "without history"; fi
fi
# By the snapshot itself: without a lock, and without a right.
once=()
if [ -n "$position" ]; then once=(--master-data=2); fi
tls_words "$copy_ca" "$partial/copy-ca.pem"
copy_tls=("\${tls[@]}")
tls_words "$ca" "$partial/ca.pem"

# Thousandths of a second since EPOCHREALTIME was what is given, as seconds.
seconds_since() {
  local thousandths=$(((\${EPOCHREALTIME/[.,]/} - \${1/[.,]/}) / 1000))
  printf '%d.%03d' $((thousandths / 1000)) $((thousandths % 1000))
}
tools() {
  local line separator=
  for line in "$("$dump" --version)" "$(zstd --version)" "age $(age --version)"; do
    read -r line < <(tr -cd 'A-Za-z0-9 .,():+_-' <<<"\${line##*/}"; echo)
    printf '%s"%s"' "$separator" "$line"
    separator=,
  done
}
encrypted() { if [ -s "$partial/archive" ]; then echo "$(stat -c %s -- "$partial/archive") encrypted"; fi; }

# Before the pipes: whoever has an end of one, too, keeps its other end waiting.
every_second encrypted
began=$EPOCHREALTIME
recipients=(--recipient "$recipient" --recipient "$(age-keygen -y < <(printf '%s\\n' "$key"))")
exec 4> >(sha256 >"$partial/plain.sha256"); consumers=($!)
exec 5> >(sha256 >"$partial/sha256"); consumers+=($!)
stages=("\${dump##*/}" "counting and checksumming" zstd age "writing the archive")
set +e
# Left to itself it writes blocks of 4 KB, which costs all stages.
stdbuf --output=256K "$dump" --defaults-file=<(printf '%s\\n' "$options") "\${tls[@]}" "\${dump_options[@]}" "\${once[@]}" -- "$schema" |
  count_and_copy 4 "$partial/plain" |
  zstd -q -c |
  age --encrypt "\${recipients[@]}" |
  tee --output-error=exit /dev/fd/5 >"$partial/archive"
codes=("\${PIPESTATUS[@]}")
set -e
exec 4>&- 5>&-
for consumer in "\${consumers[@]}"; do wait "$consumer" || codes[1]=$?; done
no_more
for ((stage = 4; stage >= 0; stage--)); do
  if ((codes[stage] != 0)); then echo "failed \${codes[stage]} \${stages[stage]}"; exit ${refusals.stageFailed}; fi
done
read -r plain_bytes position <"$partial/plain"
grep -q '^-- Dump completed' "$partial/plain" || exit ${refusals.cutShort}
dump_seconds=$(seconds_since "$began") verify_seconds=null

if [ -n "$copy" ]; then prove; fi

read -r plain_sha256 _ <"$partial/plain.sha256"
read -r sha256 _ <"$partial/sha256"
printf -v manifest '%s,"bytes":%d,"sha256":"%s","plainBytes":%d,"plainSha256":"%s","objects":%s,"tools":[%s],"binaryLog":%s,"dumpSeconds":%s,"verifySeconds":%s}' \\
  "\${manifest%\\}}" "$(stat -c %s -- "$partial/archive")" "$sha256" "$plain_bytes" "$plain_sha256" \\
  "$objects" "$(tools)" "$([ -z "$position" ] && echo null || printf '"%s"' "$position")" "$dump_seconds" "$verify_seconds"
read -r checksum _ < <(printf '%s' "$manifest" | sha256)
printf '%s,"checksum":"sha256:%s"}\\n' "\${manifest%\\}}" "$checksum" >"$partial/manifest"
sync -- "$partial/archive" "$partial/manifest"
mv -T -- "$partial/archive" "$directory/$id${archiveOf("")}"
mv -T -- "$partial/manifest" "$directory/$id.json"
sync -- "$directory"
if [ "\${wanted_stay-}" = stays ]; then stays=yes; fi
cat -- "$directory/$id.json"`;
