import type { AuditTrail } from "../components/audit/trail";
import type { Database } from "../database/database";
import type { Host } from "../host/host";
import type { Secret } from "../host/secret";
import type { Site } from "../host/site";
import type { WayBack } from "./way-back";

/** One input that can't be accepted: where it is and why, with what would be. */
export interface Problem {
  /** As in a Pulumi program: `health.timeoutSeconds` */
  propertyPath: string;
  reason: string;
}

/** What a handler is given to look and to act with. */
export interface Context {
  readonly inventory: Inventory;
  /** Aborted on Ctrl-C; a handler stops at its next safe point. */
  readonly signal: AbortSignal;
  /** What is to be taken back when this step or a later one of this run fails. */
  readonly wayBack: WayBack;
  /** Replaces the text on the resource's own line of Pulumi's display. */
  progress(text: string): void;
  /** A line that stays in Pulumi's output. */
  info(text: string): void;
  warn(text: string): void;
}

/** What one stack deploys to; connections are opened at first use and shared by all steps. */
export interface Inventory {
  readonly site: Site;
  /** Who deploys, for others who find the lock or read the ledger. */
  readonly operator: string;
  /** What this run does, told to the database's host, and what earlier ones told there. */
  readonly audit: Pick<AuditTrail, "announce" | "note" | "written" | "run" | "usually">;
  /** @throws DeploymentError when no host of the inventory has this name */
  host(name: string): Host;
  /** The host that the database is reached over and that backups are made on. */
  databaseHost(): Host;
  /** One connection, encrypted by SSH up to the database's host (and by TLS where configured or offered). */
  database(): Promise<Database>;
  readonly databaseSettings: DatabaseSettings;
  /** The database as backups are made of it; the very `databaseSettings` unless there is an account for it. */
  readonly dumpSettings: DatabaseSettings;
  /** A connection of who may make accounts on its server. @throws DeploymentError when the stack names nobody */
  administrator(): Promise<Database>;
  /** Text of the application's .env.local; absent: it is a shared file, made by hand. */
  readonly environment?: Secret;
  /** The server that copies are restored on, reached over the same host; the very `databaseSettings` unless configured otherwise. */
  readonly copySettings: DatabaseSettings;
  /**
   * Takes the lock on every host of the inventory for the rest of this process's life, once; a second call is free. It ends with the process or
   * its connection, whatever ends them. Returns when it was taken.
   * @throws LockHeld naming the holder
   */
  lock(purpose: string): Promise<Date>;
  /** Takes that lock again where a connection that broke has lost it. @throws LockNotRetaken */
  relock(): Promise<void>;
}

/** The trusted form of `database` in the stack's config. */
export interface DatabaseSettings {
  /** Where in the stack's config it is described, for errors; default: selfhelp:database. */
  key?: string;
  /** Name of the host in the inventory that it is reached over. */
  over: string;
  /** Address as that host reaches it. */
  address: string;
  port: number;
  name: string;
  user: string;
  password: Secret;
  /** TLS with verification inside the tunnel; `ca` is PEM text. */
  tls?: { ca: string };
  /** The server refuses this user without TLS, and there is nothing to verify it with. */
  encrypted?: boolean;
}

/** What is true: live values in the place of the wanted inputs, and the outputs. */
export interface Live<Inputs, State> {
  inputs: Inputs;
  state: State;
}

/** Stands for an output that only the act will tell; Pulumi shows it as `output<string>`. */
export const unknown: unique symbol = Symbol("unknown");

/** Outputs as far as they can be told before the act. */
export type Planned<State> = { [Key in keyof State]: State[Key] | typeof unknown };

/**
 * One kind of resource with live state. All verbs are required. Reading never writes; `plan` is pure.
 * The provider turns them into Check, Diff, Create, Read, Update: before every preview and up it reads, compares `inputs` property by property
 * (only those in `compared`), and answers previews with `plan`.
 */
export interface Handler<Inputs, State> {
  /** Names of the inputs whose difference from live makes the step due. */
  readonly compared: readonly (keyof Inputs & string)[];
  /** Problems that can be seen without contacting anything. Unknown values (during preview) are absent. */
  check(inputs: Partial<Inputs>): Problem[];
  /**
   * Looks at host and database; `was` is the last recorded state, absent before the first deployment. During a preview an input that isn't known yet
   * is left out by `{ ...wanted }`; asking for it by name leaves all outputs unknown.
   */
  read(wanted: Inputs, was: State | undefined, context: Context): Promise<Live<Inputs, State>>;
  /** The outputs as they will be after `act`; pure. `change` in them says what will be done. @throws DeploymentError when it must not be done */
  plan(live: Live<Inputs, State>, wanted: Inputs): Planned<State>;
  /**
   * Makes it so, from wherever it is; returns the new state. Called only when a compared input differs, with what was read inside the lock.
   * Whatever is thrown ends in a named state: the provider reads again and records that.
   */
  act(live: Live<Inputs, State>, wanted: Inputs, context: Context): Promise<State>;
}

/** A question of the program to the provider, answered before any resource is planned. */
export interface Lookup<Question, Answer> {
  check(question: Partial<Question>): Problem[];
  answer(question: Question, context: Context): Promise<Answer>;
}
