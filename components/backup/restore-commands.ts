import type { Command } from "../../host/command";
import { Secret } from "../../host/secret";
import { archiveOf } from "./manifest";
import { markerTable } from "./objects";
import { alone, everySecond, forSchema, objectsOf, programs, sha256, tlsWords } from "./shell";

/** Exit codes of `restoreArchive` that say why nothing was restored; what they are about is printed. */
export const restoreRefusals = {
  packageMissing: 80,
  busy: 81,
  archiveMissing: 82,
  unreadable: 83,
  changed: 84,
  notEmpty: 85,
  noRoom: 86,
  server: 87,
  notRestored: 88,
  rejected: 89,
} as const;

/** Exit codes after which the archive was read well and the schema was begun to be written. */
export const begunCodes: readonly number[] = [restoreRefusals.notRestored, restoreRefusals.rejected];

/** What `restoreArchive` needs apart from its secrets. */
export interface RestoreOrder {
  directory: string;
  id: string;
  /** Of what is in the archive. */
  plainSha256: string;
  /** A schema that doesn't exist, is empty, or holds what an interrupted restore left. */
  schema: string;
  characterSet: string;
  collation: string;
  /** Whether routines, views, triggers and events act for whom they did; without the right to do so they act for the restoring user. */
  definers: "as they were" | "restoring user";
  /** Whether events that were on are on again in the end. */
  events: "as they were" | "off";
  /** goes: the schema is dropped after it was looked at; others that begin with `leftovers` and a time, and end alike, first: they are of runs that were killed. */
  afterwards: { stays: true } | { stays: false; leftovers: string; ending: string };
  /** PEM text of the CA that must have signed the server's certificate; empty: any will do. */
  ca: string;
  /** Folder of the server's data on the database's host; empty when it is elsewhere. */
  dataFolder: string;
  /** Free space that must be there before it begins. */
  neededBytes: number;
}

/** The first lines of `restoreArchive`'s stdin: the client's option file, and the private key that opens the archive. */
export const restoreInput = (options: Secret, identity: Secret): Secret =>
  new Secret([options, identity].map((secret) => `${Buffer.from(secret.reveal()).toString("base64")}\n`).join(""));

/**
 * Reads the whole archive first, without writing anything: only with the right key and when it is what was dumped, it is restored. While it is, the table
 * \`${markerTable}\` stands in the schema. Then prints what the schema holds ("object JSON", a line each) and "look", and waits for a line on stdin: "good"
 * completes it, anything else, and whatever else ends it, undoes it. "undone" or "left" is the last line of one that failed then.
 * Prints "N checked" and "N restored" while it works: bytes of the archive.
 */
export const restoreArchive = (order: RestoreOrder): Command => {
  const { schema, afterwards } = order;
  const [leftovers, ending] = afterwards.stays ? ["", ""] : [afterwards.leftovers, afterwards.ending];
  return {
    script: restoreScript,
    with: [
      ...[order.directory, order.id, order.plainSha256],
      ...[schema, identifier(schema), literal(schema), sedReplacement(schema), order.characterSet, order.collation],
      ...[order.definers === "as they were" ? "kept" : "", order.events === "as they were" ? "on" : "", leftovers, ending],
      ...[order.ca, order.dataFolder, `${Math.ceil(order.neededBytes)}`],
    ],
  };
};

const identifier = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
const literal = (text: string): string => `'${text.replace(/['\\]/g, "$&$&")}'`;
const sedReplacement = (text: string): string => text.replace(/[&/\\]/g, "\\$&");

const restoreScript = `
directory=$1 id=$2 plain_sha256=$3 schema=$4 identifier=$5 literal=$6 pattern=$7 character_set=$8 collation=$9
definers=\${10} events_on=\${11} leftovers=\${12} ending=\${13} ca=\${14} data_folder=\${15} needed=\${16}
umask 077
read -r options
read -r identity
options=$(base64 -d <<<"$options")
identity=$(base64 -d <<<"$identity")
${programs}
${alone}
${tlsWords}
${forSchema}
${everySecond}
${sha256}
${objectsOf}

require zstd age
if [ -n "$missing" ]; then echo "missing$missing"; exit ${restoreRefusals.packageMissing}; fi
cd -- "$directory" 2>/dev/null && [ -f "$id${archiveOf("")}" ] || exit ${restoreRefusals.archiveMissing}
alone .restoring || exit ${restoreRefusals.busy}
free=
if [ -d "$data_folder" ]; then free=$(df --output=avail -B1 -- "$data_folder" | tail -n 1); fi
if [ -n "$free" ] && ((free < needed)); then echo "free $free"; exit ${restoreRefusals.noRoom}; fi

temporary=$(mktemp -d)
begun=
was_there=
sql() { "$client" --defaults-file=<(printf '%s\\n' "$options") "\${tls[@]}" --batch --skip-column-names --default-character-set=utf8mb4 "$@"; }
create() { sql -e "CREATE DATABASE $identifier CHARACTER SET $character_set COLLATE $collation"; }
undo() {
  [ -n "$begun" ] || return 0
  if sql -e "DROP DATABASE IF EXISTS $identifier" && { [ -z "$was_there" ] || create; }; then echo undone; else echo left; fi
}
trap 'trap "" TERM PIPE; undo 2>/dev/null || true; rm -rf -- "$temporary"' EXIT
trap 'exit 143' TERM
trap : PIPE
tls_words "$ca" "$temporary/ca.pem"
reached() { local words; read -r _ words </proc/$$/fdinfo/6; echo "$words $1"; }
decrypted() { age --decrypt --identity <(printf '%s\\n' "$identity") <&6 | zstd -d -q -c; }
fail() { echo "failed $2 $3"; exit "$1"; }

if [ -n "$leftovers" ]; then
  for name in $(sql -e "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH('$leftovers')) = '$leftovers' AND SUBSTRING(schema_name, CHAR_LENGTH('$leftovers') + 1) REGEXP '^[0-9]{8}t[0-9]{6}z$ending\\$'"); do
    sql -e 'DROP DATABASE \`'"$name"'\`' || fail ${restoreRefusals.server} $? "\${client##*/}"
  done
fi
state=$(sql -e "SELECT COUNT(*), (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = $literal AND table_name = '${markerTable}'),
  (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = $literal) + (SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = $literal)
  + (SELECT COUNT(*) FROM information_schema.events WHERE event_schema = $literal) FROM information_schema.schemata WHERE schema_name = $literal") ||
  fail ${restoreRefusals.server} $? "\${client##*/}"
read -r was_there is_marked objects <<<"$state"
if ((was_there == 0)); then was_there=; fi
if ((objects > 0 && is_marked == 0)); then echo "objects $objects"; exit ${restoreRefusals.notEmpty}; fi

exec 6<"$id${archiveOf("")}"
every_second reached checked
code=0
decrypted | sha256 >"$temporary/sum" || code=$?
no_more
if ((code != 0)); then echo "unreadable $code"; exit ${restoreRefusals.unreadable}; fi
read -r found _ <"$temporary/sum"
if [ "$found" != "$plain_sha256" ]; then echo "changed $found"; exit ${restoreRefusals.changed}; fi

begun=yes
if [ -n "$was_there" ] && ((is_marked > 0)); then sql -e "DROP DATABASE $identifier" && create
elif [ -n "$was_there" ]; then sql -e "ALTER DATABASE $identifier CHARACTER SET $character_set COLLATE $collation"
else create; fi &&
  sql --database="$schema" -e "CREATE TABLE ${markerTable} (id int) COMMENT = 'half a restore of $id'" ||
  fail ${restoreRefusals.notRestored} $? "\${client##*/}"

exec 6<"$id${archiveOf("")}" 3>&1
every_second reached restored
events=
if [ -n "$events_on" ]; then events=/dev/fd/5; fi
captured=$({
  decrypted | for_schema "$pattern" "$definers" "$events" | sql --binary-mode --database="$schema"
  echo "codes \${PIPESTATUS[*]}" >&5
} 5>&1 >&3)
no_more
read -r _ archive_code sed_code client_code <<<"\${captured##*$'\\n'}"
if ((client_code != 0)); then fail ${restoreRefusals.notRestored} "$client_code" "\${client##*/}"; fi
if ((archive_code != 0 || sed_code != 0)); then fail ${restoreRefusals.notRestored} "$archive_code" "reading the archive"; fi

objects sql --database="$schema" | sed 's/^/object /'
echo look
read -r verdict || verdict=none
[ "$verdict" = good ] || exit ${restoreRefusals.rejected}
if [ -n "$events" ]; then sql --binary-mode --database="$schema" <<<"\${captured%codes *}" || fail ${restoreRefusals.notRestored} $? "\${client##*/}"; fi
if [ -n "$leftovers" ]; then sql -e "DROP DATABASE $identifier"; else sql --database="$schema" -e 'DROP TABLE ${markerTable}'; fi ||
  fail ${restoreRefusals.notRestored} $? "\${client##*/}"
begun=`;
