import type { Database } from "../../database/database";
import { StatementFailed } from "../../database/errors";
import type { Context, Handler, Inventory } from "../../provider/handler";
import type { AccountsInputs, AccountsState } from "./contract";
import { accountName, type Difference, differenceText } from "./differences";
import { usersOfRelease } from "./commands";
import { AccountsRemain, StillUsed } from "./errors";
import { asWanted, doneText, droppedUsers, isRemoved, liveAccounts, planAccounts } from "./plan";
import { readDifferences, readFindings } from "./read-server";
import { correctionOf, type Statement } from "./statements";

/** Rights of accounts, which their own resources give but never look at again: read, and corrected where they differ. */
export const accounts: Handler<AccountsInputs, AccountsState> = {
  compared: ["differing", "users"],
  check: () => [],

  async read(wanted, was, { inventory }) {
    const database = await inventory.administrator();
    const dropped = droppedUsers(was?.made ?? [], wanted);
    if (dropped.length > 0) await assertUnused(dropped, wanted.hosts, inventory);
    return liveAccounts(await readDifferences(database, wanted), await readFindings(database), wanted, was);
  },

  plan: planAccounts,

  async act({ inputs }, wanted, context) {
    const database = await context.inventory.administrator();
    context.progress("correcting accounts");
    await correct(database, wanted, context);
    const remaining = await readDifferences(database, wanted);
    if (remaining.length > 0) throw remainText(remaining, context.inventory);
    const left = (await readFindings(database)).filter((one) => isRemoved(one, wanted));
    if (left.length > 0) context.warn(`still there: ${left.map(({ what }) => what).join(", ")}`);
    const { state } = liveAccounts([], await readFindings(database), wanted, undefined);
    return { ...state, access: asWanted, change: doneText(inputs, wanted) };
  },
};

/** Dropped under a release that logs in as it, an account takes users' requests with it. @throws StillUsed */
async function assertUnused(dropped: readonly string[], hosts: readonly string[], { host, site }: Inventory): Promise<void> {
  for (const name of hosts) {
    const options = { as: "root", purpose: "reading who the release logs in as", timeoutSeconds: 30 };
    const { stdout } = await host(name).run(usersOfRelease(site.current, dropped), options);
    const [used] = stdout.split("\n").filter((user) => user !== "");
    if (used !== undefined) throw new StillUsed(used, name);
  }
}

async function correct(database: Database, wanted: AccountsInputs, { warn }: Context): Promise<void> {
  const found = (await readFindings(database)).filter((one) => isRemoved(one, wanted));
  const remedies = found.flatMap(({ remedy }) => remedy ?? []);
  // The second time for what only shows when the first is done.
  for (let time = 1; time <= 2; time++)
    for (const one of await readDifferences(database, wanted)) {
      const correction = correctionOf(one);
      if (correction !== undefined) await send(database, correction, warn);
    }
  for (const remedy of remedies) await send(database, remedy, warn);
  await database.query("FLUSH PRIVILEGES");
}

/** One that the server refuses is told, and doesn't keep the others from being done. */
async function send(database: Database, { sql, values }: Statement, warn: (text: string) => void): Promise<void> {
  try {
    await database.query(sql, values);
  } catch (error) {
    if (!(error instanceof StatementFailed) || error.connectionLost) throw error;
    warn(`the server refused to correct an account: ${error.message}`);
  }
}

function remainText(remaining: readonly Difference[], { databaseSettings: { name, address, port, over } }: Inventory): AccountsRemain {
  const absent = remaining.filter(({ kind }) => kind === "absent").map(({ account }) => accountName(account));
  return new AccountsRemain(`"${name}" at ${address}:${port} (over host "${over}")`, remaining.map(differenceText), absent);
}
