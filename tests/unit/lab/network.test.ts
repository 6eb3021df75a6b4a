import assert from "node:assert/strict";
import { addressOf, bridgeOf, freeNumber, numbersIn } from "../../../lab/network";

describe("network of a lab", () => {
  it("has a bridge that is known from the lab's folder, within the 15 characters of an interface's name", () => {
    assert.match(bridgeOf("/home/ann/.cache/selfhelp-deploy/labs/lab"), /^shlab-[0-9a-f]{8}$/);
    assert.equal(bridgeOf("/a"), bridgeOf("/a"));
    assert.notEqual(bridgeOf("/a"), bridgeOf("/b"));
  });

  it("numbers hosts within its own /24", () => {
    assert.equal(addressOf({ number: 7 }, 10), "10.213.7.10");
  });

  it("finds the numbers that are taken, a number taken twice twice", () => {
    const addresses = [
      "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever",
      "5: shlab-0a1b2c3d    inet 10.213.7.1/24 scope global shlab-0a1b2c3d\\       valid_lft forever preferred_lft forever",
      "6: shlab-99999999    inet 10.213.7.1/24 scope global shlab-99999999\\       valid_lft forever preferred_lft forever",
      "8: tun0    inet 10.21.3.1/24 scope global tun0\\       valid_lft forever preferred_lft forever",
    ].join("\n");
    assert.deepEqual(numbersIn(addresses), [7, 7]);
  });

  it("takes a number that is free", () => {
    const allBut42 = Array.from({ length: 254 }, (_, index) => index + 1).filter((number) => number !== 42);
    assert.equal(freeNumber(allBut42), 42);
  });

  it("says what to do when none is free", () => {
    const all = Array.from({ length: 254 }, (_, index) => index + 1);
    assert.throws(() => freeNumber(all), { message: "no network is free for another lab: end one (npm run lab -- down --name NAME)" });
  });
});
