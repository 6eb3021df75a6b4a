import type { Dialect } from "../../database/dialect";
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
  clientUntried: 90,
} as const;

/** Exit codes after which the archive was read well and the schema was begun to be written. */
export const begunCodes: readonly number[] = [restoreRefusals.notRestored, restoreRefusals.rejected];

/**
 * What the schema is.
 * - beside: it doesn't exist, is empty, or holds what an interrupted restore left. It is made and marked, and removed after a failure.
 * - copy: the same, and it is dropped after it was looked at; before, others that begin with `leftovers` and a time, and end alike: they are of runs that
 *   were killed.
 * - live: whoever asks for it marks and empties it when told so, and takes the mark away. After a failure it stays as it is then.
 */
export type Place = { is: "beside" } | { is: "copy"; leftovers: string; ending: string } | { is: "live" };

/** What `restoreArchive` needs apart from its secrets. */
export interface RestoreOrder {
  directory: string;
  id: string;
  /** Of the archive. */
  sha256: string;
  /** Of what is in it. */
  plainSha256: string;
  schema: string;
  /** Whose the server is. */
  server: Dialect["kind"];
  place: Place;
  characterSet: string;
  collation: string;
  /** Whether routines, views, triggers and events act for whom they did; without the right to do so they act for the restoring user. */
  definers: "as they were" | "restoring user";
  /** Whether events that were on are on again in the end. */
  events: "as they were" | "off";
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
 * Reads the whole archive first, without writing anything: only with the right key and when it is what was dumped, it is restored; into a live schema after
 * "empty" was printed and a line "good" came on stdin. Beside that, the table \`${markerTable}\` stands in the schema meanwhile. Then prints what the schema
 * holds ("object JSON", a line each) and "look", and waits for another line: "good" completes it, anything else, and whatever else ends it, undoes it.
 * "undone" or "left" is the last line of one that failed then. Prints "N checked" and "N restored" while it works: bytes of the archive.
 */
export const restoreArchive = (order: RestoreOrder): Command => {
  const { schema, place } = order;
  const [leftovers, ending] = place.is === "copy" ? [place.leftovers, place.ending] : ["", ""];
  return {
    script: restoreScript,
    with: [
      ...[order.directory, order.id, order.sha256, order.plainSha256, place.is],
      ...[schema, identifier(schema), literal(schema), sedReplacement(schema), order.characterSet, order.collation],
      ...[order.definers === "as they were" ? "kept" : "", order.events === "as they were" ? "on" : "", leftovers, ending],
      ...[order.ca, order.dataFolder, `${Math.ceil(order.neededBytes)}`, order.server],
    ],
  };
};

const identifier = (name: string): string => `\`${name.replaceAll("`", "``")}\``;
const literal = (text: string): string => `'${text.replace(/['\\]/g, "$&$&")}'`;
const sedReplacement = (text: string): string => text.replace(/[&/\\]/g, "\\$&");

const restoreScript = `
directory=$1 id=$2 sha256=$3 plain_sha256=$4 place=$5 schema=$6 identifier=$7 literal=$8 pattern=$9
character_set=\${10} collation=\${11} definers=\${12} events_on=\${13} leftovers=\${14} ending=\${15} ca=\${16} data_folder=\${17} needed=\${18} server=\${19}
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
if [ -n "$untried" ]; then echo "client \${untried##*/}"; exit ${restoreRefusals.clientUntried}; fi
cd -- "$directory" 2>/dev/null && [ -f "$id${archiveOf("")}" ] || exit ${restoreRefusals.archiveMissing}
# Nobody's look at another backup keeps a live database from coming back.
if [ "$place" != live ]; then alone .restoring || exit ${restoreRefusals.busy}; fi
free=
if [ -d "$data_folder" ]; then free=$(df --output=avail -B1 -- "$data_folder" | tail -n 1); fi
if [ -n "$free" ] && ((free < needed)); then echo "free $free"; exit ${restoreRefusals.noRoom}; fi

temporary=$(mktemp -d)
begun=
was_there=
sql() { "$client" --defaults-file=<(printf '%s\\n' "$options") "\${tls[@]}" "\${session_words[@]}" --batch --skip-column-names --default-character-set=utf8mb4 "$@"; }
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
agreed() { local answer; echo "$1"; read -r answer || answer=none; [ "$answer" = good ]; }
set_defaults() { sql -e "ALTER DATABASE $identifier CHARACTER SET $character_set COLLATE $collation"; }
make_place() {
  begun=yes
  if [ -n "$was_there" ] && ((is_marked > 0)); then sql -e "DROP DATABASE $identifier" && create
  elif [ -n "$was_there" ]; then set_defaults
  else create; fi &&
    sql --database="$schema" -e "CREATE TABLE ${markerTable} (id int) COMMENT = 'half a restore of $id'"
}

if [ -n "$leftovers" ]; then
  for name in $(sql -e "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH('$leftovers')) = '$leftovers' AND SUBSTRING(schema_name, CHAR_LENGTH('$leftovers') + 1) REGEXP '^[0-9]{8}t[0-9]{6}z$ending\\$'"); do
    sql -e 'DROP DATABASE \`'"$name"'\`' || fail ${restoreRefusals.server} $? "\${client##*/}"
  done
fi
if [ "$place" != live ]; then
  state=$(sql -e "SELECT COUNT(*), (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = $literal AND table_name = '${markerTable}'),
    (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = $literal) + (SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = $literal)
    + (SELECT COUNT(*) FROM information_schema.events WHERE event_schema = $literal) FROM information_schema.schemata WHERE schema_name = $literal") ||
    fail ${restoreRefusals.server} $? "\${client##*/}"
  read -r was_there is_marked objects <<<"$state"
  if ((was_there == 0)); then was_there=; fi
  if ((objects > 0 && is_marked == 0)); then echo "objects $objects"; exit ${restoreRefusals.notEmpty}; fi
fi

exec 6<"$id${archiveOf("")}"
every_second reached checked
code=0
decrypted | sha256 >"$temporary/sum" || code=$?
no_more
if ((code != 0)); then
  read -r found _ < <(sha256 <"$id${archiveOf("")}")
  if [ "$found" = "$sha256" ]; then echo "unreadable as written"; else echo "unreadable changed"; fi
  exit ${restoreRefusals.unreadable}
fi
read -r found _ <"$temporary/sum"
if [ "$found" != "$plain_sha256" ]; then echo "changed $found"; exit ${restoreRefusals.changed}; fi

if [ "$place" = live ]; then
  agreed empty || exit ${restoreRefusals.rejected}
  set_defaults
else make_place; fi || fail ${restoreRefusals.notRestored} $? "\${client##*/}"

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
agreed look || exit ${restoreRefusals.rejected}
if [ -n "$events" ]; then sql --binary-mode --database="$schema" <<<"\${captured%codes *}" || fail ${restoreRefusals.notRestored} $? "\${client##*/}"; fi
case "$place" in
  copy) sql -e "DROP DATABASE $identifier" ;;
  beside) sql --database="$schema" -e 'DROP TABLE ${markerTable}' ;;
esac || fail ${restoreRefusals.notRestored} $? "\${client##*/}"
begun=`;
