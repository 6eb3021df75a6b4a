import { join } from "node:path";
import { type Lab, onHost } from "../../lab/lab";
import { must } from "../../lab/process";

/** Where the application's repository is on a host that is set up by hand: other ways than ours fetch from there, which is their best case. */
export const repositoryOnHost = "/srv/selfhelp-backend";

/** Runs a command as root on the lab's first host. @returns what it printed @throws for an exit code but 0 */
export async function asRoot(lab: Lab, argv: readonly string[], stdin?: string): Promise<string> {
  const { stdout, stderr, exitCode } = await onHost(lab, "web1", argv, { asRoot: true, stdin, timeoutSeconds: 120 });
  if (exitCode !== 0) throw new Error(`${argv.slice(0, 2).join(" ")} on web1 failed (${exitCode}): ${stderr || stdout}`);
  return stdout;
}

export async function sendRepository(lab: Lab): Promise<void> {
  const archive = await must(["bash", "-c", 'tar -C "$1" -c .git | base64', "tar", join(lab.folder, "selfhelp-backend")]);
  await asRoot(lab, ["bash", "-c", `mkdir -p ${repositoryOnHost} && base64 -d | tar -x -C ${repositoryOnHost}`], archive);
  await asRoot(lab, ["git", "config", "--system", "--add", "safe.directory", "*"]);
}

export const loadBaseSchema = (lab: Lab): Promise<string> =>
  asRoot(lab, ["bash", "-c", `git -C ${repositoryOnHost} show v8.0.0:db/base.sql | mariadb selfhelp`]);

/** The application's .env.local, as somebody writes it by hand. */
export function environmentByHand(lab: Lab): string {
  const { appUser, appPassword } = lab.database;
  const url = `mysql://${appUser}:${encodeURIComponent(appPassword)}@127.0.0.1:3306/selfhelp?serverVersion=mariadb-10.11.6`;
  return `APP_ENV=prod\nAPP_SECRET=by-hand\nDATABASE_URL="${url}"\nDATABASE_CA=/etc/mysql/lab/ca.pem\n`;
}

/**
 * Serves a folder with Debian's own php-fpm and nginx.
 * @param script the root of the files that PHP gets: `$document_root`, or `$realpath_root` where the folder is behind a link
 */
export async function serve(lab: Lab, folder: string, script: "$document_root" | "$realpath_root"): Promise<void> {
  const vhost = `server {
  listen 80 default_server;
  root ${folder};
  location / { try_files $uri /index.php$is_args$args; }
  location ~ ^/index\\.php { include fastcgi_params; fastcgi_pass unix:/run/php/php8.2-fpm.sock; fastcgi_param SCRIPT_FILENAME ${script}/index.php; }
}
`;
  await asRoot(lab, ["tee", "/etc/nginx/conf.d/by-hand.conf"], vhost);
  await asRoot(lab, ["systemctl", "start", "php8.2-fpm"]);
  await asRoot(lab, ["systemctl", "reload", "nginx"]);
}
