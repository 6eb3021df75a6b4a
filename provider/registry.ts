import { backupToken } from "../components/backup/contract";
import { chainToken, databaseVersionToken } from "../components/migration/contract";
import { commitToken, releaseToken } from "../components/release/contract";
import { switchToken } from "../components/switch/contract";
import { candidateToken, deploymentToken } from "../components/validation/contract";
import type { Handler, Lookup } from "./handler";
import type { Values } from "./wire";

/** A handler or lookup whose values come from the wire; `check` has seen them. */
export type AnyHandler = Handler<Values, Values>;
export type AnyLookup = Lookup<Values, object>;

/** What a provider can do, by token; each room is loaded when it is first asked for. */
export interface Registry {
  handlers: Record<string, () => Promise<AnyHandler>>;
  lookups: Record<string, () => Promise<AnyLookup>>;
}

const handler = <Inputs, State>(load: Promise<Handler<Inputs, State>>): Promise<AnyHandler> => load as unknown as Promise<AnyHandler>;
const lookup = <Question, Answer>(load: Promise<Lookup<Question, Answer>>): Promise<AnyLookup> => load as unknown as Promise<AnyLookup>;

/** The only place that names the steps. */
export const registry: Registry = {
  handlers: {
    [backupToken]: () => handler(import("../components/backup/handler").then((room) => room.backup)),
    [releaseToken]: () => handler(import("../components/release/handler").then((room) => room.release)),
    [databaseVersionToken]: () => handler(import("../components/migration/handler").then((room) => room.databaseVersion)),
    [candidateToken]: () => handler(import("../components/validation/handler").then((room) => room.candidate)),
    [switchToken]: () => handler(import("../components/switch/handler").then((room) => room.switchHandler)),
    [deploymentToken]: () => handler(import("../components/validation/handler").then((room) => room.deployment)),
  },
  lookups: {
    [commitToken]: () => lookup(import("../components/release/lookup").then((room) => room.getCommit)),
    [chainToken]: () => lookup(import("../components/migration/lookup").then((room) => room.getChain)),
  },
};
