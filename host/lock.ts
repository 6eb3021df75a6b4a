import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { allEnded } from "./all-ended";
import type { Script } from "./command";
import { DeploymentError, textOf, withoutStop } from "./errors";
import type { Host } from "./host";
import type { Site } from "./site";

/** Who takes a lock, and what for. */
export interface Holder {
  /** "alice@laptop" */
  operator: string;
  /** "deployment of stack production" */
  purpose: string;
}

/** A lock that is held until `release`, or until this process or its connection ends. */
export interface HeldLock {
  /** When it was taken, by the deployer's clock. */
  readonly since: Date;
  /** @throws LockLost when it isn't held any more */
  assertHeld(): void;
  isHeld(): boolean;
  release(): void;
}

/** What a lock tells others about who holds it. */
export interface LockRecord extends Holder {
  /** ISO 8601, by the holder's clock. */
  since: string;
  /** On the host, of the process that holds it there. */
  processId: number;
}

/** Somebody else deploys to this host right now. */
export class LockHeld extends DeploymentError {
  constructor(
    readonly host: string,
    /** null: whoever it is has only just taken it. */
    readonly holder: LockRecord | null,
  ) {
    const hangs = holder === null ? "" : `; from one that hangs, take it on the host: sudo kill ${holder.processId}`;
    super(
      `host "${host}" is locked by ${whoIs(holder)}. Nothing was changed by this step. Wait until that has ended, then run \`pulumi up\` again. ` +
        `A deployer that was killed or cut off loses the lock by itself within a minute${hangs}`,
    );
  }
}

const whoIs = (holder: LockRecord | null): string =>
  holder === null ? "somebody who has just begun" : `${holder.operator}, since ${holder.since}, for the ${holder.purpose}`;

/** A lock that was lost is somebody else's now, or its host is gone. */
export class LockNotRetaken extends DeploymentError {
  constructor(error: unknown) {
    const reason = error instanceof LockHeld ? `host "${error.host}" is locked by ${whoIs(error.holder)}` : textOf(error);
    super(
      `Nothing that this deployment had changed was taken back, because the lock was lost meanwhile and could not be taken again: ` +
        `${withoutStop(reason)}. Next: pulumi preview, which shows where things stand, then pulumi up`,
    );
  }
}

export class LockLost extends DeploymentError {
  constructor(readonly host: string) {
    super(
      `the deployment's lock on host "${host}" was lost: the connection broke, or the host was restarted. Somebody else may deploy now, ` +
        `so nothing more is changed. Run \`pulumi preview\` to see where things stand, then \`pulumi up\` to continue.`,
    );
  }
}

/** How often the deployer gives a sign of life, and how long the host waits for one. */
const signs = { everySeconds: 10, missedSeconds: 60 };
const retryMilliseconds = 500;
const longestDeploymentSeconds = 24 * 3600;
const heldByAnother = 75;

/** Takes it for no longer than to see that it is free, and only where somebody has left a record: who comes for it at that moment would be refused. */
const look = (path: string): Script => ({
  script: `
if [ -s "$1" ] && ! flock --nonblock --shared "$1" true; then cat -- "$1"; fi`,
  with: [path],
});

/** Who holds the lock of a host; null: nobody. @throws as `Host.run` */
export async function readLock(host: Host, site: Site): Promise<LockRecord | null> {
  const options = { as: "root", purpose: "looking at the deployment's lock", timeoutSeconds: 30 };
  return recordIn((await host.run(look(`${site.state}/lock`), options)).stdout);
}

/** The lock is the kernel's, on an open file: it can't outlive this script, and the script ends with its input or after too long a silence. */
const hold = (path: string, record: string, missedSeconds: number): Script => ({
  script: `
mkdir -p -- "$(dirname -- "$1")"
exec 9>>"$1"
if ! flock --nonblock 9; then
  cat -- "$1"
  exit ${heldByAnother}
fi
trap ': >"$1"' EXIT
printf '%s\\n' "$2" "$$" >"$1"
echo locked
while read -r -t "$3"; do :; done
`,
  with: [path, record, `${missedSeconds}`],
});

/**
 * Takes the lock of every host, or of none. That of the first by name comes before all others: of two deployers at the same time, one gets them all.
 * @throws LockHeld, or as `Host.run`
 */
export async function holdLocks(hosts: readonly Host[], site: Site, holder: Holder): Promise<HeldLock> {
  const sorted = hosts.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const held: HeldLock[] = [];
  const take = (some: readonly Host[]): Promise<unknown> =>
    allEnded(some.map(async (host) => held.push(await holdLock(host, site, holder))));
  try {
    await take(sorted.slice(0, 1));
    await take(sorted.slice(1));
  } catch (error) {
    held.forEach((lock) => lock.release());
    throw error;
  }
  return {
    since: new Date(),
    isHeld: () => held.every((lock) => lock.isHeld()),
    assertHeld: () => held.forEach((lock) => lock.assertHeld()),
    release: () => held.forEach((lock) => lock.release()),
  };
}

/**
 * Takes locks again that were lost in part: what is left of them on a host, which may not have noticed yet that the connection broke, is waited for.
 * @throws LockNotRetaken
 */
export async function retakeLocks(hosts: readonly Host[], site: Site, holder: Holder, lost: HeldLock): Promise<HeldLock> {
  lost.release();
  const end = Date.now() + (signs.missedSeconds + signs.everySeconds) * 1000;
  for (;;) {
    try {
      return await holdLocks(hosts, site, holder);
    } catch (error) {
      if (Date.now() > end || !isLeftOf(error, holder, lost)) throw new LockNotRetaken(error);
      await sleep(retryMilliseconds);
    }
  }
}

function isLeftOf(error: unknown, { operator, purpose }: Holder, lost: HeldLock): boolean {
  if (!(error instanceof LockHeld) || error.holder === null) return false;
  const { holder } = error;
  return holder.operator === operator && holder.purpose === purpose && Date.parse(holder.since) <= lost.since.getTime();
}

export const lockOf = (site: Site): string => `${site.state}/lock`;

/** Takes the lock of one host: the file `lock` in the site's state folder. @throws LockHeld, or as `Host.run` */
export async function holdLock(host: Host, site: Site, holder: Holder, { everySeconds, missedSeconds } = signs): Promise<HeldLock> {
  const path = lockOf(site);
  const heartbeats = heartbeatsEvery(everySeconds);
  const options = { as: "root", purpose: "holding the deployment's lock", timeoutSeconds: longestDeploymentSeconds, stdin: heartbeats };
  let isHeld = false;
  await new Promise<void>((resolve, reject) => {
    const onLine = (line: string): void => {
      if (line !== "locked") return;
      isHeld = true;
      resolve();
    };
    host
      .run(hold(path, recordOf(holder), missedSeconds), { ...options, expectedExitCodes: [0, heldByAnother], onLine })
      .then(({ exitCode, stdout }) => reject(exitCode === 0 ? new LockLost(host.name) : new LockHeld(host.name, recordIn(stdout))), reject)
      .finally(() => {
        isHeld = false;
        heartbeats.destroy();
      });
  });
  return {
    since: new Date(),
    isHeld: () => isHeld,
    assertHeld: () => {
      if (!isHeld) throw new LockLost(host.name);
    },
    release: () => heartbeats.end(),
  };
}

/** Doesn't keep the process alive. */
function heartbeatsEvery(seconds: number): PassThrough {
  const stream = new PassThrough();
  const timer = setInterval(() => stream.writable && stream.write("\n"), seconds * 1000).unref();
  return stream.once("close", () => clearInterval(timer));
}

const recordOf = (holder: Holder): string => JSON.stringify({ ...holder, since: new Date().toISOString() });

function recordIn(text: string): LockRecord | null {
  const [record, processId] = text.split("\n");
  try {
    return { ...(JSON.parse(record ?? "") as Holder & { since: string }), processId: Number(processId) };
  } catch {
    return null;
  }
}
