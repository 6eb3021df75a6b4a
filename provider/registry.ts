import { accountsToken, serverToken } from "../components/access/contract";
import { accounts } from "../components/access/handler";
import { getServer } from "../components/access/lookup";
import { announceToken, recordToken } from "../components/audit/contract";
import { record } from "../components/audit/handler";
import { announce } from "../components/audit/lookup";
import { backupToken } from "../components/backup/contract";
import { backup } from "../components/backup/handler";
import { permissionsToken } from "../components/hardening/contract";
import { permissions } from "../components/hardening/handler";
import { endToken, windowToken } from "../components/maintenance/contract";
import { endHandler } from "../components/maintenance/end-handler";
import { windowHandler } from "../components/maintenance/window-handler";
import { chainToken, databaseVersionToken } from "../components/migration/contract";
import { databaseVersion } from "../components/migration/handler";
import { getChain } from "../components/migration/lookup";
import { monitorToken } from "../components/monitoring/contract";
import { monitor } from "../components/monitoring/handler";
import { offsiteToken } from "../components/offsite/contract";
import { offsiteCopy } from "../components/offsite/handler";
import { rehearsalToken } from "../components/rehearsal/contract";
import { rehearsal } from "../components/rehearsal/handler";
import { circumstancesToken } from "../components/protect/contract";
import { getCircumstances } from "../components/protect/lookup";
import { commitToken, releaseToken } from "../components/release/contract";
import { release } from "../components/release/handler";
import { getCommit } from "../components/release/lookup";
import { restoreToken } from "../components/rollback/contract";
import { restore } from "../components/rollback/handler";
import { switchToken } from "../components/switch/contract";
import { switchHandler } from "../components/switch/handler";
import { candidateToken, deploymentToken } from "../components/validation/contract";
import { candidate, deployment } from "../components/validation/handler";
import type { Handler, Lookup } from "./handler";
import type { Values } from "./wire";

/** A handler or lookup whose values come from the wire; `check` has seen them. */
export type AnyHandler = Handler<Values, Values>;
export type AnyLookup = Lookup<Values, object>;

/** What a provider can do, by token. */
export interface Registry {
  handlers: Record<string, AnyHandler>;
  lookups: Record<string, AnyLookup>;
}

const handler = <Inputs, State>(typed: Handler<Inputs, State>): AnyHandler => typed as unknown as AnyHandler;
const lookup = <Question, Answer>(typed: Lookup<Question, Answer>): AnyLookup => typed as unknown as AnyLookup;

/** The only place that names the steps. */
export const registry: Registry = {
  handlers: {
    [accountsToken]: handler(accounts),
    [windowToken]: handler(windowHandler),
    [backupToken]: handler(backup),
    [offsiteToken]: handler(offsiteCopy),
    [releaseToken]: handler(release),
    [permissionsToken]: handler(permissions),
    [restoreToken]: handler(restore),
    [rehearsalToken]: handler(rehearsal),
    [databaseVersionToken]: handler(databaseVersion),
    [candidateToken]: handler(candidate),
    [switchToken]: handler(switchHandler),
    [deploymentToken]: handler(deployment),
    [endToken]: handler(endHandler),
    [recordToken]: handler(record),
    [monitorToken]: handler(monitor),
  },
  lookups: {
    [announceToken]: lookup(announce),
    [commitToken]: lookup(getCommit),
    [chainToken]: lookup(getChain),
    [serverToken]: lookup(getServer),
    [circumstancesToken]: lookup(getCircumstances),
  },
};
