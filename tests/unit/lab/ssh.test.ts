import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { quoted } from "../../../lab/ssh";

describe("a word for a host's shell", () => {
  it("arrives unchanged, whatever is in it", () => {
    for (const word of ["", "plain", "two words", "it's", '$HOME `id` \\ "x"', "line\nline", "*", "ü"]) {
      assert.equal(execFileSync("sh", ["-c", `printf %s ${quoted(word)}`], { encoding: "utf8" }), word);
    }
  });
});
