import assert from "node:assert/strict";
import { batchesOf } from "../../../components/rollout/batches";

const hosts = ["web1", "web2", "web3", "web4", "web5"];

describe("the batches of a rollout", () => {
  it("begin with the first host alone, in the order of the config", () => {
    assert.deepEqual(batchesOf(hosts, 5, 2), [["web1"], ["web2", "web3"], ["web4", "web5"]]);
    assert.deepEqual(batchesOf(hosts, 5, 1), [["web1"], ["web2"], ["web3"], ["web4"], ["web5"]]);
  });

  it("have the first host alone also where all others go at once", () => {
    assert.deepEqual(batchesOf(hosts, 5, "100%"), [["web1"], ["web2", "web3", "web4", "web5"]]);
    assert.deepEqual(batchesOf(hosts, 5, 1000), [["web1"], ["web2", "web3", "web4", "web5"]]);
  });

  it("take a share of all hosts, rounded down, so that no more are away than was said; but one at least", () => {
    assert.deepEqual(batchesOf(hosts, 5, "50%"), [["web1"], ["web2", "web3"], ["web4", "web5"]]);
    assert.deepEqual(batchesOf(["web1", "web2", "web3"], 9, "25%"), [["web1"], ["web2", "web3"]]);
    assert.deepEqual(batchesOf(["web1", "web2"], 5, "1%"), [["web1"], ["web2"]]);
  });

  it("are none where nothing is due, and one for one host", () => {
    assert.deepEqual(batchesOf([], 5, 1), []);
    assert.deepEqual(batchesOf(["web3"], 5, "50%"), [["web3"]]);
  });
});
