import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFolder, storeFolder } from "../../../lab/places";

/** What the schema that GitHub or GitLab publishes has against files; empty: nothing. */
function schemaErrors(files: readonly string[], schema: "vendor.github-workflows" | "vendor.gitlab-ci", ...options: string[]): string {
  const words = ["-m", "check_jsonschema", "--builtin-schema", schema, ...options, ...files.map((file) => join("docs", "ci", file))];
  const { status, stdout, stderr } = spawnSync(join(storeFolder(), "bin", "python"), words, {
    cwd: projectFolder,
    encoding: "utf8",
  });
  return status === 0 ? "" : `${stdout}${stderr}`;
}

const read = (file: string): string => readFileSync(join(projectFolder, "docs", "ci", file), "utf8");

interface Job {
  stage?: string;
  extends?: string;
  script?: string[];
  resource_group?: string;
  needs?: string[];
}

describe("the workflows for GitHub", () => {
  const files = ["github/deploy.yml", "github/stack.yml"];

  it("are what GitHub takes, by its schema", () => {
    assert.equal(schemaErrors(files, "vendor.github-workflows"), "");
  });

  it("fit together: what one is called with the other takes, and nothing else is asked for", () => {
    const { jobs } = parse(read("github/deploy.yml")) as { jobs: Record<string, { uses: string; with: object; needs?: string }> };
    const { on } = parse(read("github/stack.yml")) as { on: { workflow_call: { inputs: Record<string, { type: string }> } } };
    const { inputs } = on.workflow_call;
    for (const job of Object.values(jobs)) {
      assert.equal(job.uses, "./.github/workflows/stack.yml");
      assert.deepEqual(Object.keys(job.with).sort(), Object.keys(inputs).sort());
      assert.ok(job.needs === undefined || jobs[job.needs] !== undefined);
    }
    const asked = [...read("github/stack.yml").matchAll(/inputs\.(\w+)/g)].map(([, name = ""]) => name);
    assert.deepEqual([...new Set(asked)].sort(), Object.keys(inputs).sort());
  });

  it("name each action of others by a commit, and give no job more than it needs", () => {
    for (const file of files) {
      const used = [...read(file).matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
      assert.deepEqual(
        used.filter((action) => !/^\.\/|@[0-9a-f]{40}$/.test(action)),
        [],
      );
      assert.deepEqual((parse(read(file)) as { permissions: object }).permissions, {});
      assert.doesNotMatch(read(file), /write-all|contents: write/);
    }
  });

  it("put nothing that somebody else can write into a shell's text", () => {
    const { jobs } = parse(read("github/stack.yml")) as { jobs: { stack: { steps: { run?: string }[] } } };
    const scripts = jobs.stack.steps.flatMap(({ run }) => run ?? []);
    assert.ok(scripts.length > 3);
    assert.deepEqual(
      scripts.filter((script) => script.includes("${{")),
      [],
    );
  });
});

describe("the pipeline for GitLab", () => {
  const { stages, ...rest } = parse(read("gitlab-ci.yml")) as { stages: string[] } & Record<string, Job>;
  const words = ["workflow", "default", "variables"];
  const jobs = Object.fromEntries(Object.entries(rest).filter(([name]) => !words.includes(name)));
  const whole = (job: Job): Job => ({ ...(job.extends === undefined ? {} : jobs[job.extends]), ...job });

  it("is what GitLab takes, by its schema", () => {
    assert.equal(schemaErrors(["gitlab-ci.yml"], "vendor.gitlab-ci", "--data-transform", "gitlab-ci"), "");
  });

  it("has jobs that are complete: a stage that there is, a script of texts, and what they extend and need", () => {
    const runs = Object.entries(jobs).filter(([name]) => !name.startsWith("."));
    assert.deepEqual(
      runs.map(([name]) => name),
      ["preview staging", "preview production", "staging", "production"],
    );
    for (const [name, job] of runs) {
      const { stage, script, needs = [] } = whole(job);
      assert.ok(stages.includes(stage ?? ""), name);
      assert.ok(script !== undefined && script.every((line) => typeof line === "string"), name);
      assert.ok(job.extends === undefined || jobs[job.extends] !== undefined, name);
      assert.ok(
        needs.every((need) => jobs[need] !== undefined),
        name,
      );
    }
  });

  it("deploys to a stack once at a time, and to production when somebody says so", () => {
    for (const name of ["staging", "production"]) assert.equal(whole(jobs[name] ?? {}).resource_group, "$STACK");
    assert.match(JSON.stringify(jobs["production"]), /"when":"manual"/);
  });
});
