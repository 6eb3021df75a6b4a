/**
 * For bash: `make_shared FOLDER PATH` makes a folder that releases share, for the runtime user, `user`. Below anything that isn't root's, that user makes it
 * itself: it could exchange a part of the path for a link, which would lead root's hand elsewhere.
 */
export const makeShared = `
make_shared() {
  local place=$1 part parts
  IFS=/ read -ra parts <<< "$2"
  for part in "\${parts[@]}"; do
    place=$place/$part
    if ! [ -e "$place" ] && ! [ -L "$place" ]; then break; fi
    if [ "$(stat -c %u -- "$place") $(stat -Lc %u -- "$place")" != "0 0" ]; then runuser -u "$user" -- mkdir -p -- "$1/$2"; return; fi
  done
  mkdir -p -- "$1/$2"
  chown -- "$user:" "$1/$2"
}`;
