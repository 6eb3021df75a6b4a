import assert from "node:assert/strict";
import type { RecordedDeployment } from "../../../components/audit/deployments";
import { DeploymentError } from "../../../host/errors";
import { until } from "../host/sshd";
import { Engine, refusal, secretMark, unknownMark } from "./engine";
import { Notes, noteUrn, wordsToken } from "./notes";

const wanted = { text: "new", author: "me", place: "desk" };
const recorded = { ...wanted, text: "recorded" };

describe("the provider, asked over gRPC", () => {
  let notes: Notes;
  let engine: Engine;

  beforeEach(async () => {
    notes = new Notes();
    engine = await Engine.start({ registry: notes.registry, openInventory: () => notes.openInventory() });
  });
  afterEach(() => engine.stop());

  const untouched = (): void => assert.deepEqual({ text: notes.text, locks: notes.locks }, { text: "old", locks: [] });

  describe("checks", () => {
    it("inputs, and refuses them with the property and the reason", async () => {
      assert.deepEqual(await engine.check(noteUrn, wanted), []);
      assert.deepEqual(await engine.check(noteUrn, { ...wanted, text: "" }), ['text must not be empty, for example "hello"']);
    });

    it("what is known of them, while the rest isn't", async () => {
      assert.deepEqual(await engine.check(noteUrn, { ...wanted, text: unknownMark }), []);
    });

    it("the type, and names the ones there are", async () => {
      const { message } = await refusal(engine.check("urn:pulumi:s::p::test:index:Letter::x", {}));
      assert.equal(message, 'there is no resource type "test:index:Letter", only: test:index:Note');
    });
  });

  describe("reads", () => {
    it("what is live into inputs and outputs, and asks to be asked again before the next update", async () => {
      const { inputs, outputs, refreshBeforeUpdate } = await engine.read(noteUrn, recorded, {
        ...recorded,
        length: 8,
        change: "none -> recorded",
      });
      assert.deepEqual(inputs, { ...recorded, text: "old" });
      assert.deepEqual(outputs, { ...inputs, length: 3, change: "unchanged" });
      assert.equal(refreshBeforeUpdate, true);
    });

    it("nothing where the recorded settings lead nowhere any more, and leaves it to the program's own to say so", async () => {
      const gone = { ...recorded, place: "gone, by now" };
      const { remains } = await refusal(engine.read(noteUrn, gone, { ...gone, length: 8 }));
      assert.deepEqual(remains, {
        id: "note",
        inputs: gone,
        properties: { ...gone, length: 8 },
        reasons: ['not read, with the settings of the last deployment: there is nothing at "gone, by now"'],
        refreshBeforeUpdate: true,
      });
      assert.equal((await engine.diff(noteUrn, gone, gone)).changes, 1, "the engine compares within its reading too");
    });

    it("nothing for an import, which isn't needed", async () => {
      const { message, remains } = await refusal(engine.read(noteUrn, {}, {}));
      assert.match(message, /^"note" can't be imported, and needn't be: `pulumi up` takes over/);
      assert.equal(remains, undefined);
    });
  });

  describe("compares", () => {
    const read = async (): Promise<Record<string, unknown>> => (await engine.read(noteUrn, recorded, recorded)).inputs;

    it("what was read with what is wanted: an input that differs is changed in place", async () => {
      const { changes, diffsList, detaileddiffMap, hasdetaileddiff } = await engine.diff(noteUrn, await read(), wanted);
      assert.deepEqual({ changes, diffsList, hasdetaileddiff }, { changes: 2, diffsList: ["text"], hasdetaileddiff: true });
      assert.deepEqual(detaileddiffMap, [["text", { kind: 4, inputdiff: true }]]);
    });

    it("nothing but what makes the step due, and what an earlier step has changed since the reading", async () => {
      const { inputs, outputs } = await engine.read(noteUrn, recorded, recorded);
      const again = { ...wanted, text: "old", author: "somebody else" };
      const { changes, diffsList } = await engine.diff(noteUrn, inputs, again, outputs);
      assert.deepEqual({ changes, diffsList }, { changes: 1, diffsList: [] });
      assert.deepEqual((await engine.diff(noteUrn, inputs, again, { ...outputs, length: 4 })).diffsList, ["text"]);
    });

    it("a value that isn't known yet as another one", async () => {
      assert.deepEqual((await engine.diff(noteUrn, await read(), { ...wanted, text: unknownMark })).diffsList, ["text"]);
    });

    it("what is live now, when another process did the reading with another inventory", async () => {
      assert.deepEqual((await engine.diff(noteUrn, { ...wanted, text: "new" }, wanted)).diffsList, ["text"]);
      notes.text = "new";
      assert.deepEqual((await engine.diff(noteUrn, { ...wanted, text: "other" }, wanted)).diffsList, []);
      assert.deepEqual((await engine.diff(noteUrn, wanted, { ...wanted, place: unknownMark })).diffsList, ["text"]);
    });
  });

  describe("previews", () => {
    it("what will be from what is live, and touches nothing", async () => {
      const { id, outputs } = await engine.create(noteUrn, wanted, true);
      assert.deepEqual({ id, outputs }, { id: "", outputs: { ...wanted, length: unknownMark, change: "old -> new" } });
      assert.deepEqual((await engine.update(noteUrn, recorded, wanted, true)).outputs, outputs);
      untouched();
    });

    it("what is, where nothing is due", async () => {
      const { outputs } = await engine.create(noteUrn, { ...wanted, text: "old" }, true);
      assert.deepEqual(outputs, { ...wanted, text: "old", length: 3, change: "unchanged" });
    });

    it("a refusal", async () => {
      const { message, remains } = await refusal(engine.update(noteUrn, recorded, { ...wanted, text: "forbidden" }, true));
      assert.deepEqual({ message, remains }, { message: '"old" must not become "forbidden"', remains: undefined });
    });

    it("a plan while inputs that reading doesn't need aren't known yet", async () => {
      const { outputs } = await engine.create(noteUrn, { ...wanted, author: unknownMark }, true);
      assert.deepEqual(outputs, { ...wanted, author: unknownMark, length: unknownMark, change: "old -> new" });
    });

    it("no outputs while an input that reading needs isn't known, nor wholly known, yet", async () => {
      const { outputs } = await engine.create(noteUrn, { ...wanted, place: { room: ["left", unknownMark] } }, true);
      assert.deepEqual(outputs, { ...wanted, place: unknownMark });
    });
  });

  describe("converges", () => {
    it("by taking over what already is as wanted: no lock, no change", async () => {
      const { id, outputs, refreshBeforeUpdate } = await engine.create(noteUrn, { ...wanted, text: "old" });
      assert.deepEqual(outputs, { ...wanted, text: "old", length: 3, change: "unchanged" });
      assert.deepEqual({ id, refreshBeforeUpdate, actedOn: notes.actedOn }, { id: "note", refreshBeforeUpdate: true, actedOn: [] });
      untouched();
    });

    it("by acting inside the lock", async () => {
      const { outputs, refreshBeforeUpdate } = await engine.update(noteUrn, recorded, wanted);
      assert.deepEqual(outputs, { ...wanted, length: 3, change: "old -> new" });
      assert.equal(refreshBeforeUpdate, true);
      assert.deepEqual({ text: notes.text, locks: notes.locks }, { text: "new", locks: ["deployment of stack production"] });
    });

    it("telling the audit log what begins, and what it did", async () => {
      await engine.update(noteUrn, recorded, wanted);
      assert.deepEqual(
        notes.audited.map((event) => ({ ...event, seconds: 0 })),
        [
          { event: "step begun", step: "note", seconds: 0 },
          { event: "step done", step: "note", change: "old -> new", seconds: 0 },
        ],
      );
      await engine.update(noteUrn, recorded, wanted);
      assert.equal(notes.audited.length, 2, "nothing was due");
    });

    it("from what is live once the lock is held, not before", async () => {
      notes.onLock = () => void (notes.text = "changed by somebody else");
      await engine.create(noteUrn, wanted);
      assert.deepEqual(notes.actedOn, ["changed by somebody else"]);
    });

    it("without acting when somebody else has done it before the lock was given", async () => {
      notes.onLock = () => void (notes.text = "new");
      await engine.create(noteUrn, wanted);
      assert.deepEqual(notes.actedOn, []);
    });

    it("reading only once where the lock is held already", async () => {
      await engine.create(noteUrn, wanted);
      const millisecond = Date.now();
      await until("the clock ticks", () => Date.now() > millisecond);
      notes.reads = 0;
      await engine.create(noteUrn, { ...wanted, text: "newer" });
      assert.deepEqual({ reads: notes.reads, locks: notes.locks.length }, { reads: 1, locks: 1 });
    });

    it("from what it was compared as, where nothing has changed anything since and the lock was held then", async () => {
      await engine.create(noteUrn, wanted);
      const millisecond = Date.now();
      await until("the clock ticks", () => Date.now() > millisecond);
      const newer = { ...wanted, text: "newer" };
      await engine.diff(noteUrn, recorded, newer);
      notes.reads = 0;
      await engine.update(noteUrn, recorded, newer);
      assert.deepEqual({ reads: notes.reads, text: notes.text }, { reads: 0, text: "newer" });
    });

    it("from what is live, not from what it was compared as, where another step has begun to change something since", async () => {
      await engine.create(noteUrn, wanted);
      const newer = { ...wanted, text: "newer" };
      await engine.diff(noteUrn, recorded, newer);
      await engine.update(noteUrn.replace("::note", "::other"), recorded, { ...wanted, text: "of the other step" });
      await engine.update(noteUrn, recorded, newer);
      assert.deepEqual(notes.actedOn.slice(1), ["new", "of the other step"]);
    });

    it("from what is live, where it was compared with something else", async () => {
      await engine.create(noteUrn, wanted);
      await engine.diff(noteUrn, recorded, { ...wanted, text: "newer" });
      notes.text = "by hand";
      await engine.update(noteUrn, recorded, { ...wanted, text: "newest" });
      assert.deepEqual(notes.actedOn.slice(1), ["by hand"]);
    });

    it("with secrets as plain values", async () => {
      await engine.create(noteUrn, { ...wanted, text: secretMark("a secret") });
      assert.equal(notes.text, "a secret");
    });
  });

  describe("fails", () => {
    const failHalfWay = (error: unknown): void => {
      notes.write = async () => {
        notes.text = "half";
        throw error;
      };
    };

    it("with where things stand: what is live, why, and that it must be read again", async () => {
      failHalfWay(new DeploymentError("the pen broke on host web1"));
      for (const call of [engine.create(noteUrn, wanted), engine.update(noteUrn, recorded, wanted)]) {
        const { message, remains } = await refusal(call);
        assert.equal(message, "the pen broke on host web1");
        assert.deepEqual(remains, {
          id: "note",
          inputs: { ...wanted, text: "half" },
          properties: { ...wanted, text: "half", length: 4, change: "unchanged" },
          reasons: ["the pen broke on host web1"],
          refreshBeforeUpdate: true,
        });
      }
    });

    it("telling the audit log why", async () => {
      failHalfWay(new DeploymentError("the pen broke on host web1"));
      await refusal(engine.create(noteUrn, wanted));
      const [, failed] = notes.audited;
      assert.deepEqual(
        { ...failed, seconds: 0 },
        { event: "step failed", step: "note", reason: "the pen broke on host web1", takenBack: [], seconds: 0 },
      );
    });

    it("with what was live before, when it can't be read any more", async () => {
      failHalfWay(new DeploymentError("the connection broke"));
      notes.onRead = () => {
        if (notes.text === "half") throw new Error("no connection");
      };
      const { remains } = await refusal(engine.update(noteUrn, recorded, wanted));
      assert.deepEqual(
        { inputs: remains?.inputs, reasons: remains?.reasons },
        { inputs: { ...wanted, text: "old" }, reasons: ["the connection broke"] },
      );
    });

    it("plainly, when it could not be read in the first place", async () => {
      const { message, remains } = await refusal(engine.update(noteUrn, recorded, { ...wanted, place: "gone" }));
      assert.deepEqual({ message, remains }, { message: 'there is nothing at "gone"', remains: undefined });
      untouched();
    });

    it("in one line and without a stack trace for an error that nobody expected", async () => {
      failHalfWay(new TypeError("x is not a function\nsecond line"));
      const { message } = await refusal(engine.create(noteUrn, wanted));
      assert.equal(
        message,
        "note failed unexpectedly: x is not a function. Run it again with SELFHELP_DEBUG=1 to see where, and report it.",
      );
    });

    it("with the stack trace when debugging", async () => {
      process.env["SELFHELP_DEBUG"] = "1";
      try {
        failHalfWay(new TypeError("x is not a function"));
        assert.match((await refusal(engine.create(noteUrn, wanted))).message, /x is not a function\n +at .*resources\.test\.ts/);
      } finally {
        delete process.env["SELFHELP_DEBUG"];
      }
    });

    it("and the next update goes on from there", async () => {
      failHalfWay(new DeploymentError("the pen broke"));
      const { remains } = await refusal(engine.create(noteUrn, wanted));
      notes.write = async (text) => void (notes.text = text);
      const { outputs } = await engine.update(noteUrn, remains?.properties ?? {}, wanted);
      assert.deepEqual(
        { text: notes.text, length: outputs["length"], change: outputs["change"] },
        { text: "new", length: 3, change: "half -> new" },
      );
    });
  });

  describe("is cancelled", () => {
    it("by ending the running step at its next safe point, and says where things stand", async () => {
      let begun = (): void => undefined;
      const isBegun = new Promise<void>((resolve) => (begun = resolve));
      notes.write = async (_text, { signal }) => {
        notes.text = "half";
        begun();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        signal.throwIfAborted();
      };
      notes.onRead = ({ signal }) => signal.throwIfAborted();
      const running = refusal(engine.create(noteUrn, wanted));
      await isBegun;
      await engine.cancel();
      const { message, remains } = await running;
      assert.equal(message, "this step was cancelled");
      assert.equal(remains?.properties["text"], "half");
    });

    it("and begins nothing more", async () => {
      await engine.cancel();
      const { message } = await refusal(engine.create(noteUrn, wanted));
      assert.match(message, /this step was cancelled; it had not begun and changed nothing; `pulumi up` continues from here/);
      untouched();
    });
  });

  it("deletes nothing when a resource is taken out of the stack, and says so", async () => {
    await engine.delete(noteUrn, recorded);
    assert.match(engine.shown[0]?.text ?? "", /nothing is deleted on any host, in the database or among the backups$/);
    untouched();
  });

  it("says of a host that is taken out that it goes on as it is", async () => {
    await engine.delete(noteUrn, { ...recorded, host: "web4" });
    assert.match(engine.shown[0]?.text ?? "", /; host "web4" is left as it is, and serves what it did to whoever reaches it$/);
  });

  it("shows what a step is doing on the resource's own line, and keeps what matters", async () => {
    notes.write = async (_text, context) => {
      context.progress("writing");
      context.info("written with a pen");
      context.warn("ink is low");
    };
    await engine.create(noteUrn, wanted);
    const line = { resource: "note", isEphemeral: false, isWarning: false };
    assert.deepEqual(engine.shown, [
      { ...line, text: "writing", isEphemeral: true },
      { ...line, text: "written with a pen" },
      { ...line, text: "ink is low", isWarning: true },
    ]);
  });

  it("has no orders to a terminal in what it shows, whatever a host or a build said", async () => {
    notes.write = (_text, context) => {
      context.progress("\u001b[2Jwriting\r\u0007");
      context.warn("ink\u202e is low\n\tvery\u001b]0;title\u0007");
      return Promise.reject(new DeploymentError("no pen\u001b[31m\nof mine\u009b2J"));
    };
    assert.equal((await refusal(engine.create(noteUrn, wanted))).message, "no pen [31m\nof mine 2J");
    assert.deepEqual(
      engine.shown.map(({ text }) => text),
      [" [2Jwriting  ", "ink  is low\n\tvery ]0;title "],
    );
  });

  it("says how long a step usually takes with its progress, where that is worth waiting for", async () => {
    notes.write = async (_text, context) => context.progress("writing");
    notes.usual["note"] = 41.6;
    await engine.create(noteUrn, wanted);
    notes.usual["note"] = 2;
    await engine.create(noteUrn, { ...wanted, text: "newer" });
    assert.deepEqual(
      engine.shown.map(({ text }) => text),
      ["usually 42 s: writing", "writing"],
    );
  });

  it("says what was done before a step failed", async () => {
    const step = { step: "backup", result: "done" as const, detail: "", beganSeconds: 0, seconds: 4 };
    notes.run = { seconds: 9, steps: [step] } as unknown as RecordedDeployment;
    notes.write = () => Promise.reject(new DeploymentError("there is no pen"));
    await refusal(engine.create(noteUrn, wanted));
    assert.deepEqual(
      engine.shown.map(({ text }) => text),
      ["done before it failed, after 9 s: backup 4 s"],
    );
  });

  it("shows no more of what a step is doing than a person reads, so that a build's output doesn't fill a log", async () => {
    notes.write = async (_text, context) => context.progress(`build: ${"x".repeat(4096)}`);
    await engine.create(noteUrn, wanted);
    assert.deepEqual(
      engine.shown.map(({ text }) => text),
      [`build: ${"x".repeat(293)}`],
    );
  });

  it("skips progress that nobody could have read, never what matters", async () => {
    notes.write = async (_text, context) => {
      for (let line = 1; line <= 5000; line += 1) context.progress(`line ${line}`);
      context.info("done");
    };
    await engine.create(noteUrn, wanted);
    assert.deepEqual(
      engine.shown.map(({ text }) => text),
      ["line 5000", "done"],
    );
  });

  describe("answers a question", () => {
    it("before anything is planned", async () => {
      assert.deepEqual(await engine.invoke(wordsToken, { text: secretMark("three little words") }), { answer: { words: 3 }, problems: [] });
    });

    it("only when it is well put, and known", async () => {
      assert.deepEqual((await engine.invoke(wordsToken, {})).problems, ["text is missing"]);
      const { message } = await refusal(engine.invoke("test:index:countLines", {}));
      assert.equal(message, 'there is no function "test:index:countLines", only: test:index:countWords');
    });
  });
});
