import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../lab/places";
import { deploy, withLab } from "./lab";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 5;

/** A preview that finds nothing to do, reading the host and the database, against a program that declares nothing. */
export async function noopPreview(): Promise<Figure> {
  return withLab("benchnoop", async (_lab, stack) => {
    await deploy(stack, "v8.0.0");
    const empty = emptyProgram();
    try {
      const seconds: { ours: number; empty: number }[] = [];
      for (let round = 0; round <= rounds; round++) {
        const { seconds: ours, output } = await stack.preview();
        if (!/unchanged/.test(output) || /to update|to create/.test(output)) throw new Error(`the preview is no no-op: ${output}`);
        seconds.push({ ours, empty: empty.preview() });
      }
      const counted = seconds.slice(1); // the first is a warm-up
      return {
        ratio: rounded(median(counted.map((pair) => pair.ours / pair.empty))),
        goal: 1.5,
        noopSeconds: rounded(median(counted.map((pair) => pair.ours))),
        emptySeconds: rounded(median(counted.map((pair) => pair.empty))),
        rounds,
      };
    } finally {
      empty.remove();
    }
  });
}

function emptyProgram(): { preview(): number; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "empty-program-"));
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: empty\nruntime: nodejs\n");
  writeFileSync(join(folder, "package.json"), '{"name": "empty", "main": "index.ts"}\n');
  writeFileSync(
    join(folder, "tsconfig.json"),
    '{"ts-node": {"transpileOnly": true}, "compilerOptions": {"module": "commonjs", "moduleResolution": "node10", "target": "es2023"}}\n',
  );
  writeFileSync(join(folder, "index.ts"), "export {};\n");
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    PULUMI_CONFIG_PASSPHRASE: "empty",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const pulumi = (...words: string[]): void => {
    const { status, stdout, stderr } = spawnSync("pulumi", [...words, "--non-interactive"], {
      cwd: folder,
      env,
      encoding: "utf8",
      timeout: 120_000,
    });
    if (status !== 0) throw new Error(`pulumi ${words.join(" ")} failed: ${stdout}${stderr}`);
  };
  pulumi("stack", "init", "empty");
  pulumi("up", "--yes", "--skip-preview");
  return {
    preview: () => {
      const started = performance.now();
      pulumi("preview");
      return (performance.now() - started) / 1000;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
