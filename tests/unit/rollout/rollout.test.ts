import assert from "node:assert/strict";
import { NotRolledOut } from "../../../components/rollout/errors";
import { type Ended, rollOut, type Work } from "../../../components/rollout/rollout";

const hosts = ["web1", "web2", "web3", "web4"];
const oneByOne = hosts.map((name) => [name]);

interface World {
  /** Hosts on which the switch fails, and those that answer wrong at the end of a pause. */
  failing?: string[];
  wrongLater?: string[];
  maxFailures?: number;
  pauseSeconds?: number;
  batches?: string[][];
  /** Ctrl-C while this host is switched. */
  cancelAt?: string;
}

async function run({ failing = [], wrongLater = [], maxFailures = 0, pauseSeconds = 0, batches = oneByOne, cancelAt }: World) {
  const log: string[] = [];
  const cancel = new AbortController();
  const work: Work = {
    switchHost: async (name) => {
      if (name === cancelAt) cancel.abort();
      if (failing.includes(name)) throw new Error(`${name} broke`);
      log.push(`${name} switched`);
    },
    ask: async (name) => {
      log.push(`${name} asked`);
      return wrongLater.includes(name) ? "answered 500" : undefined;
    },
    takeBack: async (name) => {
      log.push(`${name} back`);
      return "Users are on v8.0.0 again.";
    },
  };
  const rollout = { batch: 1, pauseSeconds, maxFailures };
  return { log, ended: await rollOut(batches, rollout, work, { signal: cancel.signal, progress: () => undefined }) };
}

const kinds = ({ outcomes }: Ended): string[] => hosts.map((name) => outcomes.get(name)?.kind ?? "none");
const story = (ended: Ended): string => new NotRolledOut("v8.1.0", ["web0", ...hosts], ended).message;

describe("a rollout", () => {
  it("switches batch after batch", async () => {
    const { log, ended } = await run({});
    assert.deepEqual(kinds(ended), ["switched", "switched", "switched", "switched"]);
    assert.deepEqual(
      log,
      hosts.map((name) => `${name} switched`),
    );
  });

  it("stops at the first failure, returns what was switched, touches nothing more, and says where every host is", async () => {
    const { ended } = await run({ failing: ["web3"] });
    assert.deepEqual(kinds(ended), ["returned", "returned", "failed", "untouched"]);
    assert.equal(
      story(ended),
      [
        'The rollout of v8.1.0 stopped: host "web3" failed, and selfhelp:rollout.maxFailures is 0. Every host that it had switched was switched back:',
        "    web0  on v8.1.0, as before this run",
        "    web1  switched back. Users are on v8.0.0 again.",
        "    web2  switched back. Users are on v8.0.0 again.",
        "    web3  failed, see below",
        "    web4  not touched: serves what it did before",
        "web3 broke",
        "Next: correct the cause and type: pulumi up, which goes on with every host that is not on v8.1.0 yet. " +
          "To go on without a host that is down, take it out of selfhelp:hosts.",
      ].join("\n"),
    );
  });

  it("goes on past as many failures as are allowed, and names them", async () => {
    const { ended } = await run({ failing: ["web2"], maxFailures: 1 });
    assert.deepEqual(kinds(ended), ["switched", "failed", "switched", "switched"]);
    assert.match(story(ended), /^v8\.1\.0 was rolled out, but not to web2: /);
  });

  it("stops at one more", async () => {
    const { ended } = await run({ failing: ["web2", "web4"], maxFailures: 1 });
    assert.deepEqual(kinds(ended), ["returned", "failed", "returned", "failed"]);
    assert.match(`${ended.stopped}`, /hosts "web2", "web4" failed/);
  });

  it("stops when the first host fails, whatever is allowed", async () => {
    assert.deepEqual(kinds((await run({ failing: ["web1"], maxFailures: 3 })).ended), ["failed", "untouched", "untouched", "untouched"]);
  });

  it("returns the rest of a batch, too, of which one failed", async () => {
    const { ended } = await run({ failing: ["web3"], batches: [["web1"], ["web2", "web3", "web4"]] });
    assert.deepEqual(kinds(ended), ["returned", "returned", "failed", "returned"]);
  });

  it("asks every host that was switched again at the end of each pause, and returns one that does not answer any more", async () => {
    const { log, ended } = await run({ pauseSeconds: 0.01, wrongLater: ["web2"], maxFailures: 1 });
    assert.deepEqual(log, [
      ...["web1 switched", "web1 asked", "web2 switched", "web1 asked", "web2 asked", "web2 back"],
      ...["web3 switched", "web1 asked", "web3 asked", "web4 switched"],
    ]);
    assert.deepEqual(kinds(ended), ["switched", "failed", "switched", "switched"]);
    assert.match(
      story(ended),
      /host "web2" did not answer as it should any more at the end of the pause \(answered 500\), and was switched back/,
    );
  });

  it("stops when the first host does not answer any more at the end of a pause", async () => {
    const { ended } = await run({ pauseSeconds: 0.01, wrongLater: ["web1"], maxFailures: 3 });
    assert.deepEqual(kinds(ended), ["failed", "untouched", "untouched", "untouched"]);
  });

  it("returns what was switched at once when one fails, not after the pause", async () => {
    const { log, ended } = await run({ pauseSeconds: 0.01, failing: ["web2"] });
    assert.deepEqual(kinds(ended), ["returned", "failed", "untouched", "untouched"]);
    assert.deepEqual(log, ["web1 switched", "web1 asked", "web1 back"]);
  });

  it("ends a pause at Ctrl-C, and returns what was switched", async () => {
    const { ended } = await run({ pauseSeconds: 3600, cancelAt: "web1" });
    assert.deepEqual(kinds(ended), ["returned", "untouched", "untouched", "untouched"]);
    assert.match(story(ended), /stopped: it was cancelled/);
  });

  it("is done when Ctrl-C comes with the last batch", async () => {
    assert.equal((await run({ cancelAt: "web4" })).ended.stopped, undefined);
  });
});
