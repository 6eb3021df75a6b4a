import assert from "node:assert/strict";
import { kindOf } from "../../../lab/machine";

const status = (nspid: string, state = "S (sleeping)"): string => `Name:\tx\nState:\t${state}\nNSpid:\t${nspid}\nThreads:\t1\n`;
const words = (...all: string[]): string => `${all.join("\0")}\0`;

describe("kind of a host's process", () => {
  it("tells the launcher", () => {
    assert.equal(kindOf(words("bash", "/src/lab/image/launch", "/root", "shlab-1", "lab-web1"), status("300")), "launcher");
  });

  it("tells systemd-nspawn", () => {
    assert.equal(kindOf(words("systemd-nspawn", "--quiet", "--boot"), status("301")), "nspawn");
  });

  it("tells the host's init by its id in the innermost namespace", () => {
    assert.equal(kindOf(words("/usr/lib/systemd/systemd"), status("302\t1")), "init");
    assert.equal(kindOf(words("/sbin/init"), status("900\t302\t1")), "init");
  });

  it("takes systemd-nspawn's child for the init from its start", () => {
    assert.equal(kindOf(words("systemd-nspawn", "--quiet", "--boot"), status("302\t1")), "init");
  });

  it("leaves the others", () => {
    assert.equal(kindOf(words("nginx: master process"), status("310\t11")), "other");
    assert.equal(kindOf(words("bash"), status("1")), "other");
  });

  it("skips a process that has ended", () => {
    assert.equal(kindOf("", ""), undefined);
    assert.equal(kindOf("", status("302", "Z (zombie)")), undefined);
  });
});
