import type { CheckResult, Limits } from "./contract";
import { isOff, judged } from "./limits";

type Judged = Omit<CheckResult, "milliseconds">;

/** How a host is, as far as `measure` printed it. */
export interface Vitals {
  memory: { totalBytes: number; availableBytes: number };
  load: { average: number; cpus: number };
  disks: Disk[];
}

interface Disk {
  /** "slots", "database" or "backups" */
  place: string;
  bytes: number;
  availableBytes: number;
  usedPercent: number;
  /** Of the number of files that it can hold; 0 where there is no such limit. */
  filesPercent: number;
}

/** @returns null when the answer is not complete */
export function parseVitals(printed: string): Vitals | null {
  const memory = /^memory (\d+) (\d+)$/m.exec(printed);
  const load = /^load ([\d.]+) (\d+)$/m.exec(printed);
  const disks = [...printed.matchAll(/^disk (\w+) +(\d+) +(\d+) +(\d+)% +(\d+%|-)$/gm)].map(
    ([, place = "", bytes, available, used, files]): Disk => ({
      place,
      bytes: Number(bytes),
      availableBytes: Number(available),
      usedPercent: Number(used),
      filesPercent: Number.parseInt(files ?? "", 10) || 0,
    }),
  );
  if (memory === null || load === null || disks.length === 0) return null;
  return {
    memory: { totalBytes: Number(memory[1]) * 1024, availableBytes: Number(memory[2]) * 1024 },
    load: { average: Number(load[1]), cpus: Number(load[2]) },
    disks,
  };
}

/** Each measure that has a limit, against it. */
export function vitalResults(
  { memory, load, disks }: Vitals,
  limits: Pick<Limits, "memoryPercent" | "loadPerCpu" | "diskPercent">,
): Judged[] {
  const results: Judged[] = [];
  if (!isOff(limits.memoryPercent)) {
    const percent = Math.round((1 - memory.availableBytes / memory.totalBytes) * 100);
    const detail = `${percent} % in use, ${size(memory.availableBytes)} of ${size(memory.totalBytes)} free`;
    results.push({ check: "memory", ...judged(percent, limits.memoryPercent, detail) });
  }
  if (!isOff(limits.loadPerCpu)) {
    const detail = `${load.average} in the last minute on ${load.cpus} ${load.cpus === 1 ? "CPU" : "CPUs"}`;
    results.push({ check: "load", ...judged(load.average / load.cpus, limits.loadPerCpu, detail) });
  }
  return isOff(limits.diskPercent) ? results : [...results, ...disks.map((disk) => diskResult(disk, limits.diskPercent))];
}

function diskResult({ place, bytes, availableBytes, usedPercent, filesPercent }: Disk, limit: Limits["diskPercent"]): Judged {
  const space = `${usedPercent} % in use, ${size(availableBytes)} of ${size(bytes)} free`;
  const files = `${filesPercent} % of the files that it can hold are there`;
  const detail = filesPercent > usedPercent ? files : space;
  return { check: `disk of ${place}`, ...judged(Math.max(usedPercent, filesPercent), limit, detail) };
}

const size = (bytes: number): string => (bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);
