/** Exit codes of the script that say that an archive is not proven. */
interface Codes {
  notRestored: number;
  differs: number;
}

/**
 * Bash functions for `makeBackup`, which owns all variables. `prove` decrypts the archive that was just made with the run's own key, restores it into the copy, dumps that, and compares part by part;
 * what it found goes into \`objects\`, \`manifest\` and \`verify_seconds\`. The copy goes with the script unless that is told that it stays.
 */
export const proof = ({ notRestored, differs }: Codes): string => `
# "SUM -- Dumping data for table x": one line a part. Comments, which carry the time, don't count, nor empty lines beside them; nor does a column's
# character set beside its collation, which MySQL only tells of tables that were made from a dump.
sums() {
  for_schema any | LC_ALL=C awk '
    function part(title) { close("sha256sum"); sub(/ for database .*/, "", title); print title; fflush() }
    BEGIN { part("-- Settings") }
    /^-- (Table structure|Dumping data|Temporary|Final view|Dumping events|Dumping routines|Sequence)/ { part($0) }
    /^--/ { blank = 0; behind = 1; next }
    /^$/ { blank += !behind; next }
    /^  \`/ { sub(/ CHARACTER SET [a-z0-9]+ COLLATE /, " COLLATE ") }
    { for (; blank > 0; blank--) print "" | "sha256sum"; behind = 0; print | "sha256sum" }' | awk '/^-- / { title = $0; next } { print $1, title }'
}
sql() { "$client" --defaults-file=<(printf '%s\\n' "$copy_options") "\${copy_tls[@]}" "\${session_words[@]}" --batch --skip-column-names --default-character-set=utf8mb4 "$@"; }
drop_copies() {
  local name
  for name in $(sql -e "SELECT schema_name FROM information_schema.schemata WHERE LEFT(schema_name, CHAR_LENGTH('$prefix')) = '$prefix' AND SUBSTRING(schema_name, CHAR_LENGTH('$prefix') + 1) REGEXP '^[0-9]{8}t[0-9]{6}z\$'"); do
    sql -e 'DROP DATABASE \`'"$name"'\`'
  done
}
restore_copy() {
  exec 4> >(sums >"$partial/sums"); consumers=($!)
  exec 5> >(sha256 >"$partial/restored.sha256"); consumers+=($!)
  stages=(age zstd "taking the sums" sed "\${client##*/}")
  set +e
  age --decrypt --identity <(printf '%s\\n' "$key") "$partial/archive" | zstd -d -q -c | tee --output-error=exit /dev/fd/4 /dev/fd/5 | for_schema "$copy" | sql --binary-mode "$copy"
  codes=("\${PIPESTATUS[@]}")
  set -e
  exec 4>&- 5>&-
  for consumer in "\${consumers[@]}"; do wait "$consumer" || codes[2]=$?; done
  cmp -s "$partial/plain.sha256" "$partial/restored.sha256" || codes[0]=\${codes[0]/#0/1}
  for ((stage = 4; stage >= 0; stage--)); do
    if ((codes[stage] != 0)); then echo "failed \${codes[stage]} \${stages[stage]}"; exit ${notRestored}; fi
  done
}
prove() {
  echo restoring
  began=$EPOCHREALTIME
  undo() { [ -n "$stays" ] || drop_copies || true; rm -rf -- "$partial"; }
  wanted_stay=$stays stays=
  drop_copies && sql -e 'CREATE DATABASE \`'"$copy"'\` CHARACTER SET '"$character_set COLLATE $collation" ||
    { echo "failed $? \${client##*/}"; exit ${notRestored}; }
  restore_copy
  "$dump" --defaults-file=<(printf '%s\\n' "$copy_options") "\${copy_tls[@]}" "\${dump_options[@]}" -- "$copy" | sums >"$partial/copy.sums"
  if ! cmp -s "$partial/sums" "$partial/copy.sums"; then
    comm -3 <(sort "$partial/sums") <(sort "$partial/copy.sums") | sed -E 's/^\\s*[0-9a-f]+ -- //' | sort -u | head -n 10
    exit ${differs}
  fi
  objects=$(objects sql "$copy" | paste -s -d , -)
  objects="[$objects]"
  manifest=\${manifest/'"verifiedAt":null'/"\\"verifiedAt\\":\\"$(date -u +%FT%T.%3NZ)\\""}
  verify_seconds=$(seconds_since "$began")
}`;
