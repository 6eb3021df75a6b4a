import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../lab/places";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 7;

/** A fresh `selfhelp --help`, against 0.3 s. */
export const cliStart = (): Promise<Figure> => {
  const seconds = median(timesOf(["--help"], "Usage: selfhelp"));
  return Promise.resolve({ ratio: rounded(seconds / 0.3), goal: 1.0, seconds: rounded(seconds), rounds });
};

const deployments = 10_000;

/** `selfhelp report` of a log with 10,000 deployments, as a table and as a page, against one second; the slower of the two counts. */
export function report(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "bench-report-"));
  try {
    const file = join(folder, "deployments.jsonl");
    const log = logText();
    writeFileSync(file, log);
    const words = ["report", "--log", file, "--since", "2020-01-01"];
    const tableSeconds = median(timesOf(words, "change failure rate"));
    const pageSeconds = median(timesOf([...words, "--html", join(folder, "report.html")], "for a browser"));
    const ratio = rounded(Math.max(tableSeconds, pageSeconds));
    const megabytes = Math.round(log.length / 1e6);
    return Promise.resolve({
      ratio,
      goal: 1.0,
      tableSeconds: rounded(tableSeconds),
      pageSeconds: rounded(pageSeconds),
      deployments,
      megabytes,
      rounds,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timesOf(words: readonly string[], expected: string): number[] {
  const once = (): number => {
    const started = performance.now();
    const { status, stdout } = spawnSync(join(projectFolder, "bin/selfhelp"), words, { encoding: "utf8" });
    if (status !== 0 || !stdout.includes(expected)) throw new Error(`selfhelp ${words.join(" ")} failed: ${stdout.slice(-300)}`);
    return (performance.now() - started) / 1000;
  };
  return Array.from({ length: rounds + 1 }, once).slice(1); // the first one may have to bundle
}

/** One deployment every two hours, each with its seven steps; every 20th is taken back, every 15th fails. */
function logText(): string {
  const lines: string[] = [];
  let previous = createHash("sha256").update("").digest("hex");
  const write = (line: object): void => {
    const text = `${JSON.stringify({ ...line, previous })}\n`;
    lines.push(text);
    previous = createHash("sha256").update(text).digest("hex");
  };
  for (let number = 0; number < deployments; number += 1) {
    const began = Date.parse("2024-01-01T00:00:00Z") + number * 2 * 3600 * 1000;
    const common = (seconds: number) => ({ deployment: `d${number}`, at: new Date(began + seconds * 1000).toISOString() });
    const purpose = `${number % 20 === 19 ? "rollback" : "deployment"} of stack production`;
    write({ ...common(0), event: "begun", purpose, operator: "ann@laptop", run: null });
    for (let step = 0; step < 7; step += 1) {
      write({ ...common(step * 4), event: "step begun", step: `selfhelp-step-${step}` });
      if (number % 15 === 14 && step === 6)
        write({ ...common(30), event: "step failed", step: "selfhelp-step-6", reason: "why", takenBack: [], seconds: 3 });
      else write({ ...common(step * 4 + 3), event: "step done", step: `selfhelp-step-${step}`, change: "blue -> green", seconds: 3 });
    }
    if (number % 15 !== 14)
      write({
        ...common(31),
        event: "done",
        release: `v1.${number}`,
        commit: createHash("sha1").update(`${number}`).digest("hex"),
        databaseVersion: "v8.1.0",
      });
  }
  return lines.join("");
}
