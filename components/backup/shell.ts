import { quote } from "../../host/command";
import { archiveOf } from "./manifest";
import { selectCounts, selectObjectsAsJson } from "./objects";

/** Bash functions that the scripts of `commands.ts`, `restore-commands.ts` and `folder-commands.ts` have in common. */

/** What is said to the database's programs, by whose they are; MariaDB's bear MySQL's names as well. */
const clients = [
  { owner: "mariadb", versionsLike: "*MariaDB*MariaDB*", dumpWords: "", verifiesServer: "--ssl-verify-server-cert" },
  // Masking policies (9.7) are the server's, and only its administrators may read them.
  {
    owner: "mysql",
    versionsLike: "*",
    dumpWords: "--set-gtid-purged=OFF --loose-skip-masking-policies",
    verifiesServer: "--ssl-mode=VERIFY_IDENTITY",
  },
];

/** A restore takes what is in a dump as it is, as large as it is; a server that doesn't know these settings doesn't see them. */
const asItWas =
  " /*M!100104 , SESSION innodb_strict_mode = 0, SESSION max_statement_time = 0 */ /*M!100201 , SESSION check_constraint_checks = 0 */";

/**
 * `require PROGRAM…` says in `missing` what isn't installed; `dump` and `client` are the database's programs, `client_of` whose they are ("mariadb", "mysql"),
 * `dump_words`, `session_words` and `verifies_server` what is said to these. MySQL's are not for MariaDB's servers, which `untried` says, with their version.
 */
export const programs = `
missing= untried= dump= client= client_of= dump_words=() verifies_server=
session_words=("--init-command=SET @restores = 1${asItWas}")
require() {
  local program
  for program in "$@"; do type -P "$program" >/dev/null || missing+=" $program"; done
  dump=$(type -P mariadb-dump || type -P mysqldump) || missing+=" mariadb-client"
  client=$(type -P mariadb || type -P mysql) || [ -n "$missing" ] || missing+=" mariadb-client"
  [ -z "$missing" ] || return 0
  case "$("$dump" --version) $("$client" --version)" in
${clients.map(({ owner, versionsLike, dumpWords, verifiesServer }) => `    ${versionsLike}) client_of=${owner} dump_words=(${dumpWords}) verifies_server=${verifiesServer} ;;`).join("\n")}
  esac
  if [ "$client_of $server" = "mysql mariadb" ]; then untried=$("$dump" --version); fi
}`;

/**
 * `alone FILE` takes the lock of that file for the rest of the script, or says who has it. Whoever waits for it is told the process group that has it.
 * Every process that is started keeps it, too. A link or a pipe in its place is taken away.
 */
export const alone = `
alone() {
  if [ -L "$1" ] || { [ -e "$1" ] && [ ! -f "$1" ]; }; then rm -f -- "$1"; fi
  exec 9>>"$1"
  if ! flock -n 9; then printf 'busy %s\\n' "$(cat -- "$1")"; return 1; fi
  local group
  read -r _ _ _ _ group _ </proc/$$/stat
  printf '%s %s\\n' "$group" "$(date -u +%FT%TZ)" >"$1"
}`;

/** \`tls_words CA FILE\`: the client's words for a server whose certificate that CA (PEM text, kept in FILE) must have signed; none without a CA. */
export const tlsWords = `
tls_words() {
  tls=()
  [ -n "$1" ] || return 0
  printf '%s\\n' "$1" >"$2"
  tls=("$verifies_server" "--ssl-ca=$2")
}`;

/**
 * \`for_schema NAME [DEFINERS] [EVENTS]\`, NAME as the right side of sed's \`s\`: a dump names its own schema in one kind of statement, needs rights to act for
 * others (DEFINER; "kept" keeps them), and would start its events: these are off, and with EVENTS also written to that file as they were.
 */
export const forSchema = `
for_schema() {
  local expressions=(-e 's/^ALTER DATABASE \`[^\`]*\` CHARACTER SET/ALTER DATABASE \`'"$1"'\` CHARACTER SET/')
  if [ "\${2-}" != kept ]; then
    local name='(\`[^\`]*\`|"[^"]*")' # the latter where a routine was made with ANSI_QUOTES
    local account="$name(@$name)?"
    expressions+=(-e 's%^(/\\*!50003 CREATE\\*/|/\\*!50106 CREATE\\*/) /\\*!50[0-9]{3} DEFINER='"$account"'\\*/ %\\1 %'
      -e 's%^(CREATE |/\\*!50013 )DEFINER='"$account"' %\\1%')
  fi
  if [ -n "\${3-}" ]; then expressions+=(-e '\\%^/\\*!50106 SET @save_time_zone= @@TIME_ZONE \\*/ ;$%,\\%^/\\*!50106 SET TIME_ZONE= @save_time_zone \\*/ ;$%w '"$3"); fi
  LC_ALL=C sed -E "\${expressions[@]}" -e '\\%^/\\*!50106 CREATE\\*/%s/ ON COMPLETION (NOT )?PRESERVE ENABLE / ON COMPLETION \\1PRESERVE DISABLE /'
}`;

/**
 * `count_and_copy FD FILE` hands its input on to stdout and to FD alike; then the number of bytes and, where the dump
 * tells it, the binary log's position are FILE's first line, and the dump's end the rest of it. In
 * large blocks out of a dump's small ones, through large pipes: dd, tee and tail for the same take a sixth of the dump's own time.
 */
export const countAndCopy = String.raw`
count_and_copy() {
  perl -e '
    my ($copy_fd, $path) = @ARGV;
    open(my $copy, ">&=", $copy_fd) or die "opening $copy_fd: $!";
    fcntl($_, 1031, 1 << 20) for *STDIN, *STDOUT, $copy; # F_SETPIPE_SZ; where it is refused, this is only slower
    my ($total, $end, $ended, $position) = (0, "", 0, "");
    until ($ended) {
      my ($block, $length) = ("", 0);
      until ($ended || $length == 1 << 18) {
        my $read = sysread(STDIN, $block, (1 << 18) - $length, $length) // die "reading: $!";
        $length += $read;
        $ended = $read == 0;
      }
      for my $to (*STDOUT, $copy) {
        for (my $written = 0; $written < $length;) { $written += syswrite($to, $block, $length - $written, $written) // die "writing: $!" }
      }
      if ($total == 0 && $block =~ /^-- CHANGE MASTER TO MASTER_LOG_FILE=.([\w.-]+)., MASTER_LOG_POS=(\d+);$/m) { $position = " $1:$2" }
      $total += $length;
      $end = substr($end . substr($block, $length > 100 ? -100 : 0), -100);
    }
    open(my $file, ">", $path) or die "$path: $!";
    print($file "$total$position\n$end") && close($file) or die "$path: $!";
  ' "$@"
}`;

/** The SHA-256 of its input, as the first word. Where the processor can do it, openssl is five times as fast as sha256sum. */
export const sha256 = `
sha256() { if type -P openssl >/dev/null; then exec openssl dgst -sha256 -r; else exec sha256sum; fi; }`;

/** \`every_second COMMAND…\` until \`no_more\`; its end is seen when this script is gone. */
export const everySecond = `
every_second() {
  while kill -0 $$ && ! read -r -t 1 -u 8; do "$@"; done 8<> <(:) 2>/dev/null &
  ticker=$!
}
# Told to end just as it begins, it would run this script's EXIT trap: it would take away what is being made.
no_more() {
  disown "$ticker" 2>/dev/null || true # or its end is reported
  kill -KILL "$ticker" 2>/dev/null || true
}`;

/** \`objects SQL…\`: what a schema holds as JSON, one object a line; SQL is the client with its words. Tables are counted row by row. */
export const objectsOf = `
objects() {
  local session="SET sql_mode = '';" counts
  counts=$(printf '%s\\n' "$session" ${quote(selectCounts)} | "$@" --raw) || return
  "$@" --raw <<<"$session$counts" || return
  "$@" --raw <<<"$session"${quote(selectObjectsAsJson)}
}`;

/** What killed runs left in the current folder: half a backup, and what a pruning had begun to remove. The folder's lock must be held. */
export const clearRemains = `
clear_remains() {
  local left id
  for left in .partial-[0-9]* .pruned-[0-9]*; do
    [ -d "$left" ] || continue
    id=\${left#.*-}
    if [ ! -e "$id.json" ]; then rm -rf -- "$id${archiveOf("")}"; fi
    rm -rf -- "$left"
  done
}`;
