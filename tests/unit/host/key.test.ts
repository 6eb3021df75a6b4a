import assert from "node:assert/strict";
import { fingerprint, keyLine, parsePublicKey, type PublicKey } from "../../../host/key";

// A key and its fingerprint as ssh-keygen printed them.
const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDkgbWNtruRt5FlkpbNKRLcceJLAHC3iWL8SApokcvMV";
const printed = "SHA256:OWpggBzz8bJNWlkb6rVFp6A4rFWwv3uCYK5mdK5ffco";

describe("a host's public key", () => {
  it("has the fingerprint that ssh-keygen prints", () => {
    assert.equal(fingerprint((parsePublicKey(line) as PublicKey).data), printed);
  });

  it("is written as it is configured", () => {
    assert.equal(keyLine((parsePublicKey(line) as PublicKey).data), line);
  });

  for (const wrong of ["", "ssh-ed25519", line.replace("ssh-ed25519", "ssh-rsa"), line.slice(0, 30), printed]) {
    it(`is not "${wrong}"`, () => assert.equal(parsePublicKey(wrong), null));
  }
});
