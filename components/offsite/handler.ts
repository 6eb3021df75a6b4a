import type { Host } from "../../host/host";
import { type Context, type Handler, unknown } from "../../provider/handler";
import type { BackupRecord } from "../backup/contract";
import type { OffsiteCopyInputs, OffsiteCopyState } from "./contract";
import { copy } from "./copy";
import { type Attempt, offsiteFailure, StoreSilent } from "./errors";
import { findCopy } from "./look";
import { withNewKey } from "./patience";
import { urlOf } from "./place";
import { inputProblems } from "./problems";
import { type OpenStore, openStore } from "./store";

/** The newest backup, off its host, too. */
export const offsiteCopy: Handler<OffsiteCopyInputs, OffsiteCopyState> = {
  compared: ["backup", "bucket", "prefix", "endpoint"],
  check: inputProblems,

  async read(wanted, _was, context) {
    // A preview of a change that makes a backup first: whether the store takes the login is to be known before that.
    if (!("backup" in { ...wanted }))
      await inStore(wanted, undefined, "look", context, (store) => store.list(`${wanted.prefix}/`)).catch(warned(context));
    const { backup } = wanted;
    if (backup === null) return { inputs: { ...wanted }, state: nothingToCopy };
    const look = (store: OpenStore) => withNewKey(wanted.credentials, context.signal, () => findCopy(store, wanted, backup));
    const offsite = (await inStore(wanted, backup.id, "look", context, look).catch(warned(context))) ?? null;
    return { inputs: { ...wanted, backup: offsite === null ? null : backup }, state: { offsite, change: "unchanged" } };
  },

  plan: (_live, wanted) => (wanted.backup === null ? nothingToCopy : { offsite: unknown, change: changeOf(wanted.backup, wanted) }),

  async act(_live, wanted, context) {
    const { backup } = wanted;
    if (backup === null) return nothingToCopy;
    const offsite = await inStore(wanted, backup.id, "copy", context, (store, host) => copy(store, wanted, backup, host, context));
    return { offsite, change: changeOf(backup, wanted) };
  },
};

/** An outage of the store must not keep anybody from deploying, or from going back: it is the last step that fails then, if it lasts. */
const warned =
  ({ warn }: Context) =>
  (error: unknown): undefined => {
    if (!(error instanceof StoreSilent)) throw error;
    warn(error.message);
  };

const nothingToCopy: OffsiteCopyState = { offsite: null, change: "none: there is no backup yet" };

/** "20261123T042418Z-v8.0.0 to s3://bucket/selfhelp/production" */
const changeOf = ({ id }: BackupRecord, wanted: OffsiteCopyInputs): string => `${id} to ${urlOf(wanted)}`;

/** Works with the store from the database's host. @throws what the work throws, in words */
async function inStore<Result>(
  wanted: OffsiteCopyInputs,
  id: string | undefined,
  what: Attempt["what"],
  { inventory, signal }: Context,
  work: (store: OpenStore, host: Host) => Promise<Result>,
): Promise<Result> {
  const host = inventory.databaseHost();
  try {
    return await work(await openStore(wanted, host, signal), host);
  } catch (error) {
    throw offsiteFailure(error, { id, host: host.name, store: wanted, what, isCancelled: signal.aborted });
  }
}
