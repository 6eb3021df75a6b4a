import assert from "node:assert/strict";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { hostOf, type Lab, onHost, freshLab, stopLab } from "../../lab/lab";
import { LabStack, removeConfig } from "../../lab/stack";
import { hold } from "./hold";
import { killAll } from "./kill";

describe("the way back to the release before", function () {
  this.timeout(300_000);
  let lab: Lab;
  let stack: LabStack;

  before(async () => {
    lab = await freshLab("wayback");
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    await deployed({ release: "v8.0.1" });
    await deployed({ release: "v8.1.0" });
  });
  after(async () => {
    await stopLab("wayback");
    removeConfig("wayback");
  });

  async function deployed(config: Record<string, unknown>): Promise<string> {
    await stack.configure(config);
    const { output, exitCode } = await stack.up();
    assert.equal(exitCode, 0, output);
    return output;
  }
  const root = async (command: string): Promise<string> =>
    (await onHost(lab, "web1", ["bash", "-c", command], { asRoot: true })).stdout.trim();
  const backups = (): Promise<string> => root("ls /var/backups/selfhelp");
  const ask = (): Promise<Response> =>
    fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(10_000) });
  const served = async (): Promise<{ release: string; databaseVersion: string }> => {
    const { release, databaseVersion } = (await (await ask()).json()) as { release: string; databaseVersion: string };
    return { release, databaseVersion };
  };

  /** Several users ask all the time until `work` has ended. @returns statuses and releases that they saw, without repetitions, and how many answers */
  async function underLoad<Result>(work: Promise<Result>): Promise<{ seen: Set<string>; count: number; result: Result }> {
    const seen = new Set<string>();
    let count = 0;
    let isRunning = true;
    const ended = work.finally(() => (isRunning = false));
    const user = async (): Promise<void> => {
      while (isRunning) {
        const answer = await ask();
        const { release } = (await answer.json()) as { release?: string };
        seen.add(`${answer.status} ${release}`);
        count++;
      }
    };
    await Promise.all([user(), user(), user()]);
    return { seen, count, result: await ended };
  }

  it("shows in the preview that only users are switched, to a release that stands built, on the database as it is", async () => {
    await stack.configure({ release: "v8.0.1" });
    const { output, exitCode } = await stack.preview();
    assert.equal(exitCode, 0, output);
    assert.match(output, /release\s*: .*"already built in \w+"/);
    assert.match(output, /backup\s*: .* => "unchanged"/);
    assert.match(output, /~ 5 to update/);
    assert.doesNotMatch(output, /databaseVersion\s*:.*=>/);
    await stack.configure({ release: "v8.1.0" });
  });

  it("loses no request, makes no backup, and leaves nothing for the next up", async () => {
    const before = await backups();
    const { seen, count, result } = await underLoad(stack.selfhelp("rollback", "--yes"));
    assert.equal(result.exitCode, 0, result.output);
    assert.deepEqual([...seen].sort(), ["200 v8.0.1", "200 v8.1.0"]);
    assert.ok(count > 50, `${count} answers`);
    assert.deepEqual(await served(), { release: "v8.0.1", databaseVersion: "v8.1.0" });
    assert.equal(await backups(), before);
    assert.match((await stack.up()).output, /Resources:\s+\d+ unchanged/);
    assert.equal((await stack.outputs())["databaseVersion"], "v8.1.0");
  });

  it("stays there when it is asked for once more, as after one that was interrupted", async () => {
    const { output, exitCode } = await stack.selfhelp("rollback", "--yes");
    assert.equal(exitCode, 0, output);
    assert.match(output, /the stack's config: selfhelp:release=v8\.0\.1\n[^]*Resources:\s+\d+ unchanged/);
  });

  it("goes forward again as any deployment does, with a backup", async () => {
    const before = await backups();
    await deployed({ release: "v8.1.0" });
    assert.deepEqual(await served(), { release: "v8.1.0", databaseVersion: "v8.1.0" });
    assert.notEqual(await backups(), before);
  });

  it("is refused by the candidate's own checks where the old code can't live with the new schema, and users stay where they are", async () => {
    const acknowledge = [{ rule: "rename-column", script: "41_update_v8.1.0_v8.2.0.sql", reason: "a test" }];
    await deployed({ release: "v8.2.0-contract", acknowledge, strategy: "maintenance" });
    await stack.configure({ release: "v8.2.0-contract" });
    const { output, exitCode } = await stack.selfhelp("rollback", "--yes");
    assert.notEqual(exitCode, 0);
    assert.match(output, /health\s+failed/);
    assert.match(output, /Nothing was rolled back, and the stack's config is as it was before\./);
    assert.match((await stack.preview()).output, /release\s*: .*=> "unchanged"/);
    assert.match(output, /The database, at v8\.2\.0, is newer than what v8\.1\.0 was made for.*selfhelp rollback --database previous/);
    assert.deepEqual(await served(), { release: "v8.2.0-contract", databaseVersion: "v8.2.0" });
  });

  it("takes the database back as well where that is asked for: previewed in full, and users are answered 503 meanwhile", async () => {
    const hint = await stack.selfhelp("rollback", "--database", "previous", "--release", "v8.1.0", "--yes");
    const [, since = ""] = /--i-lose-data-since (\S+)\. Nothing was changed/.exec(hint.output) ?? [];
    const [, backup = ""] = /backup\s+│ (\S+),/.exec(hint.output) ?? [];
    await stack.configure({ release: "v8.1.0", restoreFrom: backup });
    const { output } = await stack.preview();
    assert.match(output, /restore\s*: "restores \S+: what was written since 20[\d: -]+ UTC is lost"/);
    assert.match(output, /window\s*: "opens on web1"/);
    assert.match(output, /databaseVersion\s*: "v8\.2\.0" => "v8\.1\.0"/);
    await stack.configure({ release: "v8.2.0-contract" });
    const words = ["--database", "previous", "--release", "v8.1.0", "--yes", "--i-lose-data-since", since];
    const { seen, result } = await underLoad(stack.selfhelp("rollback", ...words));
    assert.equal(result.exitCode, 0, result.output);
    assert.deepEqual([...seen].sort(), ["200 v8.1.0", "200 v8.2.0-contract", "503 undefined"]);
    assert.deepEqual(await served(), { release: "v8.1.0", databaseVersion: "v8.1.0" });
    assert.match((await stack.up()).output, /Resources:\s+\d+ unchanged/);
  });

  it("restores nothing while users are served: not when a later deployment fails, with a restore in the config that was done long ago", async () => {
    const acknowledge = [{ rule: "rename-column", script: "41_update_v8.1.0_v8.2.0.sql", reason: "a test" }];
    const [restoreFrom] = (await root(`mariadb -N selfhelp -e 'SELECT backup FROM selfhelp_restores'`)).split("\n");
    await root(`mariadb selfhelp -e 'CREATE TABLE written_since (id int PRIMARY KEY)'`);
    await stack.configure({ release: "v8.2.0-contract", acknowledge, restoreFrom, checks: [{ name: "nowhere", path: "/nowhere" }] });
    const { output, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0);
    assert.match(output, /nowhere\s+failed/);
    assert.equal(await root(`mariadb -N selfhelp -e "SELECT version FROM version"`), "v8.2.0", output);
    assert.equal(await root(`mariadb -N selfhelp -e 'SHOW TABLES LIKE "written_since"'`), "written_since");
  });

  it("takes back a database whose version can't be read any more, and goes on when its deployer was killed half way and it is asked for again", async () => {
    await root(`mariadb selfhelp -e 'DROP TABLE version; DELETE FROM selfhelp_restores; CREATE TABLE lost_again (id int PRIMARY KEY)'`);
    const words = ["rollback", "--database", "previous", "--release", "v8.1.0", "--yes"];
    const hint = await stack.selfhelp(...words);
    assert.match(
      hint.output,
      /the database +│ unknown -> v8\.1\.0 +│[^]*deployments since +│ 20\d\d-\d\d-\d\d \d\d:\d\d v8\.2\.0-contract, failed, by /,
    );
    const [, since = ""] = /--i-lose-data-since (\S+)\. Nothing was changed/.exec(hint.output) ?? [];
    const [, backup = ""] = /backup +│ (\S+),/.exec(hint.output) ?? [];
    const held = await hold(root, "mariadb", "--binary-mode --database=selfhelp ");
    const first = stack.startSelfhelp(...words, "--i-lose-data-since", since);
    await held();
    await killAll(first);
    await root("touch /run/go-on");
    assert.equal((await ask()).status, 503);
    await stack.cancel();
    const { output } = await stack.preview();
    assert.match(output, /backup +: .*"none: the database holds part of a backup"/);
    assert.match(output, new RegExp(`restore +: .*"restores ${backup}: `));
    assert.match((await stack.selfhelp("status")).output, new RegExp(`restored from ${backup} in part only`));
    const again = await stack.selfhelp("rollback", "--database", backup, "--release", "v8.1.0", "--yes", "--i-lose-data-since", since);
    assert.equal(again.exitCode, 0, again.output);
    assert.deepEqual(await served(), { release: "v8.1.0", databaseVersion: "v8.1.0" });
    assert.equal(await root(`mariadb -N selfhelp -e 'SHOW TABLES LIKE "lost_again"'`), "");
    assert.match((await stack.up()).output, /Resources:\s+\d+ unchanged/);
  });

  it("is not begun a second time with the same backup", async () => {
    const [backup = ""] = (await root(`mariadb -N selfhelp -e 'SELECT backup FROM selfhelp_restores'`)).split("\n");
    const again = await stack.selfhelp("rollback", "--database", backup, "--release", "v8.1.0", "--yes");
    assert.equal(again.exitCode, 2);
    assert.match(again.output, /was restored from \S+ already[^]*Nothing was changed\. To restore it once more, type first/);
  });
});
