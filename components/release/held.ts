import type { Command } from "../../host/command";
import type { Site } from "../../host/site";

/** The bare repository of a host: the commits that were brought there, each without its history. */
export const repositoryOf = (site: Site): string => `${site.state}/repository`;

/**
 * For bash: git knows neither the host's settings nor those of root there. Line ends, attributes, filters (programs, which would run as root) and hooks of
 * theirs would make another release of a commit than another host has.
 */
export const gitAlone = `
export HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1`;

/** Prints the commit when the host holds it, else the newest that it holds, one a line. Makes its bare repository where it is missing. */
export const heldCommits = (site: Site, commit: string): Command => ({
  script: `${gitAlone}
[ -f "$1/shallow" ] || { git init --quiet --bare --template= -- "$1" && git -C "$1" config gc.auto 0 && touch -- "$1/shallow"; }
if git -C "$1" show-ref --quiet --verify "refs/releases/$2"; then echo "$2"; exit; fi
git -C "$1" for-each-ref --sort=-committerdate --count=3 --format='%(objectname)' refs/releases`,
  with: [repositoryOf(site), commit],
});

/** Takes a pack on stdin; a commit counts as held only after all its files were found. Its parents need not be there. */
export const receivePack = (site: Site, commit: string): Command => ({
  script: `${gitAlone}
cd -- "$1"
rm -f -- objects/pack/tmp_*
git index-pack --stdin --fix-thin > /dev/null
{ cat shallow; printf '%s\\n' "$2"; } | sort -u > shallow.new
mv -- shallow.new shallow
git rev-list --objects --no-walk "$2" > /dev/null
git update-ref "refs/releases/$2" "$2"`,
  with: [repositoryOf(site), commit],
});
