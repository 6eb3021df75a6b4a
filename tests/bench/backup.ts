import { readFileSync } from "node:fs";
import type { BackupManifest } from "../../components/backup/contract";
import { make } from "../../components/backup/make";
import { optionFile } from "../../components/backup/option-file";
import { connectDatabase } from "../../database/connect";
import { Secret } from "../../host/secret";
import { connectHost } from "../../host/ssh";
import { type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import { LabStack, removeConfig } from "../../lab/stack";
import type { Context, DatabaseSettings } from "../../provider/handler";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const name = "benchbackup";
const rounds = 5;
const directory = "/var/backups/selfhelp";
/** Rows of this table as a dump writes them, about. */
const rowBytes = 250;
const megabyte = 1_000_000;

const schema = `CREATE TABLE version (id int PRIMARY KEY AUTO_INCREMENT, version varchar(100));
INSERT INTO version (version) VALUES ('v8.0.0');
CREATE TABLE notes (id int PRIMARY KEY, code char(32), text varchar(255));`;

/**
 * A backup over SSH from the deployer, without its verification, against the bare pipe with the same options on the same host. Beside it what a verification
 * takes, and the peak of memory of deployer and host for a small and for a ten times larger database.
 */
export async function backup(): Promise<Figure> {
  removeConfig(name);
  try {
    const lab = await freshLab(name);
    const stack = new LabStack(lab);
    await stack.configure({ release: "v8.0.0" });
    await asRoot(lab, "mariadb selfhelp", schema);
    await fill(lab, 0, 50);
    const small = await withMemory(lab, stack);
    await fill(lab, 50, 500);
    const pairs: { ours: number; bare: number; dump: number }[] = [];
    for (let round = 0; round <= rounds; round++) pairs.push({ bare: await bare(lab), ...(await ours(lab)) });
    const counted = pairs.slice(1); // the first is a warm-up
    const large = await withMemory(lab, stack);
    return {
      ratio: rounded(median(counted.map((pair) => pair.ours / pair.bare))),
      goal: 1.1,
      ourSeconds: rounded(median(counted.map((pair) => pair.ours))),
      ofThatDumpSeconds: rounded(median(counted.map((pair) => pair.dump))),
      bareSeconds: rounded(median(counted.map((pair) => pair.bare))),
      verificationSeconds: large.manifest.details?.verifySeconds,
      dumpMegabytes: Math.round(large.manifest.plainBytes / megabyte),
      archiveMegabytes: Math.round(large.manifest.bytes / megabyte),
      deployerPeakMegabytes: { of50: small.deployer, of500: large.deployer },
      hostPeakMegabytes: { of50: small.host, of500: large.host },
      rounds,
    };
  } finally {
    await stopLab(name);
    removeConfig(name);
  }
}

/** Adds rows until the dump has so many megabytes. */
async function fill(lab: Lab, from: number, to: number): Promise<void> {
  const row = (megabytes: number): number => Math.round((megabytes * megabyte) / rowBytes);
  const rows = `SELECT seq, MD5(seq), CONCAT_WS(' ', MD5(seq + 1), REPEAT(MD5(seq DIV 3), 5)) FROM seq_${row(from) + 1}_to_${row(to)}`;
  await asRoot(lab, "mariadb selfhelp", `INSERT INTO notes ${rows};`);
}

/** @returns seconds from the call to the sealed backup, and those that the host itself measured for its pipe */
async function ours(lab: Lab): Promise<{ ours: number; dump: number }> {
  const [db1] = lab.hosts;
  if (db1 === undefined) throw new Error("the lab has no host");
  const host = connectHost({ ...db1, privateKeyPath: lab.deployKeyPath });
  const settings = settingsOf(lab);
  const inventory = {
    databaseHost: () => host,
    databaseSettings: settings,
    dumpSettings: settings,
    copySettings: settings,
    database: () => connectDatabase(settings, host),
  };
  const context = { inventory, signal: new AbortController().signal, progress: ignored, info: ignored, warn: ignored };
  const { recipient } = lab.backup;
  try {
    const started = performance.now();
    const request = { version: "v8.0.0", commits: {}, recipient, directory, verify: false, copyStays: false, isGivenUp: false };
    const { manifest } = await make(request, context as unknown as Context);
    const seconds = (performance.now() - started) / 1000;
    await asRoot(lab, `rm ${directory}/${manifest.id}.*`);
    return { ours: seconds, dump: manifest.details?.dumpSeconds ?? 0 };
  } finally {
    host.close();
  }
}

const ignored = (): void => undefined;

const settingsOf = ({ hosts, database }: Lab): DatabaseSettings => ({
  over: hosts[0]?.name ?? "",
  address: "127.0.0.1",
  port: database.port,
  name: database.name,
  user: database.deployUser,
  password: new Secret(database.deployPassword),
  tls: { ca: readFileSync(database.caPath, "utf8") },
});

const dumpOptions =
  "--single-transaction --quick --order-by-primary --routines --triggers --events --hex-blob --no-tablespaces --default-character-set=utf8mb4";

/** @returns seconds of the pipe alone, as the host's own clock tells: no SSH in it */
async function bare(lab: Lab): Promise<number> {
  const pipe = `mariadb-dump --defaults-file=<(cat) --ssl-verify-server-cert --ssl-ca=/etc/mysql/lab/ca.pem ${dumpOptions} selfhelp | zstd -q -c | age -r ${lab.backup.recipient}`;
  const timed = `from=$(date +%s%N); ${pipe} >/var/backups/bare.age; echo $(($(date +%s%N) - from)); rm /var/backups/bare.age`;
  return Number(await asRoot(lab, timed, optionFile(settingsOf(lab)).reveal())) / 1e9;
}

/** A verified backup by the command line. @returns megabytes: the deployer's peak, and the host's largest sum of all that the backup runs there */
async function withMemory(lab: Lab, stack: LabStack): Promise<{ manifest: BackupManifest; deployer: number; host: number }> {
  await asRoot(lab, 'systemd-run --quiet --unit=memory bash -c "$(cat)"', sampler);
  const running = stack.startSelfhelp("backups", "create", "--json");
  let deployer = 0;
  const sampling = setInterval(() => (deployer = Math.max(deployer, peakOf(running.process.pid ?? 0))), 20);
  const { exitCode, output } = await running.ended;
  clearInterval(sampling);
  if (exitCode !== 0) throw new Error(`the backup failed: ${output}`);
  const { backup: manifest } = JSON.parse(output) as { backup: BackupManifest };
  const host = Number(await asRoot(lab, `systemctl stop memory; cat /run/memory; rm ${directory}/${manifest.id}.*`));
  return { manifest, deployer: Math.round(deployer / 1000), host: Math.round(host / 1000) };
}

/** Kilobytes; 0 once it has ended. */
function peakOf(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Writes the largest sum of what the backup's programs take, in kilobytes, to /run/memory until it is stopped. */
const sampler = `
most=0
while :; do
  now=$(awk '/^Name:/ { counts = $2 ~ /^(bash|sudo|timeout|mariadb|mariadb-dump|zstd|age|age-keygen|tee|dd|openssl|sha256sum|wc|tail|head|cat|sed|mawk|awk|df|sort|comm)$/ } /^VmRSS:/ && counts { sum += $2 } END { print sum + 0 }' /proc/[0-9]*/status 2>/dev/null)
  if ((now > most)); then most=$now; echo "$most" >/run/memory; fi
  sleep 0.1
done`;

async function asRoot(lab: Lab, script: string, stdin = ""): Promise<string> {
  const { stdout, stderr, exitCode } = await onHost(lab, lab.hosts[0]?.name ?? "", ["bash", "-euo", "pipefail", "-c", script], {
    asRoot: true,
    stdin,
    timeoutSeconds: 300,
  });
  if (exitCode !== 0) throw new Error(`${script} failed (${exitCode}): ${stderr}`);
  return stdout;
}
