import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cancelled, DeploymentError, HostUnreachable } from "../../../host/errors";
import { type Context, type Handler, type Inventory, unknown } from "../../../provider/handler";
import { runPlugin } from "../../../provider/plugin";
import type { AnyHandler } from "../../../provider/registry";

/**
 * A provider whose hosts are folders and whose live state is a file: a text that is written word by word. The word FAIL fails, the word WAIT waits
 * until the file `go` is there.
 */
interface NoteInputs {
  file: string;
  text: string;
  token: string;
}

interface NoteState {
  words: number;
  change: string;
}

const world = process.env["NOTES_WORLD"] ?? "";
const log = (line: string): void => appendFileSync(join(world, "log"), `${line}\n`);
const wordsOf = (text: string): string[] => text.split(" ").filter((word) => word !== "");

const note: Handler<NoteInputs, NoteState> = {
  compared: ["text"],
  check: ({ text }) => (text === "" ? [{ propertyPath: "text", reason: 'must not be empty, for example "hello"' }] : []),
  async read(wanted, _was, { inventory }) {
    const path = join(folderOf(inventory), wanted.file);
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    return { inputs: { ...wanted, text }, state: { words: wordsOf(text).length, change: "unchanged" } };
  },
  plan(live, wanted) {
    if (wanted.text.includes("FORBIDDEN")) throw new DeploymentError(`"${wanted.text}" must not be written`);
    return { words: unknown, change: `"${live.inputs.text}" -> "${wanted.text}"` };
  },
  async act(live, wanted, context) {
    log(`writing ${wanted.text}`);
    const path = join(folderOf(context.inventory), wanted.file);
    const written: string[] = [];
    for (const word of wordsOf(wanted.text)) {
      await write(word, written, context);
      written.push(word);
      writeFileSync(path, written.join(" "));
    }
    return { words: written.length, change: `"${live.inputs.text}" -> "${wanted.text}"` };
  },
};

async function write(word: string, written: readonly string[], context: Context): Promise<void> {
  context.progress(`word ${written.length + 1} is ${word}`);
  if (word === "FAIL") throw new DeploymentError(`the pen broke after "${written.join(" ")}"`);
  if (word === "SHOUT") throw new DeploymentError("long ".repeat(100_000));
  while (word === "WAIT" && !existsSync(join(world, "go"))) {
    if (context.signal.aborted) {
      log("ended at a safe point");
      throw new Cancelled(`writing after "${written.join(" ")}"`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function folderOf(inventory: Inventory): string {
  const { name, address } = (inventory as unknown as { first: { name: string; address: string } }).first;
  const folder = join(world, address);
  if (!existsSync(folder)) throw new HostUnreachable(name, address, "there is no such folder");
  return folder;
}

log("started");
void runPlugin({
  registry: { handlers: { "apphost:test:Note": note as unknown as AnyHandler }, lookups: {} },
  openInventory: ({ hosts: [first] }) => {
    let since: Date | undefined;
    const lock = async (purpose: string): Promise<Date> => {
      if (since === undefined) log(`locked for ${purpose}`);
      return (since ??= new Date());
    };
    const noLog = (): Promise<Error> => Promise.resolve(new Error("there is no log"));
    const audit = { announce: () => undefined, note: noLog, written: noLog, run: () => undefined, usually: () => undefined };
    return { first, lock, audit } as unknown as Inventory;
  },
  version: "1.2.3",
});
