import assert from "node:assert/strict";
import { parseFindings, shown, summaryOf, textsOf } from "../../../components/hardening/findings";

const hex = (text: string): string => Buffer.from(text).toString("hex");
const line = (what: string, path: string, target = ""): string => `${what} ${hex(path)} ${target === "" ? "-" : hex(target)}`;
const parsed = (...lines: string[]): string[] => textsOf(parseFindings("web1", [...lines, "end", ""].join("\n")));

describe("what a walk over files found", () => {
  it("is named with what is wrong, and what it should be", () => {
    assert.deepEqual(
      parsed(
        line("f 1 666 root:root 644 root:root", "/s/public/index.php"),
        line("d 2 755 www-data:www-data 755 root:root", "/s/src"),
        line("f 1 644 1007:deploy 640 root:www-data", "/s/.env.local"),
        line("f 3 644 second:second 644 root:root", "/s/linked"),
        line("l 1 - - - -", "/s/public/etc", "/etc"),
        line("x 1 - - - -", "/s/tests"),
        line("m 1 - - 750 www-data:www-data", "/s/var"),
        "count 7",
      ),
      [
        "/s/public/index.php is 666, not 644",
        "/s/src belongs to www-data:www-data, not root:root",
        "/s/.env.local belongs to 1007:deploy, not root:www-data and is 644, not 640",
        "/s/linked belongs to second:second, not root:root and has 3 names",
        "/s/public/etc leads out of the release, to /etc",
        "/s/tests is a development file",
        "/s/var is missing",
      ],
    );
  });

  it("of several folders is counted together, the first ten named", () => {
    const ten = Array.from({ length: 10 }, (_, index) => line("f 1 666 root:root 644 root:root", `/s/${index}`));
    const texts = parsed(...ten, "count 4000", ...ten, "count 12");
    assert.deepEqual([texts.length, texts[9], texts[10]], [11, "/s/9 is 666, not 644", "and 4002 more"]);
    assert.equal(summaryOf(texts, "differ"), "4012 differ: /s/0 is 666, not 644; /s/1 is 666, not 644; /s/2 is 666, not 644; …");
  });

  it("is told in one line", () => {
    assert.equal(summaryOf(["/s/a is 666, not 644"], "corrected"), "1 corrected: /s/a is 666, not 644");
  });

  it("is not taken for nothing when the answer was cut short", () => {
    assert.throws(() => parseFindings("web1", "count 0\n"), /host "web1" could not be read: the answer was cut short/);
  });

  it("can't pass for something else by its name", () => {
    assert.deepEqual(parsed(line("f 1 666 root:root 644 root:root", "/s/a\ncount 0\nend"), "count 1"), [
      '"/s/a\\ncount 0\\nend" is 666, not 644',
    ]);
    assert.equal(shown("/s/plain-ünïcode.php"), "/s/plain-ünïcode.php");
    assert.equal(shown("/s/\u001b[2J\u202e'x"), '"/s/\\u001b[2J\\u{202e}\'x"');
  });
});
