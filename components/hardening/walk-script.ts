/**
 * For bash, with what `commands.ts` gives it: finds what is not as wanted below a folder, and hands each, with what is wanted, to `judgeScript`.
 * That once for each verb. One record each, ended by NUL: type, names of the file, mode, owner, wanted mode, wanted owner, path from the folder. A wanted
 * mode "-" keeps the one it has, but for special bits.
 */
export const walkScript = `
cd -P -- "$1" 2>/dev/null || exit 0
if [ -n "\${15}" ] && [ "$(readlink -m -- "\${15}")" != "$PWD" ]; then exit 0; fi
root=$1 verbs=$2 judge=$3 user=$4 folder_mode=$5 file_mode=$6 program_mode=$7 file_group=$8 kind=$9 shared=\${10}
group=$(id -gn -- "$user")
[ "$file_group" = root ] || file_group=$group
shopt -s nullglob dotglob
lines() { [ -z "$2" ] || mapfile -t "$1" <<< "$2"; }
writable=() secrets=() secret_folders=() development=()
lines writable "\${11}"
lines secrets "\${12}"
lines secret_folders "\${13}"
lines development "\${14}"

now='%y %n %m %U:%G'

# In find a pattern's "*" stands for "/", too: what lies deeper is excluded.
tests=()
alike() {
  local deeper=./*/ rest=$2
  tests=(-type "$1" -path "./$2")
  while [ "$rest" != "\${rest#*/}" ]; do deeper+='*/' rest=\${rest#*/}; done
  tests+=(! -path "$deeper*")
}
through_link() {
  local part=$1
  while [ "$part" != . ]; do [ ! -L "$part" ] || return 0; part=\${part%/*}; done
  return 1
}
# Paths that a pattern stands for, into "found"; nothing is split or matched twice.
expand() {
  local IFS= path
  found=()
  for path in ./$1; do
    if { [ -e "$path" ] || [ -L "$path" ]; } && ! through_link "\${path%/*}"; then found+=("$path"); fi
  done
}

development_files() {
  for pattern in "\${development[@]}"; do
    expand "$pattern"
    for path in "\${found[@]}"; do printf 'x 1 - - - - %s\\0' "$path"; done
  done
}
code() {
  local kept=(-false) closed=(-false) apart=(-false) judged=(-false)
  for path in "\${writable[@]}"; do kept+=(-o -path "./$path"); done
  for pattern in "\${secrets[@]}"; do alike f "$pattern"; apart+=(-o "\${tests[@]}"); done
  for pattern in "\${secret_folders[@]}"; do alike d "$pattern"; closed+=(-o "\${tests[@]}"); done
  if [ "$kind" = release ]; then judged=(-lname '/*' -o -lname '*..*'); fi
  # What is as wanted comes first: find puts tests of names before all others of the same part.
  local rules=(
    -type d '(' "\${kept[@]}" ')' -prune -o
    -type f -perm "$file_mode" -user root -group "$file_group" -o
    -type f -perm "$program_mode" -user root -group "$file_group" -o
    -type d -perm "$folder_mode" -user root -group root -o
    -type f '(' "\${apart[@]}" ')' -o
    -type d '(' "\${closed[@]}" ')' -o
    -type f -perm /100 -printf "$now $program_mode root:$file_group %p\\0" -o
    -type f -printf "$now $file_mode root:$file_group %p\\0" -o
    -type d -printf "$now $folder_mode root:root %p\\0" -o
    -type l '(' "\${judged[@]}" ')' -printf 'l 1 - - - - %p\\0'
  )
  find . -xdev -ignore_readdir_race "\${rules[@]}"
}
# Nobody else gets into such a folder; inside, PHP may do as it likes with what is its own.
written_by_php() {
  local tops=()
  for path in "\${writable[@]}"; do
    if through_link "./$path"; then continue
    elif [ -d "./$path" ]; then tops+=("./$path")
    elif [ ! -e "./$path" ] && [ "$kind" = release ]; then printf 'm 1 - - 750 %s %s\\0' "$user:$group" "./$path"
    fi
  done
  [ "\${#tops[@]}" -gt 0 ] || return 0
  find "\${tops[@]}" -maxdepth 0 -type d ! '(' -perm 750 -user "$user" -group "$group" ')' -printf "$now 750 $user:$group %p\\0"
  local rules=('(' -type f '(' ! -user "$user" -o -perm /6000 ')' -o -type d '(' ! -user "$user" -o ! -perm -700 ')' ')')
  find "\${tops[@]}" -xdev -ignore_readdir_race -mindepth 1 "\${rules[@]}" -printf "$now - $user:$group %p\\0"
}
read_by_php() {
  local folders=() files=()
  for pattern in "\${secret_folders[@]}"; do expand "$pattern"; folders+=("\${found[@]}"); done
  for pattern in "\${secrets[@]}"; do expand "$pattern"; files+=("\${found[@]}"); done
  local rules=(-user root -group "$group" ')' -printf)
  if [ "\${#folders[@]}" -gt 0 ]; then find "\${folders[@]}" -maxdepth 0 -type d ! '(' -perm 750 "\${rules[@]}" "$now 750 root:$group %p\\0"; fi
  if [ "\${#files[@]}" -gt 0 ]; then find "\${files[@]}" -maxdepth 0 -type f ! '(' -perm 640 "\${rules[@]}" "$now 640 root:$group %p\\0"; fi
}

user_id=$(id -u -- "$user")
for verb in $verbs; do
  { read_by_php; code; written_by_php; development_files; } | perl -e "$judge" -- "$verb" "$root" "$shared" "$user_id"
done
`;
