import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Lab, onHost } from "../../lab/lab";
import { run } from "../../lab/process";

const vhost = `server {
  listen 80 default_server;
  root /var/www/described/public;
  location / { try_files $uri /index.php$is_args$args; }
  location ~ ^/index\\.php { include fastcgi_params; fastcgi_pass unix:/run/php/php8.2-fpm.sock; fastcgi_param SCRIPT_FILENAME $document_root/index.php; }
}
`;

/** Sets a host up by hand for the described way: release v8.0.0 is served from one folder, the next one is on the branch main. */
export async function setUpDescribed(lab: Lab): Promise<void> {
  const { appUser, appPassword } = lab.database;
  const url = `mysql://${appUser}:${encodeURIComponent(appPassword)}@127.0.0.1:3306/selfhelp?serverVersion=mariadb-10.11.6`;
  const environment = `APP_ENV=prod\nAPP_SECRET=described\nDATABASE_URL="${url}"\nDATABASE_CA=/etc/mysql/lab/ca.pem\n`;
  await must(lab, ["tee", "/etc/nginx/conf.d/described.conf"], vhost);
  await sendRepository(lab);
  await must(lab, ["git", "config", "--global", "--add", "safe.directory", "*"]);
  await must(lab, ["git", "clone", "--quiet", "--branch", "main", "/srv/selfhelp-backend", "/var/www/described"]);
  await must(lab, ["git", "-C", "/var/www/described", "reset", "--quiet", "--hard", "v8.0.0"]);
  await must(lab, ["cp", "-a", "/var/www/selfhelp-shared/config/jwt", "/var/www/described/config-jwt"]);
  await must(lab, ["bash", "-c", "cd /var/www/described && mkdir -p config && mv config-jwt config/jwt"]);
  await must(lab, ["tee", "/var/www/described/.env.local"], environment);
  await must(lab, ["bash", "-c", "mariadb selfhelp </var/www/described/db/base.sql"]);
  await must(lab, [
    "bash",
    "-c",
    "cd /var/www/described && COMPOSER_ALLOW_SUPERUSER=1 composer install --no-dev --quiet && php bin/console cache:clear --env=prod --quiet",
  ]);
  await must(lab, ["chown", "-R", "www-data:www-data", "/var/www/described"]);
  await must(lab, ["systemctl", "start", "php8.2-fpm"]);
  await must(lab, ["systemctl", "reload", "nginx"]);
}

/** The described way pulls on the host; here from a clone on the host itself, which is its best case. */
async function sendRepository(lab: Lab): Promise<void> {
  const archive = await run(["bash", "-c", 'tar -C "$1" -c .git | base64', "tar", join(lab.folder, "selfhelp-backend")]);
  await must(lab, ["bash", "-c", "mkdir -p /srv/selfhelp-backend && base64 -d | tar -x -C /srv/selfhelp-backend"], archive.stdout);
}

/** Runs the described deployment on the host itself. @returns its seconds, the start of its shell included */
export async function deployDescribed(lab: Lab, settleSeconds: number): Promise<number> {
  const script = readFileSync(join(__dirname, "described-deployment.sh"), "utf8");
  const { deployUser, deployPassword } = lab.database;
  const login = '{"username":"admin","password":"password"}';
  const answer = await must(lab, ["curl", "-s", "-d", login, "http://localhost/cms-api/v1/auth/login"]);
  const { token } = JSON.parse(answer) as { token: string };
  const started = performance.now();
  const settings = `export DB_USER='${deployUser}' MYSQL_PWD='${deployPassword}' TOKEN='${token}' COMPOSER_ALLOW_SUPERUSER=1\n`;
  await must(lab, ["bash", "-s", "--", `${settleSeconds}`], settings + script);
  return (performance.now() - started) / 1000;
}

async function must(lab: Lab, argv: readonly string[], stdin?: string): Promise<string> {
  const { stdout, stderr, exitCode } = await onHost(lab, "web1", argv, { asRoot: true, stdin });
  if (exitCode !== 0) throw new Error(`${argv.slice(0, 2).join(" ")} on web1 failed (${exitCode}): ${stderr}`);
  return stdout;
}
