import assert from "node:assert/strict";
import { inspect } from "node:util";
import { backupInput, makeBackup } from "../../../components/backup/commands";
import type { Script } from "../../../host/command";
import { optionFile } from "../../../components/backup/option-file";
import { Secret } from "../../../host/secret";

const settings = { over: "db1", address: "127.0.0.1", port: 3306, name: "selfhelp", user: "deploy", password: new Secret(`a\\b"c'#d`) };

describe("what the dump client is told in secret", () => {
  it("is an option file that keeps every character of the password", () => {
    assert.equal(
      optionFile(settings).reveal(),
      `[client]\nhost="127.0.0.1"\nport=3306\nprotocol=tcp\nuser="deploy"\npassword="a\\\\b\\"c'#d"\nmax_allowed_packet=1G\n`,
    );
  });

  it("is one line behind the manifest's first part, and shows nowhere else", () => {
    const known = { id: "i", takenAt: "t", verifiedAt: null, databaseVersion: "v8.0.0", server: "s", tables: ["line\nbreak"] };
    const place = { database: "selfhelp", characterSet: "utf8mb4", collation: "utf8mb4_bin", address: "a", storedBytes: 1 };
    const intended = { ...known, ...place, commits: {}, definers: [] };
    const input = backupInput(
      intended,
      [{ kind: "table", name: "line\nbreak" }],
      optionFile(settings),
      optionFile({ ...settings, user: "copy" }),
      new Secret("AGE-SECRET-KEY-1X"),
    );
    const [manifest, objects, ...options] = input.reveal().trimEnd().split("\n");
    assert.deepEqual(JSON.parse(manifest ?? ""), intended);
    assert.deepEqual(JSON.parse(objects ?? ""), [{ kind: "table", name: "line\nbreak" }]);
    assert.deepEqual(
      options.map((line) => /user="(.*)"/.exec(Buffer.from(line, "base64").toString())?.[1]),
      ["deploy", "copy", undefined],
    );
    const what = { directory: "/b", id: "i", recipient: "age1", schema: "selfhelp", neededBytes: 1.5, ca: "" };
    const order = {
      ...what,
      server: "mariadb" as const,
      generated: ["a table"],
      leftOut: ["a view"],
      withHistory: true,
      withPosition: true,
    };
    assert.ok(!inspect([input, makeBackup(order)], { depth: null }).includes("#d"));
    assert.deepEqual((makeBackup(order) as Script).with, [
      ...["/b", "i", "age1", "selfhelp", "2", "", "mariadb", "generated", "history", "position"],
      ...Array<string>(8).fill(""),
      "a view",
    ]);
  });
});
