import type { Properties } from "../values";
import { type Outcome, Output } from "./output";
import type { Resource, Step } from "./resource";

/** Runs one command of a resource, with what its inputs say. */
export type Run = (command: string, step: Step, output: Output) => Promise<Properties>;

/** What remote and local commands have in common: which command a verb runs, and what is left of it. */
export function commandResource(run: Run, fields: Pick<Resource, "required" | "unknowns">): Resource {
  const perform = (command: unknown, step: Step): Promise<Properties> =>
    typeof command === "string" ? run(command, step, outputOf(step)) : Promise.resolve(outputsBefore(step));
  return {
    ...fields,
    replacedBy: ["triggers"],
    namedId: true,
    create: (step) => perform(step.inputs["create"], step),
    update: (step) => perform(step.inputs["update"] ?? step.inputs["create"], step),
    remove: async (step) => void (await perform(step.inputs["delete"], step)),
  };
}

/** Gathers and shows what a command prints, as `logging` says. */
export const outputOf = ({ log, inputs }: Step): Output => new Output(log, (inputs["logging"] as string | undefined) ?? "stdoutAndStderr");

/** What the resource's last command printed, for the environment of the next. */
export function previousOutput({ inputs, was }: Step): Record<string, string> {
  if (inputs["addPreviousOutputInEnv"] === false) return {};
  const { stdout, stderr } = was as Partial<Outcome>;
  return { ...(stdout ? { PULUMI_COMMAND_STDOUT: stdout } : {}), ...(stderr ? { PULUMI_COMMAND_STDERR: stderr } : {}) };
}

const outputsBefore = ({ was: { stdout = "", stderr = "", assets, archive } }: Step): Properties => ({ stdout, stderr, assets, archive });
