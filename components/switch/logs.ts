/**
 * `each_log USER PATH SINCE WORD…`: calls `show LOG WORD…`, a function of the script, for each log at PATH, or in that folder, that was written since, as USER.
 * The application's own are read as whose they are: it could have put a link there to what root alone may read.
 * `show` takes of a log what `end_of LOG` gives, its last 16 MiB: who reads lines has each in memory as a whole, and a file with holes can have one of any length.
 */
export const eachLog = `
end_of() { tail -c 16777216 -- "$1"; }
each_log() {
  runuser -u "$1" -- bash -c "$(declare -f show end_of)"'
    find "$1" -maxdepth 1 -type f -name "*.log" -newermt "@$2" -print0 2>/dev/null | sort -z | while IFS= read -r -d "" log; do show "$log" "\${@:3}"; done
  ' each_log "\${@:2}"
}`;
