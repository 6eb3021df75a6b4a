import assert from "node:assert/strict";
import { backup } from "../../../components/backup/handler";
import { recipientProblem } from "../../../components/backup/recipient";

const recipient = "age1az3tkkt0g828azanw6pfdg43hnzgyyy4m863w0zxefyrmunnqdyq467thj";

describe("the recipient of backups", () => {
  it("is an age public key", () => assert.equal(recipientProblem(recipient), undefined));

  it("is refused when one letter is mistyped", () => {
    for (let position = 4; position < recipient.length; position += 1) {
      const other = recipient[position] === "q" ? "p" : "q";
      const mistyped = recipient.slice(0, position) + other + recipient.slice(position + 1);
      assert.match(recipientProblem(mistyped) ?? "", /^is mistyped/, mistyped);
    }
  });

  it("is refused in any other form, a private key with a warning", () => {
    for (const other of ["", "age1", recipient.slice(0, -1), recipient.toUpperCase(), `${recipient}q`, "ssh-ed25519 AAAA"])
      assert.match(recipientProblem(other) ?? "", /^must be an age public key/);
    assert.match(recipientProblem("AGE-SECRET-KEY-1QQQ") ?? "", /^is a private key; .* Keep the private one off this config$/);
  });
});

describe("the inputs of a backup", () => {
  it("must name an absolute directory and a sound recipient", () => {
    assert.deepEqual(backup.check({ recipient, directory: "/var/backups/selfhelp" }), []);
    assert.deepEqual(backup.check({}), []);
    assert.deepEqual(
      backup.check({ recipient: "age1", directory: "backups" }).map(({ propertyPath }) => propertyPath),
      ["recipient", "directory"],
    );
    assert.equal(backup.check({ directory: "/var/../etc" }).length, 1);
  });
});
