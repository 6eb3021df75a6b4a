import assert from "node:assert/strict";
import { hostFiles, type Identity, namesFile, type Role, roles, usersSql } from "../../../lab/host-files";

const identity = (role: Role): Identity => ({
  name: "web1",
  address: "10.213.7.10",
  role,
  hostKey: { privateKey: "PRIVATE HOST KEY", publicKey: "ssh-ed25519 AAAA" },
  deployKey: "ssh-ed25519 BBBB",
  jwt: { privateKey: "PRIVATE JWT KEY", publicKey: "PUBLIC JWT KEY" },
  database: { certificate: "CERTIFICATE", key: "PRIVATE TLS KEY", ca: "CA" },
  ids: { wwwData: { owner: "33", group: "33" }, mysql: { owner: "101", group: "102" } },
});

const paths = (role: Role): string[] => hostFiles(identity(role)).map(({ path }) => path);

describe("files of a lab host", () => {
  it("gives signing keys to web hosts only", () => {
    const key = "var/www/selfhelp-shared/config/jwt/private.pem";
    assert.deepEqual([paths("all").includes(key), paths("web").includes(key), paths("database").includes(key)], [true, true, false]);
  });

  it("gives a server certificate to database hosts only, the authority's to all", () => {
    const key = "etc/mysql/lab/server.key";
    assert.deepEqual(
      roles.filter((role) => paths(role).includes(key)),
      ["all", "database", "mysql database"],
    );
    for (const role of roles) assert.ok(paths(role).includes("etc/mysql/lab/ca.pem"));
  });

  it("lets nobody read a private key but who needs it", () => {
    const readable = hostFiles(identity("all")).filter(({ content }) => content?.startsWith("PRIVATE"));
    assert.deepEqual(
      readable.map(({ path, mode, owner = "0", group = "0" }) => `${mode} ${owner}:${group} ${path}`),
      [
        "600 0:0 etc/ssh/ssh_host_ed25519_key",
        "640 0:33 var/www/selfhelp-shared/config/jwt/private.pem",
        "600 101:102 etc/mysql/lab/server.key",
      ],
    );
  });

  it("names the hosts of the lab", () => {
    const hosts = [
      { name: "web1", address: "10.213.7.10" },
      { name: "db1", address: "10.213.7.11" },
    ];
    assert.equal(namesFile(hosts).content, "127.0.0.1 localhost\n10.213.7.10 web1\n10.213.7.11 db1\n");
  });

  it("makes database users that must use TLS, with the rights that an operator gives", () => {
    const users = {
      schema: "selfhelp",
      deployUser: "d",
      deployPassword: "one",
      appUser: "a",
      appPassword: "two",
      adminUser: "r",
      adminPassword: "three",
    };
    const sql = usersSql(users, "MariaDB");
    const statements = sql.split("\n").filter((line) => line !== "" && !/'@'(localhost|10\.213\.%)'/.test(line));
    assert.deepEqual(statements, [
      "CREATE USER IF NOT EXISTS 'r'@'127.0.0.1' IDENTIFIED BY 'three' REQUIRE SSL;",
      "GRANT ALL ON *.* TO 'r'@'127.0.0.1' WITH GRANT OPTION;",
      "CREATE DATABASE IF NOT EXISTS `selfhelp` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;",
      "CREATE USER IF NOT EXISTS 'd'@'127.0.0.1' IDENTIFIED BY 'one' REQUIRE SSL;",
      "CREATE USER IF NOT EXISTS 'a'@'127.0.0.1' IDENTIFIED BY 'two' REQUIRE SSL;",
      "GRANT ALL ON `selfhelp`.* TO 'd'@'127.0.0.1';",
      "GRANT ALL ON `selfhelp\\_verify\\_%`.* TO 'd'@'127.0.0.1';",
      "GRANT SELECT ON mysql.proc TO 'd'@'127.0.0.1';",
      "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON `selfhelp`.* TO 'a'@'127.0.0.1';",
    ]);
    assert.ok(usersSql(users, "MySQL").includes("GRANT SHOW_ROUTINE ON *.* TO 'd'@'127.0.0.1';\n"));
  });
});
