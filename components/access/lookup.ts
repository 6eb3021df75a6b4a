import { connect } from "node:net";
import { parseGrant, readGrants } from "../../database/grants";
import { textOf } from "../../host/errors";
import type { Lookup } from "../../provider/handler";
import type { ServerAnswer, ServerQuestion } from "./contract";
import { AdministratorMayNot, EndpointUnreachable, NoTls } from "./errors";

/** Which server it is, and whether its accounts can be managed: asked first, since the plugin that makes them tries a refused login for five minutes. */
export const getServer: Lookup<ServerQuestion, ServerAnswer> = {
  check: () => [],

  async answer({ requireTls, endpoint }, { inventory }) {
    if (endpoint !== null) await dial(endpoint);
    const { name, address, port, over } = inventory.databaseSettings;
    const place = `"${name}" at ${address}:${port} (over host "${over}")`;
    const database = await inventory.administrator();
    const [server] = await database.query<{ version: string; account: string }>("SELECT VERSION() AS version, CURRENT_USER() AS account");
    const tls = await database.query<{ Value: string }>("SHOW VARIABLES LIKE 'have_ssl'");
    // MySQL 8.4 has no such variable any more, and always TLS.
    const offersTls = tls.every(({ Value }) => Value === "YES");
    if (requireTls && !offersTls) throw new NoTls(place);
    const held = (await readGrants(database)).flatMap((line) => parseGrant(line) ?? []);
    const everywhere = held.filter(({ database: on }) => on === "*").flatMap(({ privileges }) => privileges);
    const lacking = ["CREATE USER", "GRANT OPTION", "SELECT"].filter((one) => !holds(everywhere, one));
    if (lacking.length > 0) throw new AdministratorMayNot(place, quotedAccount(server?.account ?? ""), lacking);
    return { version: server?.version ?? "", offersTls };
  },
};

const dialMilliseconds = 10_000;

/** @throws EndpointUnreachable */
async function dial(endpoint: string): Promise<void> {
  const colon = endpoint.lastIndexOf(":");
  const host = endpoint.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const socket = connect({ host, port: Number(endpoint.slice(colon + 1)), timeout: dialMilliseconds });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
      socket.once("timeout", () => reject(new Error(`no answer within ${dialMilliseconds / 1000} s`)));
    });
  } catch (error) {
    throw new EndpointUnreachable(endpoint, textOf(error));
  } finally {
    socket.destroy();
  }
}

const holds = (privileges: readonly string[], one: string): boolean =>
  privileges.includes(one) || (one !== "GRANT OPTION" && privileges.includes("ALL PRIVILEGES"));

/** "'root'@'localhost'" */
function quotedAccount(account: string): string {
  const at = account.lastIndexOf("@");
  return `'${account.slice(0, at)}'@'${account.slice(at + 1)}'`;
}
