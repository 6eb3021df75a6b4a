import { join } from "node:path";
import { parseArgs } from "node:util";
import { createHistory } from "./app/history";
import { type Lab, startLab, stopLab } from "./lab";
import { LabStack, removeConfig } from "./stack";

/** The product's main job on a real host: a first deployment, a preview of the second, the second; then nothing left to do. */
async function demo(): Promise<void> {
  const started = Date.now();
  say("a host boots");
  const lab = await startLab("lab");
  await createHistory(join(lab.folder, "selfhelp-backend"));
  const stack = new LabStack(lab);
  const before = await stack.outputs().catch(() => ({}) as Record<string, unknown>);
  if (before["databaseVersion"] !== "v8.1.0") await firstDeployment(stack);
  await stack.configure({ release: "v8.1.0" });
  say("pulumi preview: what v8.1.0 would change");
  await pulumi(stack, "preview");
  say("pulumi up: v8.1.0");
  await pulumi(stack, "up", "--yes", "--skip-preview");
  await report(stack, lab);
  say(
    `done in ${Math.round((Date.now() - started) / 1000)} s; again: npm run demo; look around: npm run lab -- ssh web1; remove it: npm run demo -- --down`,
  );
}

async function firstDeployment(stack: LabStack): Promise<void> {
  await stack.configure({ release: "v8.0.0" });
  say("pulumi up: the first deployment, v8.0.0 on a bare database");
  await pulumi(stack, "up", "--yes", "--skip-preview");
}

async function report(stack: LabStack, lab: Lab): Promise<void> {
  const outputs = await stack.outputs();
  say("stack outputs");
  console.log(JSON.stringify(outputs, null, 2));
  const url = `${String(outputs["url"])}/cms-api/v1/health`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  say(`${lab.hosts[0]?.name} answers at ${url}: ${answer.status} ${await answer.text()}`);
}

async function pulumi(stack: LabStack, ...words: string[]): Promise<void> {
  const { exitCode } = await stack.start(words, { show: true }).ended;
  if (exitCode !== 0) throw new Error(`pulumi ${words[0]} ended with ${exitCode}`);
}

async function down(): Promise<void> {
  await stopLab("lab");
  removeConfig("lab");
}

const say = (text: string): void => console.log(`\n── ${text}`);

const { values } = parseArgs({ options: { down: { type: "boolean", default: false } } });
(values.down ? down() : demo()).catch((error: unknown) => {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
