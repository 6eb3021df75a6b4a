import type { Context, Handler } from "../../provider/handler";
import { endpoints } from "../switch/endpoints";
import { askOverHost } from "../validation/http";
import type { EndInputs, EndState } from "./contract";
import { NotServedAgain } from "./errors";
import { closeWindows } from "./hosts";

/** Users are served again, behind everything else. */
export const endHandler: Handler<EndInputs, EndState> = {
  compared: ["openedAt"],
  check: () => [],

  read: async (wanted) => ({ inputs: { ...wanted, openedAt: null }, state: { change: "unchanged" } }),

  plan: (_live, wanted) => ({ change: changeOf(wanted) }),

  /** From the first host that serves users again, nothing is taken back any more: what they do must not be lost. */
  async act(_live, wanted, context) {
    context.wayBack.forget();
    // One that was opened by hand stays, and its users are answered 503 still.
    const closed = await closeWindows(wanted.hosts, context.inventory);
    await Promise.all(closed.map((name) => assertServed(name, wanted, context)));
    return { change: changeOf(wanted) };
  },
};

async function assertServed(name: string, { probe }: EndInputs, { inventory }: Context): Promise<void> {
  const { check, result, detail } = await askOverHost(inventory.host(name), endpoints.users, probe);
  if (result !== "passed") throw new NotServedAgain(name, `${check}: ${detail}`);
}

const changeOf = ({ hosts }: EndInputs): string => `closes on ${hosts.join(", ")}`;
