import { isIP } from "node:net";
import { Secret } from "../../host/secret";
import type { DatabaseSettings } from "../../provider/handler";

/**
 * The dump client's option file: address and credentials, and for a database elsewhere that its certificate must bear its name.
 * On the host itself the CA is enough. `loose-` is for an option that MariaDB's client does not know; MySQL's does not read the last group.
 */
export function optionFile(database: DatabaseSettings): Secret {
  const lines = [
    "[client]",
    `host=${quoted(database.address)}`,
    `port=${database.port}`,
    "protocol=tcp",
    `user=${quoted(database.user)}`,
    `password=${quoted(database.password.reveal())}`,
    "max_allowed_packet=1G",
    ...(database.tls === undefined || isLoopback(database.address) ? [] : nameVerified),
  ];
  return new Secret(lines.map((line) => `${line}\n`).join(""));
}

const nameVerified = ["loose-ssl-mode=VERIFY_IDENTITY", "[client-mariadb]", "ssl-verify-server-cert"];

const isLoopback = (address: string): boolean => address === "localhost" || address === "::1" || (isIP(address) === 4 && address.startsWith("127."));

/** As the clients read a quoted value back: only these stand for something else. */
function quoted(value: string): string {
  const escapes: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return `"${value.replace(/[\\"\n\r\t]/g, (letter) => escapes[letter] ?? letter)}"`;
}
