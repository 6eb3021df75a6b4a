/**
 * For bash: `make_shared FOLDER PATH` makes a folder that releases share, for the runtime user, `user`. In a place where that user may write, it makes it
 * itself: it could exchange a part of the path for a link, which would lead root's hand elsewhere.
 */
export const makeShared = `
make_shared() {
  local place=$1 part parts
  IFS=/ read -ra parts <<< "$2"
  for part in "\${parts[@]}"; do
    if runuser -u "$user" -- test -w "$place"; then runuser -u "$user" -- mkdir -p -- "$1/$2"; return; fi
    place=$place/$part
    if ! [ -e "$place" ] && ! [ -L "$place" ]; then break; fi
  done
  mkdir -p -- "$1/$2"
  chown -h -- "$user:" "$1/$2"
}`;
