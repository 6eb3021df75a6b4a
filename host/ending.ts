import type { CommandFailed } from "./errors";

/** How a command's channel closed: with an exit code, with a signal (code null), or with the connection. */
export type Ending = { code: number | null } | "lost";

/** What such an end means; `timeout` on the host exits with 124, or 137 when it had to kill, and shells add 128 to a signal's number. */
export function meaningOf(ending: Ending, timeoutSeconds: number, elapsedSeconds: number): CommandFailed["ending"] {
  if (ending === "lost") return "lost its connection";
  if (ending.code === null) return "was killed";
  if ([124, 137].includes(ending.code) && elapsedSeconds >= timeoutSeconds) return "timed out";
  return ending.code > 128 && ending.code <= 143 ? "was killed" : "exited";
}
