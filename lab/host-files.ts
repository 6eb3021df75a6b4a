import { imageUser } from "./keys";
import type { HostFile } from "./machine";

/** all: application and database; web: no database; database: nothing else. */
export type Role = "all" | "web" | "database";

/** What makes a copy of the image this host. */
export interface Identity {
  name: string;
  address: string;
  role: Role;
  /** Every host of the lab, for /etc/hosts. */
  neighbours: readonly { name: string; address: string }[];
  hostKey: { privateKey: string; publicKey: string };
  deployKey: string;
  jwt: { privateKey: string; publicKey: string };
  database: { certificate: string; key: string; ca: string; users: DatabaseUsers };
}

export interface DatabaseUsers {
  schema: string;
  deployUser: string;
  deployPassword: string;
  appUser: string;
  appPassword: string;
}

/** All files of a host before its first boot. */
export function hostFiles(host: Identity): HostFile[] {
  return [...systemFiles(host), ...(host.role === "database" ? [] : webFiles(host)), ...(host.role === "web" ? [] : databaseFiles(host))];
}

function systemFiles({ name, address, neighbours, hostKey, deployKey }: Identity): HostFile[] {
  const hosts = ["127.0.0.1 localhost", ...neighbours.map((host) => `${host.address} ${host.name}`)];
  return [
    { path: "etc/hostname", content: `${name}\n` },
    { path: "etc/hosts", content: `${hosts.join("\n")}\n` },
    { path: "etc/systemd/network/10-host0.network", content: networkFile(address) },
    { path: "etc/ssh/ssh_host_ed25519_key", content: hostKey.privateKey, mode: "600" },
    { path: "etc/ssh/ssh_host_ed25519_key.pub", content: `${hostKey.publicKey}\n` },
    { path: "etc/ssh/authorized/deploy", content: `${deployKey}\n` },
    { path: "etc/ssh/sshd_config.d/authorized.conf", content: "AuthorizedKeysFile /etc/ssh/authorized/%u\nHostKey /etc/ssh/ssh_host_ed25519_key\n" },
  ];
}

const networkFile = (address: string): string =>
  `[Match]\nName=host0\n\n[Network]\nAddress=${address}/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n`;

/** The application's signing keys, put there by hand once, as an operator does. */
function webFiles({ jwt }: Identity): HostFile[] {
  const { group } = imageUser("www-data");
  return [
    { path: "var/www/selfhelp-shared/config/jwt/private.pem", content: jwt.privateKey, mode: "640", group },
    { path: "var/www/selfhelp-shared/config/jwt/public.pem", content: jwt.publicKey, mode: "640", group },
  ];
}

function databaseFiles({ database }: Identity): HostFile[] {
  const mysql = imageUser("mysql");
  return [
    { path: "etc/mysql/lab/ca.pem", content: database.ca },
    { path: "etc/mysql/lab/server.pem", content: database.certificate },
    { path: "etc/mysql/lab/server.key", content: database.key, mode: "600", ...mysql },
    { path: "etc/mysql/lab/users.sql", content: usersSql(database.users), mode: "600", ...mysql },
    { path: "etc/mysql/mariadb.conf.d/99-lab.cnf", content: serverConfig },
  ];
}

const serverConfig = `[mariadbd]
bind-address = 0.0.0.0
ssl_ca = /etc/mysql/lab/ca.pem
ssl_cert = /etc/mysql/lab/server.pem
ssl_key = /etc/mysql/lab/server.key
init_file = /etc/mysql/lab/users.sql
innodb_buffer_pool_size = 64M
`;

/** What a database administrator hands over: an empty schema, a user that deploys, a user for the application. Run at each start of the server. */
export function usersSql(users: DatabaseUsers): string {
  const statements = [`CREATE DATABASE IF NOT EXISTS \`${users.schema}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`];
  for (const from of ["127.0.0.1", "localhost", "10.213.%"]) {
    const deploy = `'${users.deployUser}'@'${from}'`;
    const app = `'${users.appUser}'@'${from}'`;
    statements.push(
      `CREATE USER IF NOT EXISTS ${deploy} IDENTIFIED BY '${users.deployPassword}' REQUIRE SSL`,
      `CREATE USER IF NOT EXISTS ${app} IDENTIFIED BY '${users.appPassword}' REQUIRE SSL`,
      `GRANT ALL ON \`${users.schema}\`.* TO ${deploy}`,
      `GRANT ALL ON \`${users.schema}\\_verify\\_%\`.* TO ${deploy}`,
      `GRANT SELECT ON mysql.proc TO ${deploy}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON \`${users.schema}\`.* TO ${app}`,
    );
  }
  return statements.map((statement) => `${statement};\n`).join("");
}
