import { Secret } from "../../host/secret";
import type { DatabaseSettings } from "../../provider/handler";

/** What the dump client must know and nobody may see, as the option file that it reads. */
export function optionFile({ address, port, user, password, encrypted }: DatabaseSettings): Secret {
  const lines = [
    "[client]",
    `host=${quoted(address)}`,
    `port=${port}`,
    "protocol=tcp",
    `user=${quoted(user)}`,
    `password=${quoted(password.reveal())}`,
    "max_allowed_packet=1G",
    // What a client of MySQL doesn't know is behind "loose"; it encrypts by itself.
    ...(encrypted === true ? ["loose-ssl", "loose-skip-ssl-verify-server-cert"] : []),
  ];
  return new Secret(lines.map((line) => `${line}\n`).join(""));
}

/** As the clients read a quoted value back: only these stand for something else. */
function quoted(value: string): string {
  const escapes: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  return `"${value.replace(/[\\"\n\r\t]/g, (letter) => escapes[letter] ?? letter)}"`;
}
