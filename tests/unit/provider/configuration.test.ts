import assert from "node:assert/strict";
import { inspect } from "node:util";
import { parseConfiguration, type Settings } from "../../../provider/configuration";
import { Engine, refusal, secretMark, settings, unknownMark } from "./engine";
import { Notes, noteUrn } from "./notes";

const host = { name: "web1", address: "192.0.2.1", port: 22, user: "deploy", hostKey: "" };
const database = { over: "web1", address: "127.0.0.1", port: 3306, name: "demo", user: "u", password: "hidden word" };
const configuration = (hosts: unknown = [host], changed: object = {}): Record<string, string> => ({
  app: "demo",
  hosts: JSON.stringify(hosts),
  database: JSON.stringify({ ...database, ...changed }),
});

function settingsOf(values: Record<string, unknown>): Settings {
  const parsed = parseConfiguration(values);
  assert.ok("settings" in parsed, inspect(parsed));
  return parsed.settings;
}

function problemsOf(values: Record<string, unknown>): string[] {
  const parsed = parseConfiguration(values);
  assert.ok("problems" in parsed);
  return parsed.problems.map(({ propertyPath, reason }) => `${propertyPath} ${reason}`);
}

describe("the provider's configuration", () => {
  it("becomes settings, in which the password can't be seen", () => {
    const jump = { ...host, name: "bastion" };
    const { app, hosts, database: found } = settingsOf(configuration([{ ...host, privateKeyPath: "/key", jump }], { tls: { ca: "PEM" } }));
    assert.equal(app, "demo");
    assert.deepEqual(hosts, [{ ...host, privateKeyPath: "/key", jump: { ...jump, privateKeyPath: undefined } }]);
    assert.deepEqual({ ...found, password: found.password.reveal() }, { ...database, tls: { ca: "PEM" } });
    assert.doesNotMatch(inspect(found) + JSON.stringify(found), /hidden word/);
  });

  it("is refused with every problem at once, where it is and what would be right", () => {
    assert.deepEqual(
      problemsOf(
        configuration(
          [
            { ...host, address: 7, port: 70000 },
            { ...host, user: "", jump: 1 },
          ],
          { user: null, tls: {} },
        ),
      ),
      [
        'hosts[0].address must be a text, for example "web1.example.org"',
        "hosts[0].port must be a whole number from 1 to 65535, for example 22",
        'hosts[1].user must be a text, for example "deploy"',
        "hosts[1].jump must be an object",
        'hosts[1].jump.name is missing: it must be a text, for example "web1"',
        'hosts[1].jump.address is missing: it must be a text, for example "web1.example.org"',
        "hosts[1].jump.port is missing: it must be a whole number from 1 to 65535, for example 22",
        'hosts[1].jump.user is missing: it must be a text, for example "deploy"',
        'hosts[1].jump.hostKey is missing: it must be a text, for example "ssh-ed25519 AAAA…"',
        'database.user must be a text, for example "selfhelp_deploy"',
        'database.tls.ca is missing: it must be a text, for example "-----BEGIN CERTIFICATE-----…"',
      ],
    );
  });

  it("is refused when its parts contradict each other", () => {
    assert.deepEqual(problemsOf({ ...configuration([host, host], { over: "db1" }), app: "../etc" }), [
      'app must be lower-case letters, digits and "-", for example "selfhelp", not "../etc"',
      'hosts have the name "web1" twice',
      'database.over must be one of the hosts (web1, web1), not "db1"',
    ]);
  });

  it("is refused when it is empty or no JSON, without showing what it is", () => {
    assert.deepEqual(problemsOf({ app: "demo", hosts: "[]", database: '{ "password": "hidden word' }).slice(0, 2), [
      "hosts must be a list with at least one element",
      "database must be an object",
    ]);
    assert.doesNotMatch(problemsOf({ database: "hidden word" }).join(), /hidden word/);
  });

  describe("over the wire", () => {
    let engine: Engine;
    const notes = new Notes();

    beforeEach(async () => {
      engine = await Engine.start({ registry: notes.registry, openInventory: () => notes.openInventory() });
    });
    afterEach(() => engine.stop());

    it("is checked before it is used, secrets too", async () => {
      assert.deepEqual(await engine.checkConfig(settings), []);
      assert.deepEqual(await engine.checkConfig({ ...settings, hosts: "[]", database: secretMark("") }), [
        "hosts must be a list with at least one element",
        "database must be an object",
        'database.over is missing: it must be a text, for example "web1"',
        'database.address is missing: it must be a text, for example "127.0.0.1"',
        "database.port is missing: it must be a whole number from 1 to 65535, for example 3306",
        'database.name is missing: it must be a text, for example "selfhelp"',
        'database.user is missing: it must be a text, for example "selfhelp_deploy"',
        "database.password is missing: it must be a text, for example a Pulumi secret",
      ]);
    });

    it("is not judged while some of it isn't known yet", async () => {
      assert.deepEqual(await engine.checkConfig({ ...settings, app: "", hosts: unknownMark }), []);
    });

    it("changes in place: a new password or host replaces no resource", async () => {
      const { changes, diffsList, replacesList } = await engine.diffConfig(settings, {
        ...settings,
        database: secretMark("{}"),
        hosts: unknownMark,
      });
      assert.deepEqual(
        { changes, diffs: diffsList.toSorted(), replacesList },
        { changes: 2, diffs: ["database", "hosts"], replacesList: [] },
      );
      assert.equal((await engine.diffConfig(settings, settings)).changes, 1);
    });

    it("that was recorded and can't be used any more stops nothing but what needs it", async () => {
      await engine.configure({ ...settings, hosts: "[]" });
      assert.deepEqual(await engine.check(noteUrn, { text: "new" }), []);
      const { message } = await refusal(engine.create(noteUrn, { text: "new", place: "desk" }));
      assert.equal(message, "the provider's configuration can't be used:\n    hosts must be a list with at least one element");
      const { remains } = await refusal(engine.read(noteUrn, { text: "new", place: "desk" }, {}));
      assert.equal(remains?.refreshBeforeUpdate, true);
    });
  });
});
