import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linesIn, readChain } from "../../../components/audit/chain";
import { appendLines, readEndOfLog } from "../../../components/audit/commands";
import type { AuditEvent, DeploymentSeal } from "../../../components/audit/contract";
import { deploymentsOf } from "../../../components/audit/deployments";
import { AuditTrail, ciRun } from "../../../components/audit/trail";
import { usualSeconds } from "../../../components/audit/usual";
import type { Script } from "../../../host/command";
import type { Host } from "../../../host/host";
import { siteOf } from "../../../host/site";

const begun: AuditEvent = { event: "begun", purpose: "deployment of stack production", operator: "ann@laptop", run: null };
const done: AuditEvent = { event: "done", release: "v8.1.0", commit: "c".repeat(40), databaseVersion: "v8.1.0" };

describe("the audit log", () => {
  let folder: string;
  let log: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "audit-"));
    log = join(folder, "deployments.jsonl");
  });
  afterEach(() => {
    execFileSync("bash", ["-c", 'chattr -a -- "$1" 2>/dev/null || true', "_", log]);
    rmSync(folder, { recursive: true });
  });

  const note = (deployment: string, event: AuditEvent): DeploymentSeal => {
    const command = appendLines({ ...siteOf("selfhelp"), state: folder });
    const input = `${JSON.stringify({ deployment, ...event })}\n`;
    const words = ["-euo", "pipefail", "-c", command.script, "script", ...command.with];
    const printed = execFileSync("bash", words, { encoding: "utf8", input });
    const [seal = "", at = ""] = printed.trim().split(" ");
    return { deployment, at, seal };
  };
  const usual = (): Map<string, number> => {
    const command = readEndOfLog({ ...siteOf("selfhelp"), state: folder });
    const words = ["-euo", "pipefail", "-c", command.script, "script", ...command.with];
    return usualSeconds(linesIn(execFileSync("bash", words, { encoding: "utf8" })));
  };
  /** As somebody with root would, who takes its protection away first. */
  const rewrite = (change: (text: string) => string): void => {
    const text = readFileSync(log, "utf8");
    execFileSync("bash", ["-c", 'chattr -a -- "$1" 2>/dev/null || true', "_", log]);
    writeFileSync(log, change(text));
  };
  const problems = (seal: DeploymentSeal | null = null): string[] => readChain(readFileSync(log, "utf8"), seal).problems;

  it("chains each line to the one before, whatever characters are in them, and gives the seal of what it wrote", () => {
    note("one", begun);
    note("one", {
      event: "step failed",
      step: "selfhelp-migration-database",
      reason: `"it's"\n$(id) \\ \`x\` 🙂`,
      takenBack: [],
      seconds: 1,
    });
    const seal = note("one", done);
    const { lines, problems } = readChain(readFileSync(log, "utf8"), seal);
    assert.deepEqual(problems, []);
    assert.equal(lines[1]?.event === "step failed" && lines[1].reason, `"it's"\n$(id) \\ \`x\` 🙂`);
    assert.equal(lines[2]?.at, seal.at);
  });

  it("takes no line for one of its own that has something else in the place of what it says, and can be read on", () => {
    note("one", begun);
    const strange = [undefined, null, 0, -1, "", "x", [], {}, [1, {}], true, "2026-01-01T00:00:00.000Z"];
    const fields = [
      "previous",
      "at",
      "deployment",
      "step",
      "change",
      "reason",
      "takenBack",
      "seconds",
      "purpose",
      "operator",
      "run",
      "commit",
    ];
    const events = ["begun", "step begun", "step done", "step failed", "done", "of a later release", ...strange];
    const any = <Value>(list: readonly Value[]): Value => list[Math.floor(Math.random() * list.length)] as Value;
    const whole = { previous: "x", at: "2026-01-01T00:00:00.000Z", deployment: "x" };
    for (let round = 0; round < 2000; round++) {
      const line = {
        ...whole,
        event: any(events),
        ...Object.fromEntries([any(fields), any(fields), any(fields)].map((key) => [key, any(strange)])),
      };
      const { lines, problems } = readChain(`${readFileSync(log, "utf8")}${JSON.stringify(line)}\n`, null);
      assert.equal(problems.length, 1);
      const told = deploymentsOf(lines).flatMap(({ purpose, operator, steps }) => [
        purpose,
        operator,
        ...steps.flatMap((one) => [one.step, one.detail]),
      ]);
      assert.deepEqual(
        told.filter((text) => typeof text !== "string"),
        [],
        JSON.stringify(line),
      );
    }
  });

  it("is written in one go for what is told at once, in the order in which it was told, and each is told its own seal", async () => {
    let runs = 0;
    const host = {
      run: (command: Script, { stdin }: { stdin: string }) => {
        runs += 1;
        const words = ["-euo", "pipefail", "-c", command.script, "script", ...command.with];
        return Promise.resolve({ stdout: execFileSync("bash", words, { encoding: "utf8", input: stdin }), stderr: "", exitCode: 0 });
      },
    } as unknown as Host;
    const trail = new AuditTrail(
      () => host,
      { ...siteOf("selfhelp"), state: folder },
      (text) => text.replace("secret", "[hidden]"),
    );
    const answers = [begun, { event: "step begun", step: "the secret step" } as const, done].map((event) => trail.note(event));
    const seals = (await Promise.all(answers)).map((answer) => (answer instanceof Error ? assert.fail(answer) : answer));
    const { lines, problems } = readChain(readFileSync(log, "utf8"), seals[2] ?? null);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      lines.map(({ event }) => event),
      ["begun", "step begun", "done"],
    );
    assert.equal(lines[1]?.event === "step begun" && lines[1].step, "the [hidden] step");
    assert.equal(runs, 1);
    assert.deepEqual(
      seals.map(({ at }) => at),
      lines.map(({ at }) => at),
    );
    void trail.note({ event: "step done", step: "the last one", change: "none", seconds: 1 });
    await trail.written();
    assert.equal(readChain(readFileSync(log, "utf8"), null).lines.length, 4, "what is told last is there when it is asked for");
  });

  it("is readable by root alone", () => {
    note("one", begun);
    assert.equal(execFileSync("stat", ["-c", "%a", log], { encoding: "utf8" }).trim(), "600");
  });

  it("shows a line that was changed, one that was removed, and an end that was cut off", () => {
    note("one", begun);
    note("one", { event: "step begun", step: "selfhelp-switch-web1" });
    const seal = note("one", done);
    const original = readFileSync(log, "utf8");
    rewrite((text) => text.replace("ann@laptop", "bob@laptop"));
    assert.match(problems().join("\n"), /^line 2 does not follow the one before it/);
    rewrite(() => original.split("\n").toSpliced(1, 1).join("\n"));
    assert.match(problems().join("\n"), /^line 2 does not follow the one before it/);
    rewrite(() => original.split("\n").slice(0, 2).join("\n") + "\n");
    assert.deepEqual(problems(), []);
    assert.match(problems(seal).join("\n"), /^the line is missing, or was changed, that ended deployment one at /);
  });

  it("goes on after a line that a power cut left unfinished, and says so", () => {
    note("one", begun);
    appendFileSync(log, '{"previous":"12');
    note("two", begun);
    assert.deepEqual(problems(), ["line 2 is not whole: the host lost its power while it was written, or it was changed"]);
  });

  it("keeps the lines of runs apart that write at the same time", () => {
    for (const run of ["one", "two", "one"]) note(run, { event: "step begun", step: run });
    assert.deepEqual(problems(), []);
  });

  it("tells how long steps usually take: the one in the middle of the last five, also from a log that is cut in front", () => {
    assert.deepEqual(usual(), new Map(), "there is no log yet");
    const take = (step: string, seconds: number) => note("a", { event: "step done", step, change: `${"long ".repeat(100)}`, seconds });
    for (let count = 0; count < 400; count += 1) appendFileSync(log, `${JSON.stringify({ deployment: "old", filler: "x".repeat(600) })}\n`);
    for (const seconds of [900, 900, 10, 30, 20, 40, 50]) take("backup", seconds);
    take("switch", 2);
    assert.deepEqual([...usual()], [["backup", 30], ["switch", 2]]); // prettier-ignore
  });

  it("is put together to deployments: done, failed, cut short, and what had no end of its own", () => {
    note("a", begun);
    note("a", { event: "step begun", step: "migration" });
    note("a", { event: "step done", step: "migration", change: "v8.0.0 -> v8.1.0", seconds: 2 });
    note("a", done);
    const wanted = { release: "v8.2.0", commit: "d".repeat(40), databaseVersion: "v8.1.0" };
    note("b", { ...begun, run: "https://ci.example.org/7", wanted });
    note("b", { event: "step begun", step: "release" });
    note("b", { event: "step failed", step: "release", reason: "node is missing", takenBack: ["Users are on v8.0.0 again."], seconds: 3 });
    note("c", begun);
    note("c", { event: "step begun", step: "switch" });
    note("d", { ...begun, purpose: "maintenance by hand" });
    const found = deploymentsOf(linesIn(readFileSync(log, "utf8")));
    assert.deepEqual(
      found.map(({ deployment, result }) => [deployment, result]),
      [
        ["a", "done"],
        ["b", "failed"],
        ["c", "cut short"],
        ["d", "ended"],
      ],
    );
    const [migration] = found[0]?.steps ?? [];
    assert.deepEqual(
      [migration?.step, migration?.result, migration?.detail, migration?.seconds],
      ["migration", "done", "v8.0.0 -> v8.1.0", 2],
    );
    assert.deepEqual([found[0]?.release, found[0]?.databaseVersion], ["v8.1.0", "v8.1.0"]);
    assert.equal(found[1]?.steps[0]?.detail, "node is missing\nUsers are on v8.0.0 again.");
    assert.equal(found[1]?.run, "https://ci.example.org/7");
    assert.deepEqual([found[1]?.wanted, found[1]?.release], [wanted, null], "what one that failed was for");
    assert.equal(found[2]?.wanted, null, "a line of an earlier release of this tool doesn't say");
  });
});

describe("the run that a deployment is part of", () => {
  it("is found in what CI systems tell", () => {
    const github = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "a/b", GITHUB_RUN_ID: "7" };
    assert.equal(ciRun(github), "https://github.com/a/b/actions/runs/7");
    assert.equal(ciRun({ CI_JOB_URL: "https://gitlab.example.org/a/-/jobs/7" }), "https://gitlab.example.org/a/-/jobs/7");
    assert.equal(ciRun({}), null);
  });
});
