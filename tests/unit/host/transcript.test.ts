import assert from "node:assert/strict";
import { redact, spelled } from "../../../host/redact";
import { Transcript } from "../../../host/transcript";

describe("the last lines of a command, and its errors", () => {
  const key = ["-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG9w0", "BAQEFAASCBKcwggSjAgEAAo", "-----END PRIVATE KEY-----"].join("\n");
  const password = 'p&ss/wörd "of" many';
  const secrets = spelled([password, key], 6);

  function told(...chunks: string[]): { last: string; stderr: string; lines: string[] } {
    const lines: string[] = [];
    const hide = (text: string): string => redact(text, secrets);
    const transcript = new Transcript(hide, (line) => lines.push(hide(line)));
    for (const chunk of chunks) transcript.stderr(Buffer.from(chunk));
    const { stderr } = transcript.end();
    return { last: transcript.lastLines().join("\n"), stderr, lines };
  }
  /** Nor any five characters of it one after the other. */
  const assertNoPart = (text: string, of: string): void => {
    for (let at = 0; at + 5 <= of.length; at += 1)
      assert.ok(!text.includes(of.slice(at, at + 5)), `"${of.slice(at, at + 5)}" in ${text.slice(-200)}`);
  };

  for (const [how, spelling] of [
    ["as it is", password],
    ["as JSON has it", JSON.stringify(password).slice(1, -1)],
    ["as a form has it", encodeURIComponent(password)],
    ["as a page has it", password.replaceAll("&", "&amp;").replaceAll('"', "&quot;")],
    ["with a colour in the middle of it", password.replace("wörd", "wö\u001b[31mrd")],
  ] as const) {
    it(`have nothing of a secret, ${how}, wherever lines are cut`, () => {
      for (let before = 275; before <= 305; before += 1) assertNoPart(told(`${"-".repeat(before)}${spelling} and more\n`).last, spelling);
    });

    it(`have nothing of it, ${how}, in a line that is so long that it comes in pieces, however its bytes come`, () => {
      for (const before of [4080, 4096, 8170, 8180, 8190, 12_280])
        for (const size of [1000, 4096, 100_000]) {
          const text = `${"-".repeat(before)}${spelling}${"-".repeat(5000)}`;
          const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
          const { lines, last } = told(...chunks);
          assertNoPart(lines.join(""), spelling);
          assertNoPart(last, spelling);
          assert.match(lines.join(""), /-\[hidden\]-/);
        }
    });
  }

  it("have none of its lines where a secret has several, whole or in part", () => {
    const { last } = told(`key:\n${key}\nand once more:\n${key.split("\n").slice(2).join("\n")}\n`);
    assert.equal(last, ["key:", ...Array<string>(4).fill("[hidden]"), "and once more:", "[hidden]", "[hidden]"].join("\n"));
  });

  it("are what was printed, where that is no secret", () => {
    const { last, stderr } = told("no such table\nuser many of them\n");
    assert.deepEqual([last, stderr], ["no such table\nuser many of them", "no such table\nuser many of them\n"]);
  });
});
