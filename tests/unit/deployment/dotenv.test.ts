import assert from "node:assert/strict";
import { dotenvText } from "../../../components/deployment/dotenv";

describe("the text of .env.local", () => {
  it("keeps every character of a value from being expanded", () => {
    assert.equal(dotenvText({ A: "plain", B: "$HOME `id` $(id) \\n" }), "A='plain'\nB='$HOME `id` $(id) \\n'\n");
  });

  it("takes a single quote out of the quotes", () => {
    assert.equal(dotenvText({ A: "it's" }), `A='it'"'"'s'\n`);
  });
});
