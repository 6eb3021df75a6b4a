import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { checksumOf, partSize, partsOf } from "../../../components/offsite/parts";

const mebibyte = 1024 ** 2;

describe("the parts of an archive", () => {
  it("cover it without a gap, the last one smaller", () => {
    assert.deepEqual(partsOf(12, 5), [
      { number: 1, offset: 0, bytes: 5 },
      { number: 2, offset: 5, bytes: 5 },
      { number: 3, offset: 10, bytes: 2 },
    ]);
    assert.deepEqual(partsOf(10, 5).at(-1), { number: 2, offset: 5, bytes: 5 });
    assert.deepEqual(partsOf(1, 5), [{ number: 1, offset: 0, bytes: 1 }]);
  });

  it("have the configured size, and a larger one where that would make more than 10,000 of them", () => {
    assert.equal(partSize(100, 64 * mebibyte), 64 * mebibyte);
    const terabytes = 2e12;
    const bytes = partSize(terabytes, 64 * mebibyte);
    assert.equal(bytes % mebibyte, 0);
    assert.ok(partsOf(terabytes, bytes).length <= 10_000);
    assert.ok(partsOf(terabytes, bytes).length > 9_900);
  });

  it("make the checksum that S3 makes: the one of their checksums", () => {
    const sum = (text: string): Buffer => createHash("sha256").update(text).digest();
    assert.equal(
      checksumOf([sum("one").toString("hex"), sum("two").toString("hex")]),
      createHash("sha256")
        .update(Buffer.concat([sum("one"), sum("two")]))
        .digest("base64"),
    );
  });
});
