/** What of a stack's config says where a database server is. */
interface Server {
  host?: string;
  tls?: object;
}

interface Servers {
  hosts: readonly { name: string; address: string }[];
  database: Server;
  rehearsal: { enabled: boolean; database?: Server };
}

/** A server as the host sees it that the connection goes over. */
export interface ServerPlace {
  /** Name of that host. */
  over?: string;
  address?: string;
}

/** `database.host` is a host of the inventory (reached on its own loopback), or an address as the first host reaches it. */
export function placeOf({ database, hosts }: Pick<Servers, "database" | "hosts">): ServerPlace {
  const own = hosts.find(({ name }) => name === database.host) ?? (database.host === undefined ? hosts[0] : undefined);
  return { over: (own ?? hosts[0])?.name, address: own === undefined ? database.host : "127.0.0.1" };
}

/** The server of the copies, which is reached over the database's own host; default: the database's own. */
export function copiesPlaceOf(servers: Servers): ServerPlace {
  const { over, address } = placeOf(servers);
  const { host } = servers.rehearsal.database ?? {};
  const named = servers.hosts.find(({ name }) => name === host);
  return { over, address: named === undefined ? (host ?? address) : named.name === over ? "127.0.0.1" : named.address };
}

/** Whether nothing that is said to it leaves the host that says it. */
export const isLoopback = ({ address }: ServerPlace): boolean => /^(localhost|127\.[\d.]+|::1)$/.test(address ?? "");

/** Servers that this tool would log in to over a network, and without knowing that it is they who answer. */
export function serversWithoutTls(servers: Servers): { path: string[]; address: string }[] {
  const { database, rehearsal } = servers;
  const all = [
    { path: ["database"], tls: database.tls, place: placeOf(servers) },
    ...(rehearsal.enabled && rehearsal.database !== undefined
      ? [{ path: ["rehearsal", "database"], tls: rehearsal.database.tls, place: copiesPlaceOf(servers) }]
      : []),
  ];
  return all.flatMap(({ path, tls, place }) => (tls !== undefined || isLoopback(place) ? [] : [{ path, address: place.address ?? "" }]));
}

/** Why such a server is refused. */
export const tlsIsMissing = (address: string): string =>
  `must be set: a network is on the way to ${address}, and login and data go over it. For example: {"caPath": "/etc/ssl/certs/database-ca.pem"}, ` +
  `the authority that signed the server's certificate`;
