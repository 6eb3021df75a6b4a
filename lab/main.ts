import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { hostOf, isRunning, type Lab, readLab, type Role, roles, sshArguments, startLab, stopLab } from "./lab";

const usage = `Usage: npm run lab -- COMMAND [--name LAB]

  up [N] [--role ROLE]   boots web1 to webN (db1 to dbN with a role that ends in "database") and the other hosts that the lab has
                         ROLE: ${roles.map((role) => (role.includes(" ") ? `"${role}"` : role)).join(", ")}
  status                 says which hosts run
  ssh HOST               opens a shell on a host
  down                   ends the lab and removes everything of it`;

async function main(): Promise<number> {
  const { values, positionals } = parseWords();
  const [command = "help", argument] = positionals;
  switch (command) {
    case "up":
      return up(values.name, argument, values.role);
    case "status":
      return status(values.name);
    case "ssh":
      return shell(running(values.name), argument ?? "web1");
    case "down":
      await stopLab(values.name);
      console.log(`lab "${values.name}" is gone`);
      return 0;
    default:
      console.error(usage);
      return 2;
  }
}

function parseWords() {
  const options = { name: { type: "string", default: "lab" }, role: { type: "string" } } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    console.error(`${(error as Error).message}\n`);
    return { values: { name: "", role: undefined }, positionals: [] };
  }
}

async function up(name: string, count?: string, role?: string): Promise<number> {
  const number = Number(count ?? 1);
  const wantedRole = role ?? "all";
  if (!Number.isInteger(number) || number < 1 || number > 20 || !isRole(wantedRole)) {
    console.error(usage);
    return 2;
  }
  const started = Date.now();
  const lab = await startLab(name, count === undefined && role === undefined ? undefined : hostsOf(number, wantedRole));
  console.log(`lab "${name}" is up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return status(lab.name);
}

const isRole = (word: string): word is Role => (roles as readonly string[]).includes(word);

const hostsOf = (count: number, role: Role): { name: string; role: Role }[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${role.endsWith("database") ? "db" : "web"}${index + 1}`, role }));

async function status(name: string): Promise<number> {
  const lab = running(name);
  for (const host of lab.hosts) {
    console.log(
      `${host.name.padEnd(12)} ${host.address.padEnd(15)} ${host.role.padEnd(14)} ${(await isRunning(lab, host.name)) ? "running" : "off"}`,
    );
  }
  return 0;
}

function shell(lab: Lab, host: string): number {
  const [program = "ssh", ...words] = sshArguments(lab, hostOf(lab, host).name);
  return spawnSync(program, words, { stdio: "inherit" }).status ?? 1;
}

function running(name: string): Lab {
  const lab = readLab(name);
  if (lab === undefined) throw new Error(`there is no lab "${name}": npm run lab -- up --name ${name}`);
  return lab;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
