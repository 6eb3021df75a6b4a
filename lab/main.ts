import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { hostOf, isRunning, type Lab, readLab, type Role, sshArguments, startLab, stopLab } from "./lab";

const usage = `Usage: npm run lab -- COMMAND [--name LAB]

  up [N] [--role all|web|database]   boots N hosts (default 1) and prints how to reach them
  status                             says which hosts run
  ssh HOST                           opens a shell on a host
  down                               ends the lab and removes everything of it`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { name: { type: "string", default: "lab" }, role: { type: "string", default: "all" } },
    allowPositionals: true,
  });
  const [command, argument] = positionals;
  switch (command) {
    case "up":
      return up(values.name, Number(argument ?? 1), values.role);
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

async function up(name: string, count: number, role: string): Promise<number> {
  if (!Number.isInteger(count) || count < 1 || count > 20 || !["all", "web", "database"].includes(role)) {
    console.error(usage);
    return 2;
  }
  const started = Date.now();
  const lab = await startLab(
    name,
    Array.from({ length: count }, (_, index) => ({ name: `web${index + 1}`, role: role as Role })),
  );
  console.log(`lab "${name}" is up after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return status(lab.name);
}

function status(name: string): number {
  const lab = running(name);
  for (const host of lab.hosts) {
    console.log(`${host.name.padEnd(12)} ${host.address.padEnd(15)} ${host.role.padEnd(9)} ${isRunning(lab, host.name) ? "running" : "off"}`);
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
