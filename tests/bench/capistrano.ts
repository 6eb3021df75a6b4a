import { join } from "node:path";
import { hostOf, type Lab } from "../../lab/lab";
import { must } from "../../lab/process";
import { knownHostsOf } from "../../lab/state";
import { asRoot, environmentByHand, loadBaseSchema, sendRepository, serve } from "./by-hand";
import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 3;
const folder = "/var/www/capistrano";

/**
 * v8.0.0 to v8.0.1, code alone, since Capistrano knows neither backups nor migrations: `pulumi up` against `cap production deploy`, each from the deployer to a fresh host,
 * with the same build. Capistrano asks neither a candidate nor users' address afterwards; ours does.
 */
export async function capistrano(): Promise<Figure> {
  await must([join(__dirname, "../../scripts/setup"), "--quiet", "--without", "mysql", "--with", "capistrano"], { timeoutSeconds: 300 });
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const ours = await withLab("benchours", async (_lab, stack) => {
      await deploy(stack, "v8.0.0");
      return deploy(stack, "v8.0.1");
    });
    const theirs = await withLab("benchcapistrano", async (lab) => {
      await setUp(lab);
      await deployWithCapistrano(lab, "v8.0.0");
      await serve(lab, `${folder}/current/public`, "$realpath_root");
      const seconds = await deployWithCapistrano(lab, "v8.0.1");
      await assertServed(lab, "v8.0.1");
      return seconds;
    });
    pairs.push({ ours, theirs });
  }
  return {
    ratio: rounded(median(pairs.map((pair) => pair.ours / pair.theirs))),
    goal: 1,
    ourSeconds: rounded(median(pairs.map((pair) => pair.ours))),
    capistranoSeconds: rounded(median(pairs.map((pair) => pair.theirs))),
    rounds,
  };
}

/** What an operator makes by hand before the first deployment: the shared folder, and who may write. */
async function setUp(lab: Lab): Promise<void> {
  await sendRepository(lab);
  await loadBaseSchema(lab);
  await asRoot(lab, ["mkdir", "-p", `${folder}/shared/config`, `${folder}/shared/public/uploads`, `${folder}/shared/var/log`]);
  await asRoot(lab, ["cp", "-a", "/var/www/selfhelp-shared/config/jwt", `${folder}/shared/config/jwt`]);
  await asRoot(lab, ["tee", `${folder}/shared/.env.local`], environmentByHand(lab));
  await asRoot(lab, ["usermod", "--append", "--groups", "www-data", "deploy"]);
  await asRoot(lab, ["chown", "-R", "deploy:www-data", folder]);
}

async function assertServed(lab: Lab, release: string): Promise<void> {
  const answer = await asRoot(lab, ["curl", "--silent", "--fail", "http://localhost/cms-api/v1/health"]);
  if (!answer.includes(`"release":"${release}"`)) throw new Error(`${release} is not what users are served: ${answer}`);
}

/** @returns seconds of `cap production deploy` */
async function deployWithCapistrano(lab: Lab, release: string): Promise<number> {
  const settings = { RELEASE: release, HOST: hostOf(lab, "web1").address, KEY: lab.deployKeyPath, KNOWN_HOSTS: knownHostsOf(lab) };
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const started = performance.now();
  await must(["env", ...words, "cap", "production", "deploy"], { directory: join(__dirname, "capistrano"), timeoutSeconds: 120 });
  return (performance.now() - started) / 1000;
}
