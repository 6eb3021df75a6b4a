import Table from "cli-table3";
import { Command } from "commander";
import { ciRun } from "../components/audit/trail";
import type { Box } from "../components/preflight/contract";
import { DeploymentError } from "../host/errors";
import { print } from "./print";
import { terminal } from "./ask";
import { commandContext } from "./context";
import { personsBoxes } from "./preflight/persons";
import { readBoxes } from "./preflight/read-boxes";
import { stackNameOf } from "./pulumi";
import { openStack, withStackOption } from "./stack";

interface Options {
  stack?: string;
  json?: true;
  confirm: string[];
}

const words: Record<Box["result"], string> = { ok: "ok", warning: "warning", failed: "failed", unknown: "could not tell" };

/** Everything that is to be so before a deployment, in one table. */
export const preflight = withStackOption(new Command("preflight"))
  .description(
    "Ticks the boxes of the checklist before a deployment: release, tests, version, scripts, backups, hosts, rights, and what only a person can say. Changes nothing but the audit log.",
  )
  .option("--json", "print JSON")
  .option(
    "--confirm <box>",
    "says that a box of selfhelp:preflight.ask is ticked; may be given several times",
    (box, all: string[]) => [...all, box],
    [],
  )
  .addHelpText("after", "\nExit code: 0 nothing failed, and everything could be told; 1 otherwise; 2 wrong use or config.")
  .action(async ({ stack: name, json, confirm }: Options) => {
    const [{ config, inventory }, stack] = await Promise.all([openStack(name), stackNameOf(name)]);
    assertAsked(confirm, config.preflight.ask);
    const context = commandContext(inventory);
    const { boxes, commit } = await readBoxes(stack, config, context);
    const { ask, close } = terminal(json === true);
    if (commit !== null) boxes.push(...(await personsBoxes({ boxes: config.preflight.ask, confirmed: confirm, commit }, ask, context)));
    close();
    const isReady = boxes.every(({ result }) => result === "ok" || result === "warning");
    print({ json }, { stack, release: config.release, commit, isReady, boxes }, textOf(boxes));
    process.exitCode = isReady ? 0 : 1;
    if (!isReady || commit === null) return;
    const { operator } = inventory;
    const written = await inventory.audit.note({
      event: "preflight passed",
      release: config.release,
      commit,
      operator,
      run: ciRun(process.env),
    });
    if (written instanceof Error) context.warn(`that it passed could not be recorded: ${written.message}`);
  });

function assertAsked(confirmed: readonly string[], asked: readonly string[]): void {
  const stranger = confirmed.find((box) => !asked.includes(box));
  if (stranger === undefined) return;
  const known = asked.length === 0 ? "it has none" : `it has: ${asked.map((box) => `"${box}"`).join(", ")}`;
  throw new DeploymentError(`--confirm "${stranger}" is no box of selfhelp:preflight.ask; ${known}`);
}

function textOf(boxes: readonly Box[]): string {
  const table = new Table({ head: ["box", "", "what was found"], style: { head: [], border: [] } });
  for (const { box, result, detail } of boxes) table.push([box, words[result], detail]);
  const open = boxes.filter(({ result }) => result === "failed" || result === "unknown").length;
  const verdict =
    open === 0 ? "Ready. Next: pulumi preview" : `Not ready: ${open} of ${boxes.length} boxes are open. Then: selfhelp preflight`;
  return `${table.toString()}\n${verdict}\n`;
}
