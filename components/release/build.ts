import { CommandFailed } from "../../host/errors";
import type { Context } from "../../provider/handler";
import { build } from "./commands";
import type { ReleaseInputs } from "./contract";
import { BuildFailed, type BuildPlace } from "./errors";

/** Runs the configured commands in the slot, one after the other. @throws BuildFailed naming the command */
export async function runBuild(wanted: ReleaseInputs, place: BuildPlace, context: Context): Promise<void> {
  const { inventory, signal } = context;
  for (const [index, line] of wanted.build.entries()) {
    const step = { line, position: index + 1, timeoutSeconds: wanted.buildTimeoutSeconds };
    const title = `${step.position}/${wanted.build.length} ${line}`;
    context.progress(title);
    try {
      await inventory.host(wanted.host).run(build(inventory.site, place.slot, step), {
        as: "root",
        purpose: `build of ${place.release} in ${place.slot}`,
        timeoutSeconds: wanted.buildTimeoutSeconds,
        onLine: (said) => context.progress(`${title}: ${said}`),
        signal,
      });
    } catch (error) {
      throw error instanceof CommandFailed ? failed(error, place, step) : error;
    }
  }
}

function failed(
  error: CommandFailed,
  place: BuildPlace,
  { line, position, timeoutSeconds }: { line: string; position: number; timeoutSeconds: number },
): Error {
  const { ending, exitCode, lastLines } = error;
  if (ending === "lost its connection" || ending === "did not begin") return error;
  const how = { exited: `exited with code ${exitCode}`, "timed out": `took longer than ${timeoutSeconds} s`, "was killed": "was killed" }[
    ending
  ];
  return new BuildFailed(place, line, position, how, lastLines);
}
