import { quote } from "../../host/command";
import type { Site } from "../../host/site";
import { setUpScript } from "./setup-script";
import { usualWeb } from "../hardening/web-config";
import type { SiteOptions } from "./site";
import { siteFiles } from "./site-files";

/** Debian's name of a package, and what shows that it (or another one in its place) is there. */
interface Package {
  name: string;
  proof: { program: string } | { extension: string };
}

/** What a host needs to build and serve a release, and to back up its database. */
export const packages: readonly Package[] = [
  { name: "nginx", proof: { program: "nginx" } },
  { name: "php-cli", proof: { program: "php" } },
  { name: "php-fpm", proof: { program: "php-fpm*" } },
  { name: "php-mysql", proof: { extension: "pdo_mysql" } },
  { name: "php-intl", proof: { extension: "intl" } },
  { name: "php-xml", proof: { extension: "dom" } },
  { name: "php-mbstring", proof: { extension: "mbstring" } },
  { name: "php-curl", proof: { extension: "curl" } },
  { name: "composer", proof: { program: "composer" } },
  { name: "git", proof: { program: "git" } },
  { name: "mariadb-client", proof: { program: "mysqldump" } },
  { name: "curl", proof: { program: "curl" } },
  { name: "zstd", proof: { program: "zstd" } },
  { name: "age", proof: { program: "age" } },
];

/** For @pulumi/command: one line for the user's login shell, whichever that is, and what it is given to read. */
interface SetUpCommand {
  create: string;
  stdin: string;
}

/** Installs what is missing; without need it contacts no archive. */
export function packagesCommand(): SetUpCommand {
  const wanted = packages.map(({ name, proof }) =>
    "program" in proof ? `program ${proof.program} ${name}` : `extension ${proof.extension} ${name}`,
  );
  return { create: asRoot(900, [...bash, "-s", "--", ...wanted]), stdin: installMissing };
}

/**
 * Makes a host ready to serve `site`: folders, php-fpm of both slots, vhosts. Idempotent; nginx is reloaded only when its
 * files changed and passed `nginx -t`; when they don't, or it doesn't answer with them as it should, all files are put back. A php-fpm that runs is not
 * restarted. The last lines of its stdout say how exposed each slot's service is (`exposuresIn`).
 */
export function setUpCommand(site: Site, options: SiteOptions): SetUpCommand {
  const { tls } = options.web ?? usualWeb;
  const folders = [site.shared, site.state, site.backups, site.acme];
  const parameters = [site.app, options.serverName, site.runtimeUser, ...folders, tls?.certificatePath ?? "", tls?.keyPath ?? ""];
  const files = siteFiles(site, options).map(({ of, path, text }) => `${of} ${path} ${Buffer.from(text).toString("base64")}`);
  return {
    create: asRoot(180, [...bash, "-s", "--", ...parameters]),
    stdin: setUpScript(files.join("\n")),
  };
}

const bash = ["/bin/bash", "--norc", "-euo", "pipefail"];

const asRoot = (timeoutSeconds: number, words: readonly string[]): string =>
  ["sudo", "-n", "-H", "-u", "root", "--", "timeout", "--kill-after=5", `${timeoutSeconds}`, ...words].map(quote).join(" ");

/** The braces make bash read all of it before it does any of it. */
const installMissing = String.raw`{
missing=""
for wanted in "$@"; do
  read -r kind proof package <<< "$wanted"
  case "$kind" in
    program) [ -n "$(find /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin -maxdepth 1 -name "$proof" -print -quit 2>/dev/null)" ] ;;
    extension) php -m 2>/dev/null | grep -ix -- "$proof" >/dev/null ;;
  esac || missing="$missing $package"
done
if [ -z "$missing" ]; then echo "nothing to do"; exit 0; fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq -o DPkg::Lock::Timeout=300 && apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends $missing; } >&2; then
  echo "missing on this host, and could not be installed:$missing. See above why; or install them yourself, then start again: sudo apt-get install$missing" >&2
  exit 1
fi
echo "installed:$missing"
exit 0
}
`;
