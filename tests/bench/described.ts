import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab/lab";
import { asRoot, environmentByHand, loadBaseSchema, repositoryOnHost, sendRepository, serve } from "./by-hand";

const folder = "/var/www/described";

/** Sets a host up by hand for the described way: release v8.0.0 is served from one folder, the next one is on the branch main. */
export async function setUpDescribed(lab: Lab): Promise<void> {
  await sendRepository(lab);
  await asRoot(lab, ["git", "clone", "--quiet", "--branch", "main", repositoryOnHost, folder]);
  await asRoot(lab, ["git", "-C", folder, "reset", "--quiet", "--hard", "v8.0.0"]);
  await asRoot(lab, ["mkdir", "-p", `${folder}/config`]);
  await asRoot(lab, ["cp", "-a", "/var/www/selfhelp-shared/config/jwt", `${folder}/config/jwt`]);
  await asRoot(lab, ["tee", `${folder}/.env.local`], environmentByHand(lab));
  await loadBaseSchema(lab);
  await asRoot(lab, [
    "bash",
    "-c",
    `cd ${folder} && COMPOSER_ALLOW_SUPERUSER=1 composer install --no-dev --quiet && php bin/console cache:clear --env=prod --quiet`,
  ]);
  await asRoot(lab, ["chown", "-R", "www-data:www-data", folder]);
  await serve(lab, `${folder}/public`, "$document_root");
}

/** Runs the described deployment on the host itself. @returns its seconds, the start of its shell included */
export async function deployDescribed(lab: Lab, settleSeconds: number): Promise<number> {
  const script = readFileSync(join(__dirname, "described-deployment.sh"), "utf8");
  const { deployUser, deployPassword } = lab.database;
  const login = '{"username":"admin","password":"password"}';
  const answer = await asRoot(lab, ["curl", "-s", "-d", login, "http://localhost/cms-api/v1/auth/login"]);
  const { token } = JSON.parse(answer) as { token: string };
  const started = performance.now();
  const settings = `export DB_USER='${deployUser}' MYSQL_PWD='${deployPassword}' TOKEN='${token}' COMPOSER_ALLOW_SUPERUSER=1\n`;
  await asRoot(lab, ["bash", "-s", "--", `${settleSeconds}`], settings + script);
  return (performance.now() - started) / 1000;
}
