import { walkRelease } from "../../components/hardening/commands";
import { parseFindings } from "../../components/hardening/findings";
import { wantedPermissions } from "../../components/hardening/wanted";
import type { Host } from "../../host/host";
import { siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { freshLab, hostOf, stopLab } from "../../lab/lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const [rounds, files, drifted] = [7, 100_000, 1000];

const site = siteOf("selfhelp");
const config = { secrets: [".env*", "config/jwt/*.pem"], developmentFiles: ["tests", ".env.dev", ".git", "docker-compose*.yml"] };
const wanted = wantedPermissions(config, [".env.local", "config/jwt", "public/uploads", "var/log"], site.backups);

/** A look at the owners and modes of 100,000 files, clean and with drift, against a plain `find` that needs the same of each file and prints nothing. */
export async function permissionsCheck(): Promise<Figure> {
  const lab = await freshLab("benchpermissions", [{ name: "web1", role: "web" }]);
  const host = connectHost({ ...hostOf(lab, "web1"), privateKeyPath: lab.deployKeyPath });
  try {
    await inBash(host, fill);
    const clean = await compared(host, 0);
    await inBash(host, drift);
    const drifting = await compared(host, drifted);
    return {
      ratio: rounded(Math.max(clean.ratio, drifting.ratio)),
      goal: 1.5,
      cleanRatio: rounded(clean.ratio),
      driftRatio: rounded(drifting.ratio),
      cleanSeconds: rounded(clean.ours),
      driftSeconds: rounded(drifting.ours),
      findSeconds: rounded(clean.find),
      ...{ files, drifted, rounds },
    };
  } finally {
    host.close();
    await stopLab("benchpermissions");
  }
}

const folder = site.slot.blue;

const inBash = async (host: Host, script: string): Promise<string> =>
  (await host.run({ script, with: [folder, `${drifted}`] }, { as: "root", purpose: "the benchmark", timeoutSeconds: 300 })).stdout;

/** A thousand folders of a hundred files each, as a release's vendor folder. */
const fill = `
umask 022
mkdir -p -- "$1/public/uploads" "$1/var"
chown www-data: "$1/public/uploads" "$1/var"
chmod 750 "$1/public/uploads" "$1/var"
for package in $(seq 1000); do
  mkdir -p -- "$1/vendor/vendor$((package % 50))/package$package"
  cd -- "$1/vendor/vendor$((package % 50))/package$package"
  touch $(seq -f 'File%g.php' 100)
done`;

const drift = `find "$1/vendor" -type f -print0 | { head -z -n "$2"; cat > /dev/null; } | xargs -0 chmod 666`;

const find = `find "$1" ! -user root -perm /7022 -printf x`;

/** Each round asks both, one after the other, over the same connection. */
async function compared(host: Host, expected: number): Promise<{ ours: number; find: number; ratio: number }> {
  const pairs: { ours: number; find: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const ours = await timed(async () => {
      const all = [walkRelease("look", folder, site, wanted, "always"), { run: ["echo", "end"] }];
      const { stdout } = await host.run({ all }, { as: "root", purpose: "the benchmark", timeoutSeconds: 300 });
      const { count } = parseFindings("web1", stdout);
      if (count !== expected) throw new Error(`${count} files were found to differ, not ${expected}`);
    });
    pairs.push({ ours, find: await timed(() => inBash(host, find)) });
  }
  const counted = pairs.slice(1); // the first is a warm-up
  return {
    ours: median(counted.map((pair) => pair.ours)),
    find: median(counted.map((pair) => pair.find)),
    ratio: median(counted.map((pair) => pair.ours / pair.find)),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
