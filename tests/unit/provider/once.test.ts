import assert from "node:assert/strict";
import { once } from "../../../provider/once";

describe("something that is made once", () => {
  let made = 0;
  beforeEach(() => (made = 0));

  it("is shared by everybody who asks, also while it is being made", async () => {
    const get = once(async () => (made += 1));
    assert.deepEqual(await Promise.all([get(), get()]), [1, 1]);
    assert.equal(await get(), 1);
  });

  it("is tried again after it failed, with those who waited sharing the failure", async () => {
    const get = once(async () => {
      made += 1;
      if (made === 1) throw new Error("first attempt");
      return made;
    });
    await Promise.all([assert.rejects(get(), /first attempt/), assert.rejects(get(), /first attempt/)]);
    assert.equal(await get(), 2);
  });

  it("is made anew, once, when it is no longer usable", async () => {
    const closed = new Set<number>();
    const get = once(
      async () => (made += 1),
      (value) => !closed.has(value),
    );
    closed.add(await get());
    assert.deepEqual(await Promise.all([get(), get(), get()]), [2, 2, 2]);
  });
});
