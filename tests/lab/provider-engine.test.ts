import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../../lab/process";
import { NotesStack } from "./engine/stack";

const up = ["up", "--yes", "--skip-preview"] as const;

describe("the provider under the real engine", function () {
  this.timeout(120_000);
  let stack: NotesStack;

  /** Lines of the plugin's log since the last time. */
  let seen = 0;
  const news = (): string[] => {
    const lines = stack.read("log").split("\n").slice(0, -1);
    return lines.slice(seen, (seen = lines.length)).filter((line) => line !== "started");
  };

  before(async () => {
    stack = new NotesStack();
    await stack.pulumi("stack", "init", "production");
  });
  after(() => stack.remove());

  it("previews the first deployment from what is live, touching nothing", async () => {
    const output = await stack.pulumi("preview", "--diff");
    assert.match(output, /\+ apphost:test:Note: \(create\)/);
    assert.match(output, /note: "\\"\\" -> \\"one two\\""/);
    assert.deepEqual(news(), []);
  });

  it("converges, under a lock that says what it is for", async () => {
    const output = await stack.pulumi(...up);
    assert.match(output, /Note note creating .*word \d is (one|two)/);
    assert.equal(stack.read("host1/note"), "one two");
    assert.deepEqual(news(), ["locked for deployment of stack production", "writing one two"]);
  });

  it("does nothing while nothing differs", async () => {
    assert.match(await stack.pulumi("preview"), /Resources:\s+3 unchanged/);
    assert.match(await stack.pulumi(...up), /Resources:\s+3 unchanged/);
    assert.deepEqual(news(), []);
  });

  it("shows in a plain preview what somebody changed by hand, and puts it right", async () => {
    stack.write("host1/note", "by hand");
    assert.match(await stack.pulumi("preview"), /~ +apphost:test:Note +note +update +\[diff: ~text\]/);
    assert.match(await stack.pulumi("preview", "--diff"), /~ text *: "by hand" => "one two"/);
    await stack.pulumi(...up);
    assert.equal(stack.read("host1/note"), "one two");
    news();
  });

  it("shows a refusal in the preview already", async () => {
    stack.wanted.texts["note"] = "FORBIDDEN word";
    assert.match(await stack.failing("preview"), /Note \(note\):\s+error: Preview failed: "FORBIDDEN word" must not be written/);
    assert.deepEqual(news(), []);
  });

  it("shows every problem of an input, at its property", async () => {
    stack.wanted.texts["note"] = "";
    assert.match(await stack.failing("preview"), /Note resource 'note'.* property text value .*must not be empty, for example "hello"/);
  });

  it("records where a failed step left things, and shows that in the next preview", async () => {
    stack.wanted.texts["note"] = "red green FAIL blue";
    const output = await stack.failing(...up);
    assert.match(output, /Note \(note\):\s+error: 1 error occurred:\s+\* the pen broke after "red green"/);
    assert.doesNotMatch(output, /\.ts:\d+/);
    const { initErrors, pending } = await stack.recorded("note");
    assert.deepEqual({ initErrors, pending }, { initErrors: ['the pen broke after "red green"'], pending: [] });
    stack.wanted.texts["note"] = "red green blue";
    assert.match(await stack.pulumi("preview", "--diff"), /~ text *: "red green" => "red green blue"/);
  });

  it("continues with the next up, and is healthy again", async () => {
    await stack.pulumi(...up);
    assert.equal(stack.read("host1/note"), "red green blue");
    const { text, initErrors } = await stack.recorded("note");
    assert.deepEqual({ text, initErrors }, { text: "red green blue", initErrors: [] });
    news();
  });

  it("is healthy without acting when somebody has finished a failed step by hand", async () => {
    stack.wanted.texts["note"] = "sun FAIL moon";
    await stack.failing(...up);
    stack.write("host1/note", "sun FAIL moon");
    news();
    await stack.pulumi(...up);
    assert.deepEqual((await stack.recorded("note")).initErrors, []);
    assert.deepEqual(news(), []);
  });

  it("reports a failure with very much output", async () => {
    stack.wanted.texts["note"] = "red SHOUT";
    assert.match(await stack.failing(...up), /long long long/);
    assert.equal((await stack.recorded("note")).initErrors.length, 1);
  });

  it("ends at a safe point on Ctrl-C, records it, and goes on from there", async () => {
    stack.wanted.texts["note"] = "before WAIT after";
    const running = stack.start(...up);
    await waitFor("the step waits", 60, async () => stack.read("host1/note") === "before");
    running.process.kill("SIGINT");
    const { output, code } = await running.ended;
    assert.notEqual(code, 0);
    assert.match(output, /writing after "before" was cancelled/);
    const { initErrors, pending } = await stack.recorded("note");
    assert.deepEqual({ initErrors, pending }, { initErrors: ['writing after "before" was cancelled'], pending: [] });
    stack.write("go", "");
    await stack.pulumi(...up);
    assert.equal(stack.read("host1/note"), "before WAIT after");
    rmSync(join(stack.world, "go"));
  });

  it("ends at a safe point when the engine is killed", async () => {
    stack.wanted.texts["note"] = "early WAIT late";
    const running = stack.start(...up);
    await waitFor("the step waits", 60, async () => stack.read("host1/note") === "early");
    news();
    running.process.kill("SIGKILL");
    await waitFor("the step ends", 30, async () => news().includes("ended at a safe point"));
    await stack.pulumi("cancel", "--yes");
    stack.write("go", "");
    await stack.pulumi(...up);
    assert.equal(stack.read("host1/note"), "early WAIT late");
  });

  it("keeps secrets out of the state and of what is printed, also after a failure", async () => {
    stack.wanted.texts["note"] = "quiet FAIL";
    const output = await stack.failing(...up);
    const { state } = await stack.recorded("note");
    for (const hidden of ["the note's token", "the database's password"]) assert.ok(!output.includes(hidden) && !state.includes(hidden));
    assert.match(state, /"token": \{\s+"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",\s+"ciphertext"/);
  });

  it("takes over a host that is as wanted without a change, when the state was lost", async () => {
    stack.wanted.texts["note"] = "kept";
    await stack.pulumi(...up);
    await stack.pulumi("stack", "rm", "--yes", "--force", "--preserve-config");
    await stack.pulumi("stack", "init", "production");
    news();
    assert.match(await stack.pulumi(...up), /Resources:\s+\+ 3 created/);
    assert.deepEqual(news(), []);
  });

  it("looks at the new host, not at the old one, when the host's address changes", async () => {
    mkdirSync(join(stack.world, "host2"));
    stack.wanted.host = "host2";
    const output = await stack.pulumi("preview", "--diff");
    assert.match(output, /note *: .*=> "\\"\\" -> \\"kept\\""/);
    await stack.pulumi(...up);
    assert.equal(stack.read("host2/note"), "kept");
  });

  it("can leave a host that is gone for good", async () => {
    rmSync(join(stack.world, "host2"), { recursive: true });
    stack.wanted.host = "host1";
    const output = await stack.pulumi(...up);
    assert.match(output, /not read, with the settings of the last deployment: host "web1" \(host2\) can't be reached/);
    assert.deepEqual((await stack.recorded("note")).initErrors, []);
    assert.match(await stack.pulumi("preview"), /Resources:\s+3 unchanged/);
  });

  it("never calls a host unchanged that can't be reached", async () => {
    rmSync(join(stack.world, "host1"), { recursive: true });
    assert.match(await stack.failing("preview"), /error: .*host "web1" \(host1\) can't be reached: there is no such folder/);
    stack.wanted.host = "host3";
    assert.match(await stack.failing("preview"), /error: .*host "web1" \(host3\) can't be reached/);
  });

  it("destroys nothing but the record, also of a host that is gone", async () => {
    mkdirSync(join(stack.world, "host1"));
    stack.write("host1/note", "kept");
    stack.wanted.host = "host1";
    const output = await stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.match(output, /nothing is deleted on any host/);
    assert.equal(stack.read("host1/note"), "kept");
  });
});
