import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { everySecond } from "../../../components/backup/shell";

describe("what a script says every second", () => {
  it("ends without a trace: what the script would clean up at its own end stays, also when it ends as soon as it begins", () => {
    const script = `set -euo pipefail
      ${everySecond}
      file=$(mktemp)
      trap 'rm -f -- "$file"' EXIT
      trap 'exit 143' TERM
      for ((times = 0; times < 200; times++)); do
        every_second :
        no_more
        if [ ! -e "$file" ]; then echo "gone after $times"; exit; fi
      done
      echo "there"`;
    assert.equal(execFileSync("bash", ["-c", script], { encoding: "utf8" }), "there\n");
  });
});
