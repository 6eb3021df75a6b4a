import type { Command } from "../../host/command";
import { Secret } from "../../host/secret";
import { archiveOf } from "../backup/manifest";
import { everySecond, programs, sha256 as sha256Sum, tlsWords } from "../backup/shell";

/** Exit codes of the commands below that say why. */
export const refusals = {
  noArchive: 80,
  otherArchive: 81,
  stageFailed: 83,
  otherContent: 84,
} as const;

/** What a restore needs apart from its secrets. */
export interface RestoreOrder {
  directory: string;
  id: string;
  /** Of the archive, as its manifest says. */
  sha256: string;
  /** Of the dump in it. */
  plainSha256: string;
  schema: string;
  /** PEM text of the CA that must have signed the server's certificate; empty: any will do. */
  ca: string;
  /** Whether objects keep the accounts that they act for; else they act for who restores. */
  keepsDefiners: boolean;
}

/** The stdin of both commands: the private key, and the client's option file, a line each. */
export const restoreInput = (identity: Secret, options: Secret): Secret =>
  new Secret([identity, options].map((secret) => `${Buffer.from(secret.reveal()).toString("base64")}\n`).join(""));

/** Reads the whole archive, opens it with the key and compares both sums, so that nothing is given up for what can't be restored. */
export const checkArchive = (order: RestoreOrder): Command => ({
  script: `${common}
read -r sum _ < <(sha256 <"$archive")
if [ "$sum" != "$sha256" ]; then exit ${refusals.otherArchive}; fi
opened | cat >/dev/null
ended`,
  with: wordsOf(order),
});

/** The same, into the schema, which must be empty. Prints "BYTES of BYTES read" while it works, and "definers COUNT" where those were left out. */
export const restoreArchive = (order: RestoreOrder): Command => ({
  script: `${common}\nopened | for_schema | "$client" --defaults-file=<(printf '%s\\n' "$options") "\${tls[@]}" --binary-mode --default-character-set=utf8mb4 "$schema"\nended`,
  with: wordsOf(order),
});

const wordsOf = ({ directory, id, sha256, plainSha256, schema, ca, keepsDefiners }: RestoreOrder): string[] => [
  ...[`${directory}/${archiveOf(id)}`, sha256, plainSha256, schema, ca, keepsDefiners ? "keep" : "drop"],
];

/** The dump goes through sha256sum and the consumer at once; `ended` looks at what each stage said. */
const common = `
archive=$1 sha256=$2 plain_sha256=$3 schema=$4 ca=$5 definers=$6
umask 077
read -r identity
read -r options
identity=$(base64 -d <<<"$identity")
options=$(base64 -d <<<"$options")
[ -f "$archive" ] || exit ${refusals.noArchive}
${programs}
require age zstd
if [ -n "$missing" ]; then echo "failed 127$missing"; exit ${refusals.stageFailed}; fi
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 143' TERM
${tlsWords}
${everySecond}
${sha256Sum}
tls_words "$ca" "$work/ca.pem"
for_schema() {
  if [ "$definers" = keep ]; then exec cat; fi
  tee --output-error=exit >(LC_ALL=C grep -cE '^(CREATE |/\\*!50013 |/\\*!50[0-9]{3} CREATE\\*/ /\\*!50[0-9]{3} )DEFINER=' >"$work/definers") | LC_ALL=C sed -E -e 's%^(/\\*!50003 CREATE\\*/|/\\*!50106 CREATE\\*/) /\\*!50[0-9]{3} DEFINER=\`[^\`]*\`(@\`[^\`]*\`)?\\*/ %\\1 %' \\
    -e 's%^(CREATE |/\\*!50013 )DEFINER=\`[^\`]*\`(@\`[^\`]*\`)? %\\1%'
}
size=$(stat -c %s -- "$archive")
# Where the reader of the archive is, from the kernel: nothing passes through one more program for it.
position() {
  local fd
  for fd in /proc/[0-9]*/fd/0; do
    if [ "$(readlink -- "$fd")" = "$archive" ]; then sed -n "s/^pos:[[:space:]]*\\([0-9]*\\)$/\\1 of $size read/p" "\${fd%/fd/0}/fdinfo/0"; fi
  done
}
every_second position
opened() {
  local codes
  age --decrypt --identity <(printf '%s\\n' "$identity") <"$archive" 2>"$work/age" | zstd -d -q -c | tee --output-error=exit >(sha256 >"$work/plain")
  codes=("\${PIPESTATUS[@]}")
  echo "\${codes[@]}" >"$work/codes"
}
ended() {
  local last=$? inner
  no_more
  for count in {1..100}; do if [ -s "$work/plain" ]; then break; fi; sleep 0.05; done
  read -r -a inner <"$work/codes" || inner=(1)
  if ((last != 0)); then echo "failed $last \${client##*/}"; exit ${refusals.stageFailed}; fi
  if ((inner[0] != 0)); then echo "failed \${inner[0]} age"; head -c 1000 -- "$work/age" >&2; exit ${refusals.stageFailed}; fi
  if ((inner[1] != 0)); then echo "failed \${inner[1]} zstd"; exit ${refusals.stageFailed}; fi
  read -r sum _ <"$work/plain"
  if [ "$sum" != "$plain_sha256" ]; then exit ${refusals.otherContent}; fi
  if [ "$definers" = drop ]; then echo "definers $(cat -- "$work/definers" 2>/dev/null)"; fi
  exit 0
}
set +e`;
