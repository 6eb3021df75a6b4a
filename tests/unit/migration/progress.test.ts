import assert from "node:assert/strict";
import { bounded, durationText } from "../../../components/migration/durations";
import { progressText } from "../../../components/migration/progress";
import { scriptOf } from "../../../components/migration/script";
import { Warnings } from "../../../components/migration/warnings";

const file = "40_update_v8.0.0_v8.1.0.sql";
const script = scriptOf({ file, from: "v8.0.0", to: "v8.1.0" }, Buffer.from("SELECT 1;\n".repeat(30)));

describe("what is shown of a migration while it runs", () => {
  it("is where it is, and how long a statement has taken that takes long", () => {
    assert.equal(progressText(script, 12), `${file} 12/30 statements`);
    assert.equal(progressText(script, 12, 14), `${file} 12/30 statements, 14 s`);
    assert.equal(progressText(script, 12, 200), `${file} 12/30 statements, 3 min 20 s`);
  });

  it("is also how long that took in the rehearsal, where it was rehearsed", () => {
    const rehearsed = { [file]: { 12: 39_700 } };
    assert.equal(progressText(script, 12, 14, rehearsed), `${file} 12/30 statements, 14 s of about 40 s`);
    assert.equal(progressText(script, 13, 14, rehearsed), `${file} 13/30 statements, 14 s of less than 1 s`);
    assert.equal(progressText(script, 12, 14, { "41_update_v8.1.0_v8.2.0.sql": { 12: 39_700 } }), `${file} 12/30 statements, 14 s`);
  });
});

describe("a rehearsal's durations", () => {
  it("are kept of scripts in which not too many statements took long", () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [index + 1, 100]));
    assert.deepEqual(bounded({ [file]: { 3: 100 }, quick: {}, many }), { [file]: { 3: 100 }, quick: {} });
  });

  it("are written as somebody says them", () => {
    const texts = [0, 240, 3210, 9960, 40_000, 119_400, 200_000, 7_530_000].map(durationText);
    assert.deepEqual(texts, ["0 s", "0.2 s", "3.2 s", "10 s", "40 s", "119 s", "3 min 20 s", "2 h 5 min"]);
  });
});

describe("a script's warnings", () => {
  it("are shown with what the server said, of one statement the first five, of one script those of twenty statements", () => {
    const said: string[] = [];
    const warnings = new Warnings(script, (text) => said.push(text));
    const truncated = (row: number) => ({ Code: 1265, Message: `Data truncated for column 'a' at row ${row}` });
    warnings.add({ statement: 3, count: 1, shown: [truncated(1)] });
    warnings.add({ statement: 4, count: 7, shown: [1, 2, 3, 4, 5].map(truncated) });
    warnings.add({ statement: 5, count: 2, shown: [] });
    for (let statement = 6; statement < 30; statement++) warnings.add({ statement, count: 1, shown: [truncated(1)] });
    warnings.end();
    assert.equal(said[0], `${file}:3: 1 warning of the server: 1265 Data truncated for column 'a' at row 1`);
    assert.match(said[1] ?? "", /^40_.*:4: 7 warnings of the server: 1265 .* at row 1; .*1265 .* at row 5; and 2 more$/);
    assert.equal(said[2], `${file}:5: 2 warnings of the server`);
    assert.deepEqual([said.length, said.at(-1)], [21, `${file}: 7 further statements with warnings of the server`]);
  });
});
