import { PassThrough } from "node:stream";
import { CommandFailed, DeploymentError } from "./errors";
import type { Host } from "./host";
import type { Site } from "./site";

/** Somebody else deploys to this host right now. */
export class LockHeld extends DeploymentError {
  constructor(
    readonly host: string,
    readonly holder: string,
  ) {
    super(
      `host "${host}" is locked by another deployment: ${holder}. Nothing was changed. ` +
        `Wait until it has ended; a deployer that was killed or cut off loses the lock by itself within a minute.`,
    );
  }
}

export class LockLost extends DeploymentError {
  constructor(readonly host: string) {
    super(
      `the deployment's lock on host "${host}" was lost (the connection broke, or the host was restarted); ` +
        `nothing more is changed. Run \`pulumi preview\` to see where things stand, then \`pulumi up\` again.`,
    );
  }
}

export interface HeldLock {
  /** @throws LockLost when it isn't held any more */
  assertHeld(): void;
}

/**
 * Takes `flock` on a file and holds it as long as a line comes in at least once a minute: the lock can't outlive its deployer.
 * $1 the folder for the lock, $2 who takes it.
 */
const holdScript = `
mkdir -p "$1"
exec 9>>"$1/lock"
if ! flock --nonblock 9; then
  printf 'held by %s\\n' "$(tail -n 1 "$1/lock")"
  exit 75
fi
printf '%s\\n' "$2" >"$1/lock"
echo locked
while read -r -t 60 _; do :; done
`;

const heldByAnother = 75;
const heartbeatSeconds = 15;
const longestDeploymentSeconds = 24 * 3600;

/** Takes the lock of a host for the rest of this process's life. @throws LockHeld naming the holder */
export function holdLock(host: Host, site: Site, holder: { operator: string; since: Date }): Promise<HeldLock> {
  const heartbeats = new PassThrough();
  const timer = setInterval(() => heartbeats.write("\n"), heartbeatSeconds * 1000).unref();
  let lost = false;
  let said = "";
  return new Promise((resolve, reject) => {
    const onLine = (line: string): void => {
      if (line.trim() !== "locked") return void (said = line);
      resolve({
        assertHeld: () => {
          if (lost) throw new LockLost(host.name);
        },
      });
    };
    const who = `${holder.operator}, since ${holder.since.toISOString()}`;
    host
      .run(
        { script: holdScript, with: [site.state, who] },
        { as: "root", purpose: "holding the deployment's lock", timeoutSeconds: longestDeploymentSeconds, stdin: heartbeats, onLine },
      )
      .then(
        () => reject(new LockLost(host.name)),
        (error: unknown) => reject(lockErrorOf(error, host.name, said)),
      )
      .finally(() => {
        lost = true;
        clearInterval(timer);
      });
  });
}

function lockErrorOf(error: unknown, host: string, said: string): unknown {
  return error instanceof CommandFailed && error.exitCode === heldByAnother ? new LockHeld(host, said.replace(/^held by /, "")) : error;
}
