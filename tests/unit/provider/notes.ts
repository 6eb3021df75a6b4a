import type { AuditEvent } from "../../../components/audit/contract";
import type { RecordedDeployment } from "../../../components/audit/deployments";
import { DeploymentError } from "../../../host/errors";
import { type Context, type Handler, type Inventory, type Lookup, unknown } from "../../../provider/handler";
import type { AnyHandler, AnyLookup, Registry } from "../../../provider/registry";

export interface NoteInputs {
  text: string;
  author: string;
  place: string;
}

export interface NoteState {
  length: number;
  change: string;
}

export const noteToken = "test:index:Note";
export const noteUrn = `urn:pulumi:production::demo::parent:index:Parent$${noteToken}::note`;
export const wordsToken = "test:index:countWords";

/** Something live to converge: a text, which a test may also change by hand. */
export class Notes {
  text = "old";
  readonly locks: string[] = [];
  readonly actedOn: string[] = [];
  readonly audited: AuditEvent[] = [];
  /** What the audit log would tell of this run, and of how long steps usually take. */
  run: RecordedDeployment | undefined;
  readonly usual: Record<string, number> = {};
  reads = 0;
  /** Before each reading. */
  onRead = (_context: Context): void => undefined;
  onLock = (): void => undefined;
  /** Writes the text; may fail half way. */
  write = async (text: string, _context: Context): Promise<void> => void (this.text = text);

  readonly registry: Registry = {
    handlers: { [noteToken]: this.#handler() as unknown as AnyHandler },
    lookups: { [wordsToken]: countWords as unknown as AnyLookup },
  };

  /** An inventory of nothing but a lock, which is taken once. */
  openInventory(): Inventory {
    let since: Date | undefined;
    const lock = async (purpose: string): Promise<Date> => {
      if (since === undefined) {
        this.locks.push(purpose);
        this.onLock();
      }
      return (since ??= new Date());
    };
    const note = async (event: AuditEvent): Promise<Error> => {
      this.audited.push(event);
      return new Error("there is no log");
    };
    const audit = { note, written: async () => undefined, run: () => this.run, usually: (step: string) => this.usual[step] };
    return { lock, audit } as unknown as Inventory;
  }

  #handler(): Handler<NoteInputs, NoteState> {
    return {
      compared: ["text"],
      check: ({ text }) => (text === "" ? [{ propertyPath: "text", reason: 'must not be empty, for example "hello"' }] : []),
      read: async (wanted, _was, context) => {
        this.reads += 1;
        this.onRead(context);
        if (wanted.place.startsWith("gone")) throw new DeploymentError(`there is nothing at "${wanted.place}"`);
        return { inputs: { ...wanted, text: this.text }, state: { length: this.text.length, change: "unchanged" } };
      },
      plan: (live, wanted) => {
        if (wanted.text === "forbidden") throw new DeploymentError(`"${live.inputs.text}" must not become "forbidden"`);
        return { length: unknown, change: `${live.inputs.text} -> ${wanted.text}` };
      },
      act: async (live, wanted, context) => {
        this.actedOn.push(live.inputs.text);
        await this.write(wanted.text, context);
        return { length: wanted.text.length, change: `${live.inputs.text} -> ${wanted.text}` };
      },
    };
  }
}

const countWords: Lookup<{ text: string }, { words: number }> = {
  check: ({ text }) => (text === undefined ? [{ propertyPath: "text", reason: "is missing" }] : []),
  answer: async ({ text }) => ({ words: text.split(" ").length }),
};
