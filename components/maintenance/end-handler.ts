import type { Handler } from "../../provider/handler";
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
    await closeWindows(wanted.hosts, context.inventory);
    for (const name of wanted.hosts) {
      const { check, result, detail } = await askOverHost(context.inventory.host(name), endpoints.users, wanted.probe);
      if (result !== "passed") throw new NotServedAgain(name, `${check}: ${detail}`);
    }
    return { change: changeOf(wanted) };
  },
};

const changeOf = ({ hosts }: EndInputs): string => `closes on ${hosts.join(", ")}`;
