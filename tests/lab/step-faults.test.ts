import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { cutConnections, freshLab, hostOf, type Lab, powerCut, startHost, stopLab } from "../../lab/lab";
import { type Load, startLoad } from "../../lab/load";
import { waitFor } from "../../lab/process";
import { LabStack, removeConfig, type RunningPulumi } from "../../lab/stack";
import { rootOn } from "./by-hand";
import { type Held, HeldSteps } from "./held-steps";
import { assertNothingPending, servedRelease, succeeded } from "./outcome";

const name = "stepfaults";

/** Of v8.2.0 to v8.4.0, each behind the one before; it stops in its third statement, between two that a server can't undo. */
const scriptOf = (minor: number): string => `UPDATE version SET version = 'v8.${minor}.0';
CREATE TABLE notes_${minor} (id int PRIMARY KEY, text varchar(50) NOT NULL);
INSERT INTO lookups (type_code, code, description) VALUES ('NOTES', 'OF_${minor}', 'notes');
ALTER TABLE notes_${minor} ADD COLUMN about varchar(50) NULL;
INSERT INTO notes_${minor} VALUES (1, 'one', NULL);
`;
const fileOf = (minor: number): string => `${39 + minor}_update_v8.${minor - 1}.0_v8.${minor}.0.sql`;

async function commitReleases(repository: string): Promise<void> {
  await createHistory(repository);
  const git = (...words: string[]): Buffer =>
    execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.org", ...words]);
  const code = join(repository, "src/Release.php");
  for (const minor of [2, 3, 4]) {
    writeFileSync(code, readFileSync(code, "utf8").replace(/'v8.*'/, `'v8.${minor}.0'`));
    writeFileSync(join(repository, "db/update_scripts", fileOf(minor)), scriptOf(minor));
    git("add", "--all");
    git("commit", "--quiet", "--message", `v8.${minor}.0`);
    git("tag", `v8.${minor}.0`);
  }
}

describe("a deployment to which something happens in each of its steps, one after the other", function () {
  this.timeout(900_000);
  let lab: Lab;
  let stack: LabStack;

  const root = (script: string): Promise<string> => rootOn(lab, "web1", script);
  const held = new HeldSteps(root);
  const up = (): RunningPulumi => stack.start(["up", "--yes", "--skip-preview"]);
  const configure = (release: string): Promise<void> => stack.configure({ release });

  /** Begins an up and waits until it has stopped in all of these steps. */
  async function stoppedIn(...steps: Held[]): Promise<RunningPulumi> {
    const run = up();
    const ended = run.ended.then(({ output }) => `it ended instead: ${output}`);
    const end = await Promise.race([Promise.all(steps.map(({ reached }) => reached())), ended]);
    assert.ok(Array.isArray(end), `${end}`);
    return run;
  }

  /** What an up said that failed; nothing of it is pending in Pulumi's state. */
  async function failed({ ended }: RunningPulumi): Promise<string> {
    const { output, exitCode } = await ended;
    assert.notEqual(exitCode, 0, output);
    assert.doesNotMatch(output, /at .*\.ts:\d+/, "a stack trace");
    await assertNothingPending(stack);
    return output;
  }

  before(async () => {
    lab = await freshLab(name);
    await commitReleases(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
  });
  after(async () => {
    await stopLab(name);
    removeConfig(name);
  });

  const cut = (): Promise<void> => cutConnections(lab, "web1");
  const reboot = async (): Promise<void> => {
    await powerCut(lab, "web1");
    await startHost(lab, "web1");
  };
  const ctrlC = async (run: RunningPulumi): Promise<void> => {
    run.process.kill("SIGINT");
    await waitFor("the engine has seen it", 60, () => Promise.resolve(/cancel/i.test(run.output())));
  };

  describe("on a bare host, in its set-up:", () => {
    before(() => configure("v8.1.0"));
    after(() => held.prepare());

    const reload = (): Promise<Held> => held.program("systemctl", "reload nginx");

    it("Ctrl-C: it ends at once, while the host goes on until its power is lost, too", async () => {
      const run = await stoppedIn(await reload());
      await ctrlC(run);
      assert.match(await failed(run), /selfhelp-host-web1-site\):\s+error: /);
      assert.notEqual(await root("pgrep -f '[r]eload nginx' || true"), "");
      await reboot();
    });

    it("power lost", async () => {
      const run = await stoppedIn(await reload());
      await reboot();
      assert.match(await failed(run), /selfhelp-host-web1-site\):\s+error: /);
    });

    it("connection cut: the next one waits for what goes on there, and makes the host serve", async () => {
      const step = await reload();
      const run = await stoppedIn(step);
      await cut();
      assert.match(await failed(run), /selfhelp-host-web1-site\):\s+error: /);
      const next = up();
      await waitFor("it waits", 120, async () => (await root("pgrep -x flock || true")) !== "");
      await step.letGo();
      await succeeded(next.ended);
      assert.equal(await servedRelease(lab), "v8.1.0");
    });
  });

  for (const { what, minor, strike, says } of [
    { what: "connection cut", minor: 2, strike: cut, says: /lost its connection|connection was lost/ },
    { what: "power lost", minor: 3, strike: reboot, says: /lost its connection|connection was lost|lock on host "web1" was lost/ },
    { what: "Ctrl-C", minor: 4, strike: ctrlC, says: /cancelled/ },
  ])
    describe(`${what} on the way from v8.${minor - 1}.0 to v8.${minor}.0`, () => {
      const [old, release, file] = [`v8.${minor - 1}.0`, `v8.${minor}.0`, fileOf(minor)];
      let load: Load | undefined;

      before(async () => {
        await configure(release);
        if (strike !== reboot) load = startLoad(hostOf(lab, "web1").address, { kept: 20, fresh: 10, slow: 0, upload: 0 });
      });

      const assertSaid = (output: string, resource: string): void =>
        assert.match(new RegExp(`\\(${resource}\\):\\n[^]*?\\n\\n`).exec(output)?.[0] ?? "", says, output);

      it("in the backup that is being proven, and in the hardening of the release beside it", async () => {
        const steps = [await held.program("mariadb", "--binary-mode"), await held.program("perl", "-- correct ")];
        const run = await stoppedIn(...steps);
        await strike(run);
        const output = await failed(run);
        for (const resource of ["selfhelp-backup-database", "selfhelp-permissions-web1"]) assertSaid(output, resource);
        for (const { letGo } of steps) await letGo();
        assert.equal(await servedRelease(lab), old);
      });

      it("in the rehearsal", async () => {
        const step = await held.statement("copy");
        const run = await stoppedIn(step);
        await strike(run);
        await step.letGo();
        assertSaid(await failed(run), "selfhelp-rehearsal-copy");
        assert.equal(await servedRelease(lab), old);
      });

      it("in the migration, and the next preview says how far that came and what to type", async () => {
        const step = await held.statement("live");
        const run = await stoppedIn(step);
        await strike(run);
        await step.letGo();
        assertSaid(await failed(run), "selfhelp-migration-database");
        assert.equal(await servedRelease(lab), old);
        const { output } = await stack.preview();
        assert.match(output, new RegExp(`half-applied: [23] of 5 statements of ${file}`));
        if (strike === ctrlC) return;
        // Not a word of that before: until its server has ended it, nobody knows which statement to look at.
        assert.doesNotMatch((await run.ended).output, /migrations resolve/);
        assert.match(output, new RegExp(`look whether statement [34] took effect, then type: npx selfhelp migrations resolve ${file} `));
        const resolved = await stack.selfhelp("migrations", "resolve", file, "--no-effect");
        assert.equal(resolved.exitCode, 0, resolved.output);
      });

      it("in the checks behind the switch", async () => {
        const step = await held.program("journalctl", " --since @");
        const run = await stoppedIn(step);
        await strike(run);
        assertSaid(await failed(run), "selfhelp-validation-web1");
        await step.letGo();
        assert.equal(await servedRelease(lab), release);
        assert.match((await stack.preview()).output, /selfhelp-validation-web1 update/);
      });

      it("and the next one ends it: nothing is left to do, and no user noticed anything", async () => {
        await succeeded(up().ended);
        assert.match(await succeeded(stack.preview()), /Resources:\s+\d+ unchanged/);
        assert.equal(await servedRelease(lab), release);
        const failures = (await load?.stop())?.flatMap(({ failure }) => failure ?? []);
        assert.deepEqual(failures ?? [], []);
      });
    });

  describe("in the end", () => {
    it("left the database as it is where nothing happened", async () => {
      await held.unprepare();
      const scripts = ["db/base.sql", ...[1, 2, 3, 4].map((minor) => `db/update_scripts/${fileOf(minor)}`)];
      const texts = scripts.map((path) => readFileSync(join(lab.folder, "selfhelp-backend", path), "utf8"));
      await rootOn(
        lab,
        "web1",
        "mariadb -e 'CREATE DATABASE undisturbed COLLATE utf8mb4_unicode_ci'; mariadb --default-character-set=utf8mb4 undisturbed",
        texts.join("\n"),
      );
      const schema = (of: string): Promise<string> =>
        root(
          `mariadb-dump --no-data --routines --skip-comments --ignore-table=${of}.selfhelp_migrations ${of} | sed -E 's/ AUTO_INCREMENT=[0-9]+| DEFINER=[^ ]+//g'`,
        );
      assert.equal(await schema("selfhelp"), await schema("undisturbed"));
      const rows = (of: string): Promise<string> =>
        root(
          `mariadb -N ${of} -e "SELECT version FROM version; SELECT type_code, code, description FROM lookups ORDER BY 1, 2; SELECT * FROM notes_2; SELECT * FROM notes_3; SELECT * FROM notes_4; SELECT COUNT(*) FROM user_profiles"`,
        );
      assert.equal(await rows("selfhelp"), await rows("undisturbed"));
    });
  });
});
