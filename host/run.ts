import { render, type Command } from "./command";
import { Conversation } from "./conversation";
import { Cancelled, CommandFailed, DeploymentError, HostUnreachable } from "./errors";
import type { HostSettings, Output, RunOptions } from "./host";
import type { Hide } from "./redact";
import { SessionRefused, type Sessions } from "./sessions";
import { abandon } from "./sink";

/** Runs a command in one of the sessions; what it promises is said at `Host.run`. */
export async function runIn(
  sessions: Sessions,
  settings: HostSettings & { hide: Hide },
  command: Command,
  options: RunOptions,
): Promise<Output> {
  const as = options.as === settings.user ? undefined : options.as;
  const line = render(command, { ...options, as });
  try {
    return await sessions.with(line, options.signal, (session) => new Conversation(session, settings, options).output());
  } catch (error) {
    if (options.onStdout) abandon(options.onStdout, error as Error);
    throw failure(settings, options, error as Error);
  }
}

function failure({ name, address }: HostSettings, { purpose, signal }: RunOptions, error: Error): Error {
  if (error instanceof DeploymentError || error instanceof TypeError) return error;
  if (signal?.aborted) return new Cancelled(purpose);
  if (error instanceof SessionRefused)
    return new HostUnreachable(name, address, "it refuses a session (see MaxSessions in its sshd_config)");
  return new CommandFailed(name, purpose, undefined, [], "lost its connection");
}
