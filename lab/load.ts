import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAnswer } from "./load-answer";

/** kept: over a connection that is used again; fresh: over one of its own; slow: its answer takes 1 to 3 s; upload: 1 MB, sent in 1.6 s. */
export type Kind = "kept" | "fresh" | "slow" | "upload";

/** One request and how it ended; times in milliseconds of `performance.now()`. */
export interface Sample {
  kind: Kind;
  began: number;
  ended: number;
  /** What a user would have seen go wrong. */
  failure?: string;
  /** Releases that the answer names; more than one: it mixes them. */
  releases: string[];
}

export interface Load {
  /** How many requests have been answered. */
  count(): number;
  /** Begins no more, and waits for those under way. */
  stop(): Promise<Sample[]>;
}

/** Requests a second. */
export type Rates = Record<Kind, number>;

const usual: Rates = { kept: 150, fresh: 50, slow: 2, upload: 1 };
/** Beyond that no request is begun: a machine that is busy with something else shall not be buried. */
const atOnce = 100;
const tickMilliseconds = 5;
const uploadChunks = 16;
const chunk = Buffer.alloc(64 * 1024, "x");

/** Begins requests to a host's port 80 at constant rates, whether those before are answered or not, until it is stopped. None is tried twice. */
export function startLoad(address: string, rates: Rates = usual): Load {
  const samples: Sample[] = [];
  const pending = new Set<Promise<void>>();
  const kept = new Agent({ keepAlive: true, timeout: 30_000 });
  let isRunning = true;
  const begin = (kind: Kind): void => {
    const one = ask(address, kind, { agent: kept }).then((sample) => {
      samples.push(sample);
      pending.delete(one);
    });
    pending.add(one);
  };
  const running = (async (): Promise<void> => {
    const kinds = Object.keys(rates) as Kind[];
    const due = new Map(kinds.map((kind) => [kind, 0]));
    let last = performance.now();
    while (isRunning) {
      await sleep(tickMilliseconds);
      const now = performance.now();
      for (const kind of kinds) {
        let owed = (due.get(kind) ?? 0) + ((now - last) / 1000) * rates[kind];
        for (; owed >= 1; owed--) if (pending.size < atOnce) begin(kind);
        due.set(kind, owed);
      }
      last = now;
    }
  })();
  return {
    count: () => samples.length,
    stop: async () => {
      isRunning = false;
      await running;
      await Promise.all(pending);
      kept.destroy();
      return samples;
    },
  };
}

/** One request of a kind; `seconds`: how long its answer is to take. Never throws. */
export async function ask(
  address: string,
  kind: Kind,
  { agent, seconds = secondsOf(kind) }: { agent?: Agent; seconds?: number } = {},
): Promise<Sample> {
  const began = performance.now();
  const isUpload = kind === "upload";
  const answer = await new Promise<Pick<Sample, "failure" | "releases">>((resolve) => {
    const fail = (failure: string): void => resolve({ failure: `${kind}: ${failure}`, releases: [] });
    const asked = request(`http://${address}/cms-api/v1/release?seconds=${seconds}`, {
      agent: kind === "kept" ? agent : false,
      method: isUpload ? "POST" : "GET",
      headers: isUpload ? { "content-length": uploadChunks * chunk.length } : {},
      signal: AbortSignal.timeout(Math.ceil(seconds + 15) * 1000),
    });
    asked.once("error", (error) => fail(error.message));
    asked.once("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.once("error", (error) => fail(`cut off: ${error.message}`));
      response.once("end", () => {
        const told = parseAnswer(response.statusCode ?? 0, response.headers["x-release"], body, isUpload ? uploadChunks * chunk.length : 0);
        if ("failure" in told) fail(told.failure);
        else resolve(told);
      });
    });
    if (isUpload) void sendSlowly(asked);
    else asked.end();
  });
  return { kind, began, ended: performance.now(), ...answer };
}

const secondsOf = (kind: Kind): number => (kind === "slow" ? 1 + 2 * Math.random() : 0);

async function sendSlowly(asked: ReturnType<typeof request>): Promise<void> {
  for (let sent = 0; sent < uploadChunks && !asked.destroyed; sent++) {
    asked.write(chunk);
    await sleep(100);
  }
  asked.end();
}
