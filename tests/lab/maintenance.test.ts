import assert from "node:assert/strict";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { hostOf, type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import { killTree, waitFor } from "../../lab/process";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";

const maintenanceFile = "/var/lib/selfhelp/maintenance";

describe("deployments in a maintenance window", function () {
  this.timeout(180_000);
  let lab: Lab;
  let stack: LabStack;

  before(async () => {
    lab = await freshLab("window");
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
  });

  after(async () => {
    await stopLab("window");
    removeConfig("window");
  });

  const root = async (command: string): Promise<string> =>
    (await onHost(lab, "web1", ["bash", "-c", command], { asRoot: true })).stdout.trim();
  const databaseDump = (): Promise<string> => root("mariadb-dump --routines --events --skip-comments selfhelp | sha256sum");
  const isOpen = async (): Promise<boolean> => (await root(`test -e ${maintenanceFile} && echo open || true`)) === "open";

  const ask = (): Promise<Response> =>
    fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(10_000) });
  const served = async (): Promise<{ release: string; databaseVersion: string }> => {
    const { release, databaseVersion } = (await (await ask()).json()) as { release: string; databaseVersion: string };
    return { release, databaseVersion };
  };

  const configure = (config: Record<string, unknown>): Promise<void> => stack.configure({ strategy: "maintenance", ...config });
  async function deploy(config: Record<string, unknown>): Promise<PulumiRun> {
    await configure(config);
    return stack.up();
  }
  async function deployed(config: Record<string, unknown>): Promise<string> {
    const { output, exitCode } = await deploy(config);
    assert.equal(exitCode, 0, output);
    return output;
  }

  /** Asks as a user does until `work` has ended. @returns what was answered, in order, without repetitions */
  async function answersDuring<Result>(work: Promise<Result>): Promise<{ answers: string[]; result: Result }> {
    const answers: string[] = [];
    let isRunning = true;
    const ended = work.finally(() => (isRunning = false));
    while (isRunning) {
      const answer = await ask();
      const body = (await answer.json()) as { release?: string; databaseVersion?: string };
      const seen = answer.status === 200 ? `${body.release} on ${body.databaseVersion}` : `${answer.status}`;
      if (answers.at(-1) !== seen) answers.push(seen);
    }
    return { answers, result: await ended };
  }

  it("makes a bare host serve the first release, and leaves no window open", async () => {
    await deployed({ release: "v8.1.0" });
    assert.deepEqual(await served(), { release: "v8.1.0", databaseVersion: "v8.1.0" });
    assert.equal(await isOpen(), false);
    assert.equal((await stack.outputs())["maintenance"], false);
  });

  it("does nothing the second time", async () => {
    assert.match(await deployed({ release: "v8.1.0" }), /Resources:\s+\d+ unchanged/);
  });

  it("shows the window in the preview, and opens none for it", async () => {
    await configure({ release: "v8.2.0-contract" });
    const { output, exitCode } = await stack.preview();
    assert.equal(exitCode, 0, output);
    assert.match(output, /window\s*: .*"opens on web1"/);
    assert.match(output, /selfhelp-window-end-hosts update/);
    assert.equal(await isOpen(), false);
  });

  it("closes a window when the rehearsal fails: users are served as before, and nothing of the database changed", async () => {
    const before = await databaseDump();
    await configure({ release: "v8.2.0-fails-half-way" });
    const { answers, result } = await answersDuring(stack.up());
    assert.notEqual(result.exitCode, 0);
    assert.match(result.output, /the rehearsal on a copy failed/);
    assert.match(result.output, /The maintenance window is closed on web1: users are served as before/);
    assert.deepEqual(answers, ["v8.1.0 on v8.1.0", "503", "v8.1.0 on v8.1.0"]);
    assert.equal(await databaseDump(), before);
  });

  it("takes code and database back when a check fails after the migration, and says so", async () => {
    const before = await databaseDump();
    await configure({ release: "v8.2.0-contract", checks: [{ name: "new page", path: "/not-there" }] });
    const { answers, result } = await answersDuring(stack.up());
    assert.notEqual(result.exitCode, 0);
    assert.match(result.output, /new page\s+failed/);
    assert.match(result.output, /The database is at v8\.1\.0 again, restored from the backup \d{8}T\d{6}Z-v8\.1\.0\./);
    assert.match(result.output, /The maintenance window is closed on web1: users are served as before/);
    assert.deepEqual(answers, ["v8.1.0 on v8.1.0", "503", "v8.1.0 on v8.1.0"]);
    await root("mariadb -e 'DROP TABLE selfhelp.selfhelp_restores'");
    assert.equal(await databaseDump(), before);
  });

  it("leaves the window open instead where that is switched off, and the next up goes on", async () => {
    const checks = [{ name: "new page", path: "/not-there" }];
    const { output, exitCode } = await deploy({ release: "v8.2.0-contract", checks, maintenance: { takeBack: false } });
    assert.notEqual(exitCode, 0);
    assert.match(output, /The maintenance window, open since \S+, stays open, and users are answered 503: the database is at v8\.2\.0/);
    assert.equal((await ask()).status, 503);
    await deployed({ release: "v8.2.0-contract" });
    assert.deepEqual(await served(), { release: "v8.2.0-contract", databaseVersion: "v8.2.0" });
  });

  it("goes back to the release and the database before, when told what is lost by that", async () => {
    await root(`mariadb selfhelp -e "INSERT INTO lookups (type_code, code) VALUES ('test', 'after the backup')"`);
    const refused = await stack.selfhelp("rollback", "--database", "previous", "--yes");
    assert.equal(refused.exitCode, 2, refused.output);
    assert.match(refused.output, /lookups: \d+ rows -> \d+/);
    const [, since = ""] = /--i-lose-data-since (\S+)\. Nothing was changed/.exec(refused.output) ?? [];
    const words = ["--database", "previous", "--release", "v8.1.0", "--yes", "--i-lose-data-since"];
    const { answers, result } = await answersDuring(stack.selfhelp("rollback", ...words, since));
    assert.equal(result.exitCode, 0, result.output);
    assert.deepEqual(answers, ["v8.2.0-contract on v8.2.0", "503", "v8.1.0 on v8.1.0"]);
    assert.equal(await isOpen(), false);
    const again = await stack.up();
    assert.match(again.output, /Resources:\s+\d+ unchanged/);
  });

  it("closes the window on Ctrl-C, once what runs has ended", async () => {
    await configure({ release: "v8.2.0-slow" });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    await waitFor("the rehearsal is under way", 60, async () => /rehearsal\S* updating .* 41_\S+ [3-6]\/6 statements/.test(run.output()));
    assert.equal((await ask()).status, 503);
    run.process.kill("SIGINT");
    const { output, exitCode } = await run.ended;
    assert.notEqual(exitCode, 0);
    assert.match(output, /The maintenance window is closed on web1: users are served as before/);
    assert.deepEqual(await served(), { release: "v8.1.0", databaseVersion: "v8.1.0" });
  });

  it("goes on with a deployment that was killed while its window was open", async () => {
    await configure({ release: "v8.2.0-slow" });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    await waitFor("the rehearsal is under way", 60, async () => /rehearsal\S* updating .* 41_\S+ [3-6]\/6 statements/.test(run.output()));
    killTree(run.process.pid ?? 0);
    await run.ended;
    assert.equal((await ask()).status, 503);
    await waitFor("the lock is free", 90, async () => (await root("flock -n /var/lib/selfhelp/lock true && echo free || true")) === "free");
    await stack.cancel();
    await deployed({ release: "v8.1.0" });
    assert.deepEqual(await served(), { release: "v8.1.0", databaseVersion: "v8.1.0" });
  });

  it("leaves a window that somebody opened by hand", async () => {
    const opened = await stack.selfhelp("maintenance", "on");
    assert.equal(opened.exitCode, 0, opened.output);
    assert.match((await stack.selfhelp("maintenance", "status")).output, /web1: 503, opened by hand/);
    assert.match(await deployed({ release: "v8.1.0" }), /Resources:\s+\d+ unchanged/);
    assert.equal(await isOpen(), true);
    assert.equal((await stack.outputs())["maintenance"], true);
    await stack.selfhelp("maintenance", "off");
    assert.equal((await stack.selfhelp("maintenance", "status")).exitCode, 0);
    assert.equal((await ask()).status, 200);
  });

  it("deploys a release whose migration breaks the one before it: users see the old one, 503, the new one, never a mixture", async () => {
    await configure({ release: "v8.2.0-contract" });
    const { answers, result } = await answersDuring(stack.up());
    assert.equal(result.exitCode, 0, result.output);
    assert.deepEqual(answers, ["v8.1.0 on v8.1.0", "503", "v8.2.0-contract on v8.2.0"]);
    assert.equal(await isOpen(), false);
  });
});
