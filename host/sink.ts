import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Begun } from "./begun";

/** Hands a channel's bytes, once its command has begun, to a writable stream, as fast as that takes them; a broken sink is reported once, and the rest goes nowhere. */
export function drainInto(channel: Readable, sink: NodeJS.WritableStream, begun: Begun, onBroken: (error: Error) => void): void {
  let broken = false;
  sink.on("error", (error: Error) => {
    if (!broken) onBroken(error);
    broken = true;
    channel.resume();
  });
  const write = (chunk: Buffer): void => {
    if (broken || sink.write(chunk)) return;
    channel.pause();
    sink.once("drain", () => channel.resume());
  };
  channel.on("data", begun.past(write));
}

/** Ends a sink whose bytes are complete, and waits until it has taken them all. */
export async function complete(sink: NodeJS.WritableStream): Promise<void> {
  const done = finished(sink, { readable: false });
  sink.end();
  await done;
}

/** Tells a sink that what it got is not everything. */
export const abandon = (sink: NodeJS.WritableStream, error: Error): unknown => (sink as Writable).destroy(error);
