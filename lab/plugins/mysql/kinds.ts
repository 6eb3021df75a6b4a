import type { Connection } from "mysql2/promise";
import type { Replacing } from "../diff";

/** A resource's inputs, unwrapped, with their defaults. */
export type Inputs = Record<string, unknown>;

/** A kind of resource, as the official plugin has it. */
export interface Kind extends Replacing {
  required: readonly string[];
  defaults: Inputs;
  /** What its id is. */
  id(inputs: Inputs): string;
  create(server: Connection, inputs: Inputs): Promise<void>;
  update(server: Connection, inputs: Inputs): Promise<void>;
  remove(server: Connection, inputs: Inputs): Promise<void>;
  /** Whether it is still there. It is all that the official plugin looks at. */
  exists(server: Connection, inputs: Inputs): Promise<boolean>;
}

const account = ({ user, host }: Inputs): [unknown, unknown] => [user, host];

const user: Kind = {
  required: ["user"],
  defaults: { host: "localhost", tlsOption: "NONE" },
  replacedBy: ["user", "host", "authPlugin", "tlsOption"],
  id: (inputs) => account(inputs).join("@"),
  // Without IF NOT EXISTS: an account that is there already is an error.
  create: async (server, inputs) => {
    const values = [...account(inputs), inputs["plaintextPassword"]];
    await server.query(`CREATE USER ?@? IDENTIFIED BY ? REQUIRE ${word(inputs["tlsOption"])}`, values);
  },
  update: async (server, inputs) => {
    await server.query("ALTER USER ?@? IDENTIFIED BY ?", [...account(inputs), inputs["plaintextPassword"]]);
  },
  remove: async (server, inputs) => {
    await server.query("DROP USER ?@?", account(inputs));
  },
  exists: async (server, inputs) => {
    const [rows] = await server.query("SELECT user FROM mysql.user WHERE user = ?", [inputs["user"]]);
    return (rows as unknown[]).length > 0;
  },
};

const grant: Kind = {
  required: ["database"],
  defaults: { host: "localhost", table: "*", tlsOption: "NONE", grant: false },
  replacedBy: "all",
  id: (inputs) => `${account(inputs).join("@")}:${placeOf(inputs["database"])}`,
  create: async (server, inputs) => {
    await server.query(`GRANT ${privilegesOf(inputs)} ON ${onOf(inputs)} TO ?@?`, account(inputs));
  },
  update: () => Promise.reject(new Error("a grant is replaced")),
  remove: async (server, inputs) => {
    await server.query(`REVOKE GRANT OPTION ON ${onOf(inputs)} FROM ?@?`, account(inputs));
    await server.query(`REVOKE ${privilegesOf(inputs)} ON ${onOf(inputs)} FROM ?@?`, account(inputs));
  },
  exists: (server, inputs) =>
    server.query("SHOW GRANTS FOR ?@?", account(inputs)).then(
      () => true,
      () => false,
    ),
};

/** The official plugin takes these as they are, too: a backslash in a schema's name stays one. */
const placeOf = (name: unknown): string => (name === "*" ? "*" : `\`${String(name).replaceAll("`", "``")}\``);
const onOf = ({ database, table }: Inputs): string => `${placeOf(database)}.${placeOf(table)}`;
const privilegesOf = ({ privileges }: Inputs): string => (privileges as unknown[]).map(word).join(", ");

function word(text: unknown): string {
  if (typeof text === "string" && /^[A-Z][A-Z_ ]*$/.test(text)) return text;
  throw new Error(`"${String(text)}" is no word of SQL`);
}

const kinds: Record<string, Kind> = { "mysql:index/user:User": user, "mysql:index/grant:Grant": grant };

/** The kind of resource that a URN names. */
export function kindOf(urn: string): Kind {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`unknown resource type "${type}"`);
  return kind;
}
