import { Writable } from "node:stream";

const mostHeldBytes = 1024 * 1024;
const end = "0\n";

/**
 * Writes what it is given to a channel as frames: the size in digits, a line feed, the bytes; a size of 0 ends it. So the host knows the end of an input
 * from the end of a connection. Chunks that wait for the channel become one frame.
 */
export function framesInto(channel: Writable): Writable {
  return new Writable({
    highWaterMark: mostHeldBytes,
    write: (chunk: Buffer, _encoding, done) => writeFrame(channel, [chunk], done),
    writev: (chunks, done) =>
      writeFrame(
        channel,
        chunks.map(({ chunk }) => chunk as Buffer),
        done,
      ),
    final: (done) => void channel.write(end, done),
  });
}

function writeFrame(channel: Writable, chunks: Buffer[], done: (error?: Error | null) => void): void {
  const filled = chunks.filter(({ length }) => length > 0);
  const last = filled.pop();
  if (last === undefined) return done();
  channel.write(`${filled.reduce((sum, { length }) => sum + length, last.length)}\n`);
  for (const chunk of filled) channel.write(chunk);
  channel.write(last, done);
}
