import { createHash } from "node:crypto";
import { DeploymentError } from "../../host/errors";
import type { Site } from "../../host/site";
import { type MonitorFile, pathsOf, timerOf } from "./files";

/** What of monitoring a host has right now. */
export interface LiveMonitor {
  /** Of each file that is there, by its path; null: it is no plain file. */
  files: Record<string, { sha256: string; mode: string; owner: string } | null>;
  isEnabled: boolean;
  isRunning: boolean;
  /** Whether the last look came to its end. */
  hasPassed: boolean;
  /** Seconds since the last look that did; null: none did yet. */
  lookedSecondsAgo: number | null;
  /** Who could not be told yet: how many messages wait, and why. */
  waiting: { receiver: string; count: number; reason: string }[];
}

/** As the script writes it. */
type Said = Pick<LiveMonitor, "waiting"> & { at: number };

/** Reads what the command `readMonitor` printed. @throws DeploymentError when the answer is not complete */
export function parseLive(host: string, printed: string): LiveMonitor {
  if (!/^end$/m.test(printed))
    throw new DeploymentError(
      `the monitoring of host "${host}" could not be read: the answer was cut short. Nothing was changed; try again.`,
    );
  const files: LiveMonitor["files"] = {};
  for (const [, sha256 = "", mode = "", owner = "", path = ""] of printed.matchAll(/^file ([0-9a-f]{64}) (\d+) (\S+) (.+)$/gm))
    files[path] = { sha256, mode, owner };
  for (const [, path = ""] of printed.matchAll(/^other (.+)$/gm)) files[path] = null;
  const said = saidIn(printed);
  const now = Number(/^now (\d+)$/m.exec(printed)?.[1]);
  return {
    files,
    isEnabled: /^timer UnitFileState=enabled$/m.test(printed),
    isRunning: /^timer ActiveState=active$/m.test(printed),
    hasPassed: /^service Result=success$/m.test(printed),
    lookedSecondsAgo: said === undefined ? null : Math.max(0, now - said.at),
    waiting: said?.waiting ?? [],
  };
}

/** undefined: no look came to its end yet, or something else wrote there. */
function saidIn(printed: string): Said | undefined {
  const base64 = /^status (\S+)$/m.exec(printed)?.[1];
  if (base64 === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(base64, "base64").toString("utf8")) as Said;
  } catch {
    return undefined;
  }
}

/** What is not as wanted, a sentence each. @param wanted the files; none: nothing is to be there */
export function differencesOf(live: LiveMonitor, wanted: readonly MonitorFile[], site: Site): string[] {
  if (wanted.length === 0) {
    const { program, settings, service, timer } = pathsOf(site);
    return [program, settings, service, timer].filter((path) => path in live.files).map((path) => `${path} is there`);
  }
  return [
    ...wanted.flatMap((file) => fileDifference(live.files[file.path], file) ?? []),
    ...(live.isEnabled ? [] : [`${timerOf(site)} is not enabled`]),
    ...(live.isRunning ? [] : [`${timerOf(site)} is not running`]),
  ];
}

function fileDifference(found: LiveMonitor["files"][string] | undefined, { path, mode, text }: MonitorFile): string | undefined {
  if (found === undefined) return `${path} is missing`;
  if (found === null) return `${path} is no plain file`;
  if (found.sha256 !== createHash("sha256").update(text).digest("hex")) return `${path} has another content`;
  if (found.mode !== mode || found.owner !== "root:root") return `${path} is ${found.mode} ${found.owner}, not ${mode} root:root`;
  return undefined;
}
