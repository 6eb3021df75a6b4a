import type { HostFile } from "./machine";

/** all: application and database; web: no database; database: nothing else; mysql database: the same with MySQL's server in the place of MariaDB's. */
export const roles = ["all", "web", "database", "mysql database"] as const;
export type Role = (typeof roles)[number];

/** Whether a host of this role serves the application, and has a database. */
export const servesApplication = (role: Role): boolean => role === "all" || role === "web";
export const hasDatabase = (role: Role): boolean => role !== "web";
export const hasMysql = (role: Role): boolean => role === "mysql database";

/** What makes a copy of the image this host. */
export interface Identity {
  name: string;
  address: string;
  role: Role;
  hostKey: { privateKey: string; publicKey: string };
  deployKey: string;
  jwt: { privateKey: string; publicKey: string };
  database: { certificate: string; key: string; ca: string };
  /** Numeric ids of the image's users who own files. */
  ids: { wwwData: Ids; mysql: Ids };
}

interface Ids {
  owner: string;
  group: string;
}

export interface DatabaseUsers {
  schema: string;
  deployUser: string;
  deployPassword: string;
  appUser: string;
  appPassword: string;
  adminUser: string;
  adminPassword: string;
}

/** All files of a host before its first boot, but for those that change with the other hosts of its lab. */
export function hostFiles(host: Identity): HostFile[] {
  const { role } = host;
  return [...systemFiles(host), ...(servesApplication(role) ? webFiles(host) : []), ...(hasDatabase(role) ? databaseFiles(host) : [])];
}

/** So that the hosts of a lab know each other by name. */
export function namesFile(hosts: readonly { name: string; address: string }[]): HostFile {
  const lines = ["127.0.0.1 localhost", ...hosts.map((host) => `${host.address} ${host.name}`)];
  return { path: "etc/hosts", content: lines.map((line) => `${line}\n`).join("") };
}

function systemFiles({ name, address, hostKey, deployKey, database }: Identity): HostFile[] {
  return [
    { path: "etc/hostname", content: `${name}\n` },
    { path: "etc/systemd/network/10-host0.network", content: networkFile(address) },
    { path: "etc/ssh/ssh_host_ed25519_key", content: hostKey.privateKey, mode: "600" },
    { path: "etc/ssh/ssh_host_ed25519_key.pub", content: `${hostKey.publicKey}\n` },
    { path: "etc/ssh/authorized/deploy", content: `${deployKey}\n` },
    {
      path: "etc/ssh/sshd_config.d/authorized.conf",
      content: "AuthorizedKeysFile /etc/ssh/authorized/%u\nHostKey /etc/ssh/ssh_host_ed25519_key\n",
    },
    { path: "etc/mysql/lab/ca.pem", content: database.ca },
  ];
}

const networkFile = (address: string): string =>
  `[Match]\nName=host0\n\n[Network]\nAddress=${address}/24\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n`;

/** The application's signing keys, put there by hand once, as an operator does. */
function webFiles({ jwt, ids }: Identity): HostFile[] {
  const { group } = ids.wwwData;
  return [
    { path: "var/www/selfhelp-shared/config/jwt/", mode: "750", group },
    { path: "var/www/selfhelp-shared/config/jwt/private.pem", content: jwt.privateKey, mode: "640", group },
    { path: "var/www/selfhelp-shared/config/jwt/public.pem", content: jwt.publicKey, mode: "640", group },
  ];
}

function databaseFiles({ database, ids, role }: Identity): HostFile[] {
  return [
    { path: "etc/mysql/lab/server.pem", content: database.certificate },
    { path: "etc/mysql/lab/server.key", content: database.key, mode: "600", ...ids.mysql },
    hasMysql(role)
      ? { path: "etc/mysql/mysql.conf.d/zz-lab.cnf", content: `${serverConfig}log_bin_trust_function_creators = ON\n` }
      : { path: "etc/mysql/mariadb.conf.d/99-lab.cnf", content: serverConfig },
  ];
}

const serverConfig = `[mysqld]
bind-address = 0.0.0.0
ssl_ca = /etc/mysql/lab/ca.pem
ssl_cert = /etc/mysql/lab/server.pem
ssl_key = /etc/mysql/lab/server.key
innodb_buffer_pool_size = 64M
`;

/** What a database administrator hands over: an empty schema, a user that deploys, a user for the application, and one who makes others. */
export function usersSql(users: DatabaseUsers, server: "MariaDB" | "MySQL"): string {
  const readRoutines = { MariaDB: "SELECT ON mysql.proc", MySQL: "SHOW_ROUTINE ON *.*" }[server];
  const administrator = `'${users.adminUser}'@'127.0.0.1'`;
  const statements = [
    `CREATE USER IF NOT EXISTS ${administrator} IDENTIFIED BY '${users.adminPassword}' REQUIRE SSL`,
    `GRANT ALL ON *.* TO ${administrator} WITH GRANT OPTION`,
    `CREATE DATABASE IF NOT EXISTS \`${users.schema}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  ];
  for (const from of ["127.0.0.1", "localhost", "10.213.%"]) {
    const deploy = `'${users.deployUser}'@'${from}'`;
    const app = `'${users.appUser}'@'${from}'`;
    statements.push(
      `CREATE USER IF NOT EXISTS ${deploy} IDENTIFIED BY '${users.deployPassword}' REQUIRE SSL`,
      `CREATE USER IF NOT EXISTS ${app} IDENTIFIED BY '${users.appPassword}' REQUIRE SSL`,
      `GRANT ALL ON \`${users.schema}\`.* TO ${deploy}`,
      `GRANT ALL ON \`${users.schema}\\_verify\\_%\`.* TO ${deploy}`,
      `GRANT ${readRoutines} TO ${deploy}`,
      `GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON \`${users.schema}\`.* TO ${app}`,
    );
  }
  return statements.map((statement) => `${statement};\n`).join("");
}
