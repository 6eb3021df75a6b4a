import { Transform, type Readable } from "node:stream";
import type { Context } from "../../provider/handler";
import { packObjects } from "../../repository/pack";
import type { ReleaseInputs } from "./contract";
import { heldCommits, receivePack } from "./held";

/** Brings a commit's files to the host, as what differs from the commits that it holds already; a commit that it holds is not sent. */
export async function transfer({ host: name, repository, release, commit }: ReleaseInputs, context: Context): Promise<void> {
  const { inventory, signal } = context;
  const host = inventory.host(name);
  const purpose = `transfer of ${release}`;
  context.progress(purpose);
  const { stdout } = await host.run(heldCommits(inventory.site, commit), { as: "root", purpose, timeoutSeconds: 60, signal });
  const held = stdout.split("\n").filter((line) => line !== "");
  if (held.includes(commit)) return;
  const pack = await packObjects(repository, commit, held);
  const stdin = counted(pack, (bytes) => context.progress(`${purpose}: ${(bytes / 1e6).toFixed(1)} MB`));
  await host.run(receivePack(inventory.site, commit), { as: "root", purpose, stdin, timeoutSeconds: 3600, signal });
}

function counted(source: Readable, tell: (bytes: number) => void): Readable {
  let bytes = 0;
  let told = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      bytes += chunk.length;
      if (bytes - told >= 1e6) tell((told = bytes));
      done(null, chunk);
    },
  });
  source.on("error", (error) => counter.destroy(error));
  return source.pipe(counter);
}
