import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { CandidateInputs, DeploymentInputs } from "../../../components/validation/contract";
import { CandidateNotShown, ValidationFailed } from "../../../components/validation/errors";
import { candidate, deployment } from "../../../components/validation/handler";
import { Cancelled } from "../../../host/errors";
import type { Host } from "../../../host/host";
import { siteOf, type Site, type Slot } from "../../../host/site";
import { connectHost } from "../../../host/ssh";
import { type Context, unknown } from "../../../provider/handler";
import { startSshd, type TestSshd } from "../host/sshd";
import { noLimits } from "./no-limits";

const commits = { blue: "b".repeat(40), green: "c".repeat(40) };
const check = (name: string, path: string) => ({ name, path, hostName: "127.0.0.1:8080", timeoutSeconds: 5, status: 200 });
const checks = [check("health", "/health"), check("pages", "/pages")];
const wanted: CandidateInputs = {
  host: "web1",
  slot: "green",
  commit: commits.green,
  release: "v8.1.0",
  checks,
  commands: [],
  schemaCommand: "test -e schema-is-fine",
  schema: { mapping: "fail", sync: "fail" },
  newerDatabase: null,
  integrationTest: null,
};
const limits = noLimits(5);

describe("validation on a host", function () {
  this.timeout(30_000);
  let sshd: TestSshd;
  let connection: ReturnType<typeof connectHost>;
  let web: Server;
  let site: Site;
  /** What the application answers, by path. */
  let answers: Record<string, number>;
  let shown: string[];
  let warned: string[];

  before(async () => {
    sshd = await startSshd();
    connection = connectHost(sshd.settings);
    web = createServer((request, response) => response.writeHead(answers[request.url ?? ""] ?? 404).end("problem"));
    await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    web.close();
    connection.close();
    sshd.stop();
  });
  let sites = 0;
  beforeEach(() => {
    site = siteIn(join(sshd.folder, `site${(sites += 1)}`));
    answers = { "/health": 200, "/pages": 200 };
    shown = [];
    warned = [];
    for (const slot of ["blue", "green"] as const) release(slot);
    symlinkSync(site.slot.blue, site.current);
    symlinkSync(site.slot.green, site.candidate);
  });

  function release(slot: Slot): void {
    mkdirSync(site.slot[slot]);
    writeFileSync(join(site.slot[slot], "schema-is-fine"), "");
    const marker = { release: slot === "blue" ? "v8.0.0" : "v8.1.0", commit: commits[slot], builtAt: "2026-11-23T04:24:18.000Z" };
    writeFileSync(join(site.slot[slot], ".release.json"), JSON.stringify(marker));
  }
  /** The ports 80 and 8080 of this host are the test's own web server. */
  function context(signal = new AbortController().signal): Context {
    const host: Host = { ...connection, connectTo: (address) => connection.connectTo(address, (web.address() as AddressInfo).port) };
    const progress = (text: string): void => void shown.push(text);
    return {
      inventory: { site, host: () => host },
      signal,
      progress,
      warn: (text: string) => void warned.push(text),
    } as unknown as Context;
  }
  const validate = async (changes: Partial<CandidateInputs> = {}, signal?: AbortSignal) => {
    const inputs = { ...wanted, ...changes };
    return candidate.act(await candidate.read(inputs, undefined, context()), inputs, context(signal));
  };
  const failureOf = async (work: Promise<unknown>): Promise<Error> =>
    await work.then(
      () => assert.fail("it passed"),
      (error: Error) => error,
    );

  describe("of a candidate", () => {
    it("is due while users are served something else", async () => {
      const { inputs } = await candidate.read(wanted, undefined, context());
      assert.deepEqual([inputs.slot, inputs.commit], ["blue", commits.blue]);
    });

    it("is due before the first switch", async () => {
      unlinkSync(site.current);
      const { inputs } = await candidate.read(wanted, undefined, context());
      assert.deepEqual([inputs.slot, inputs.commit], ["none", "none"]);
    });

    it("is planned with its count, and with results that nobody knows yet", async () => {
      assert.deepEqual(candidate.plan(await candidate.read(wanted, undefined, context()), wanted), {
        results: unknown,
        change: "4 checks of v8.1.0 in green",
      });
    });

    it("asks everything, one after the other, and shows which", async () => {
      const { results, change } = await validate();
      assert.deepEqual(
        results.map(({ check, result, detail }) => [check, result, detail]),
        [
          ["health", "passed", "answered 200"],
          ["pages", "passed", "answered 200"],
          ["schema mapping", "passed", "the mapping is correct"],
          ["schema sync", "passed", "the database is in sync with it"],
        ],
      );
      assert.equal(change, "4 checks of v8.1.0 in green");
      assert.deepEqual(shown, ["check 1/3 health", "check 2/3 pages", "check 3/3 schema"]);
    });

    it("stops with every result, with what users see now, and with what to do", async () => {
      answers["/pages"] = 500;
      const error = await failureOf(validate({ schemaCommand: "echo 'not in sync: table pages is missing'; exit 2" }));
      assert.ok(error instanceof ValidationFailed);
      assert.equal(
        error.message.replace(/ +\d+ ms/g, " N ms"),
        'v8.1.0 in green on host "web1" did not pass 2 of 4 checks:\n' +
          "    health          passed N ms  answered 200\n" +
          '    pages           failed N ms  answered 500, not 200: "problem"\n' +
          "    schema mapping  passed N ms  the mapping is correct\n" +
          "    schema sync     failed N ms  the database is not in sync with the mapping\n" +
          "        not in sync: table pages is missing\n" +
          "Users are still served from blue (v8.0.0). The failed release still stands in green for inspection: on the host, see " +
          `curl -i http://127.0.0.1:8080 and sudo journalctl -u demo-fpm@green.service. Deploy a corrected release; ` +
          "if the cause lay elsewhere, remove it and start again.",
      );
    });

    it("runs the schema command in the candidate's slot", async () => {
      unlinkSync(join(site.slot.green, "schema-is-fine"));
      const error = await failureOf(validate());
      assert.match(error.message, /schema +failed .* exited with code 1: test -e schema-is-fine/);
    });

    it("tells the mapping and the database's schema apart, and takes each as it is configured", async () => {
      const schemaCommand = "echo the mapping is bad; exit 3";
      const { results } = await validate({ checks, schemaCommand, schema: { mapping: "warn", sync: "off" } });
      assert.deepEqual(
        results.slice(2).map(({ check, result, detail }) => [check, result, detail]),
        [["schema mapping", "warning", "the mapping is wrong\nthe mapping is bad"]],
      );
      assert.deepEqual(warned, ['v8.1.0 in green on host "web1": schema mapping: the mapping is wrong\nthe mapping is bad']);
      assert.equal((await validate({ schemaCommand, schema: { mapping: "off", sync: "off" } })).results.length, 2);
    });

    it("runs commands in the candidate's slot, each with its own time", async () => {
      const command = (name: string, command: string) => ({ name, command, timeoutSeconds: 1 });
      const commands = [
        command("here", "test -e schema-is-fine"),
        command("broken", "echo one; echo 'no queue' >&2; (exit 3) | cat"),
        command("endless", "echo begun; sleep 100"),
      ];
      const error = await failureOf(validate({ commands }));
      assert.match(error.message, /did not pass 2 of 7 checks/);
      assert.match(error.message, /here +passed .* exited with code 0/);
      assert.match(error.message, /broken +failed .* exited with code 3: echo one[^\n]*\n +one\n +no queue\n/);
      assert.match(error.message, /endless +failed .* did not end within 1 s: echo begun; sleep 100\n +begun\n/);
    });

    it("goes on with a warning, and shows it", async () => {
      const { results } = await validate({ checks: [{ ...check("health", "/health"), maxMilliseconds: 0.001 }] });
      assert.equal(results[0]?.result, "warning");
      assert.match(warned.join(), /^v8\.1\.0 in green on host "web1": health: answered 200, but after \d+ ms, more than 0\.001$/);
    });

    it("stops at a check that could not be asked, and says that this proves nothing", async () => {
      const directory = join(sshd.folder, "not there");
      const integrationTest = { command: "true", timeoutSeconds: 5, directory, hostName: "x" };
      const error = await failureOf(validate({ integrationTest }));
      assert.match(error.message, /did not pass 1 of 5 checks \(1 of them could not be told: the check itself did not work\)/);
      assert.match(error.message, /integration test +inconclusive .* could not be started/);
      assert.match(error.message, /The release still stands in green .*No check says that the release is wrong: remove what kept checks/);
    });

    it("never takes the answers of another release for those of the candidate", async () => {
      unlinkSync(site.candidate);
      symlinkSync(site.slot.blue, site.candidate);
      const error = await failureOf(validate());
      assert.ok(error instanceof CandidateNotShown);
      assert.equal(
        error.message,
        `host "web1": the release in green can't be checked: 127.0.0.1:8080 shows ${site.slot.blue} instead. Nothing was switched. ` +
          `Type on the host, then start again: sudo ln -sfn ${site.slot.green} ${site.candidate}`,
      );
      unlinkSync(site.candidate);
      assert.match((await failureOf(validate())).message, /127\.0\.0\.1:8080 shows nothing instead/);
    });

    it("never checks a slot that holds another commit", async () => {
      const error = await failureOf(validate({ commit: "d".repeat(40) }));
      assert.match(error.message, /it holds commit c{40}, not commit d{40}\. Nothing was switched\. Start again/);
    });

    it("stops between two checks when it is cancelled", async () => {
      assert.ok((await failureOf(validate({}, AbortSignal.abort()))) instanceof Cancelled);
    });

    it("is cancelled within the schema command, too", async () => {
      const controller = new AbortController();
      const cancel = {
        ...context(controller.signal),
        progress: (text: string) => text.includes("schema") && controller.abort(),
      } as Context;
      const inputs = { ...wanted, schemaCommand: "sleep 100" };
      const work = candidate.act(await candidate.read(inputs, undefined, context()), inputs, cancel);
      assert.ok((await failureOf(work)) instanceof Cancelled);
    });

    it("needs a slot, and something to check", () => {
      assert.deepEqual(candidate.check({ slot: "none", checks: [], schemaCommand: "" }).map(({ propertyPath }) => propertyPath), ["slot", "checks"]); // prettier-ignore
      assert.deepEqual(candidate.check({ checks: [{ ...check("a", "health"), status: 20 }] }), [
        { propertyPath: "checks[0].path", reason: 'must start with "/", for example "/cms-api/v1/health", not "health"' },
        { propertyPath: "checks[0].status", reason: "must be an HTTP status, not 20" },
      ]);
    });
  });

  describe("of what users are served", () => {
    const after = ["2026-11-23T05:00:00.000Z", null];
    const inputs: DeploymentInputs = {
      host: "web1",
      release: "v8.1.0",
      checks,
      commands: [],
      schemaCommand: "test -e schema-is-fine",
      schema: { mapping: "fail", sync: "fail" },
      after,
      inWindow: false,
      newerDatabase: null,
      limits,
      health: check("health", "/health"),
      backupDirectory: "/var/backups",
      url: null,
    };

    it("is due until a passed run came after the last change", async () => {
      const before = await deployment.read(inputs, undefined, context());
      assert.deepEqual(before.inputs.after, []);
      const state = await deployment.act(before, inputs, context());
      assert.equal(state.change, "4 checks of v8.1.0");
      assert.deepEqual((await deployment.read(inputs, state, context())).inputs.after, after);
    });

    it("is planned while the change it comes after is still ahead", async () => {
      const known = { ...inputs, after: undefined } as unknown as DeploymentInputs;
      const planned = deployment.plan(await deployment.read(inputs, undefined, context()), known);
      assert.deepEqual(planned, { results: unknown, change: "4 checks of v8.1.0", after: unknown });
    });

    it("fails loudly: users already see it", async () => {
      answers["/health"] = 503;
      unlinkSync(join(site.slot.blue, "schema-is-fine"));
      const error = await failureOf(deployment.act(await deployment.read(inputs, undefined, context()), inputs, context()));
      assert.match(error.message, /^v8\.1\.0 on host "web1" did not pass 2 of 3 checks:/);
      assert.match(error.message, /Users are served v8\.1\.0 as it is\. .* go back: set selfhelp:release to the release before/);
    });
  });
});

function siteIn(folder: string): Site {
  mkdirSync(folder);
  const inFolder = (path: string): string => join(folder, path.replaceAll("/", "_"));
  const site = siteOf("demo");
  return {
    ...site,
    slot: { blue: inFolder(site.slot.blue), green: inFolder(site.slot.green) },
    current: inFolder(site.current),
    candidate: inFolder(site.candidate),
    maintenanceFile: inFolder(site.maintenanceFile),
    runtimeUser: userInfo().username,
  };
}
