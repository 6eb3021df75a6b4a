import type { Script } from "../../host/command";

/**
 * For bash: what composer installed for the very same composer.lock is taken over into a slot that is filled, from what stood in it before (moved) or from what
 * users are served (copied), so that composer has only the autoloader to make. Not where anything in it was changed since that release was complete.
 */
export const vendorReuse = `
reusable() {
  [ -f "$1/.release.json" ] && [ -d "$1/vendor" ] && [ ! -L "$1/vendor" ] && [ -f "$1/composer.lock" ] &&
    git -C "$repository" cat-file blob "$commit:composer.lock" 2>/dev/null | cmp -s - "$1/composer.lock" &&
    [ -z "$(find -P "$1/vendor" -newer "$1/.release.json" -print -quit)" ]
}
choose_vendor() {
  vendor=
  if reusable "$slot"; then vendor=$slot.old/vendor
  elif reusable "$current"; then vendor=$current/vendor
  fi
}
bring_vendor() {
  if [ -z "$vendor" ] || [ -e "$slot/vendor" ] || [ -L "$slot/vendor" ]; then return
  elif [ "$vendor" = "$slot.old/vendor" ]; then mv -T -- "$vendor" "$slot/vendor"
  else cp -a --reflink=auto -- "$vendor" "$slot/vendor"
  fi
}`;

/** Exit code of `refuseDevelopment`. */
export const developmentInstalled = 83;

/** Where composer has installed packages of require-dev, prints the first of their names and exits with `developmentInstalled`. */
export const refuseDevelopment = (folder: string): Script => ({
  script: `
[ -f "$1/vendor/composer/installed.json" ] || exit 0
names=$(sed -n '/^    "dev-package-names": \\[/,/\\]/p' "$1/vendor/composer/installed.json" | { grep -o '"[^" ]*/[^" ]*"' || true; } | tr -d '"')
[ -n "$names" ] || exit 0
head -n 10 <<< "$names" | paste -s -d ' '
exit ${developmentInstalled}`,
  with: [folder],
});
