import type { Script } from "../../host/command";

const script = `
file=$1/.env.local
shift
[ -e "$file" ] || exit 0
for user in "$@"; do
  if grep -qE "(^|[^A-Za-z0-9_.-])\${user//./[.]}([^A-Za-z0-9_.-]|$)" -- "$file"; then printf '%s\\n' "$user"; fi
done`;

/** Which of some users of a database a release's environment names, one a line. */
export const usersOfRelease = (release: string, users: readonly string[]): Script => ({ script, with: [release, ...users] });
