import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "./contract";
import { isKeyRefused } from "./errors";

/** AWS knows a new access key everywhere after seconds, seldom after more than this. */
const settleSeconds = 60;
const pauseMilliseconds = 1000;

/** Does the work again while the store refuses an access key that was made just now. @throws what the work throws, or the signal's reason */
export async function withNewKey<Result>({ createdAt }: Credentials, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const settledAt = createdAt === undefined ? 0 : Date.parse(createdAt) + settleSeconds * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isKeyRefused(error) || Date.now() > settledAt) throw error;
      await sleep(pauseMilliseconds, undefined, { signal });
    }
  }
}
