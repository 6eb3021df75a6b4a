import assert from "node:assert/strict";
import { Lines } from "../../../host/lines";
import { Tail } from "../../../host/tail";

function cut(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const cutter = new Lines(
    (line) => lines.push(line),
    (text) => text,
  );
  for (const chunk of chunks) cutter.add(Buffer.from(chunk));
  cutter.end();
  return lines;
}

describe("lines of an output", () => {
  it("are the same however the bytes came", () => {
    const bytes = Buffer.from("grüße\r\nzwei\n\ndrei 🚀\nvier");
    for (let at = 0; at <= bytes.length; at += 1) {
      assert.deepEqual(cut(bytes.subarray(0, at), bytes.subarray(at)), ["grüße", "zwei", "", "drei 🚀", "vier"]);
    }
  });

  it("of a progress display are one for each state it showed", () => {
    assert.deepEqual(cut("10%\r", "50%\r100%\n", "done\n"), ["10%", "50%", "100%", "done"]);
  });

  it("have no colours and no other orders to a terminal", () => {
    assert.deepEqual(cut("\u001b[32mgreen\u001b[0m\u001b[2K\n"), ["green"]);
  });

  it("without an end come in pieces, so that memory stays small", () => {
    assert.deepEqual(
      cut("x".repeat(10_000)).map(({ length }) => length),
      [4096, 4096, 1808],
    );
  });

  it("are none of many carriage returns, however many these are", () => {
    assert.deepEqual(cut("10%", ...Array<string>(100).fill("\r".repeat(32_768)), "\n", "done\r\r\n"), ["10%", "done"]);
  });
});

describe("the tail of an output", () => {
  it("is all of it while it is short, and its last bytes afterwards", () => {
    const tail = new Tail(5);
    for (const [chunk, kept] of [["ab", "ab"], ["cde", "abcde"], ["f", "bcdef"], ["", "bcdef"], ["0123456789", "56789"]] as const) {
      tail.add(Buffer.from(chunk));
      assert.equal(tail.toString(), kept);
    }
  }); // prettier-ignore
});
