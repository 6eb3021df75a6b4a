import assert from "node:assert/strict";
import { readChain } from "../../../components/audit/chain";
import { deploymentsOf } from "../../../components/audit/deployments";
import { confirmation, passedAt } from "../../../components/preflight/answers";

const [commit, other] = ["a".repeat(40), "b".repeat(40)];
const box = "the support team knows";
const text = [
  { event: "confirmed", box, commit, operator: "ann@laptop", at: "2026-11-23T10:00:00.000Z", deployment: "1" },
  {
    event: "preflight passed",
    release: "v8.1.0",
    commit,
    operator: "ann@laptop",
    run: null,
    at: "2026-11-23T10:00:01.000Z",
    deployment: "1",
  },
  { event: "preflight passed", release: "v8.1.0", commit, operator: "bob@ci", run: null, at: "2026-11-23T11:00:00.000Z", deployment: "2" },
  { event: "confirmed", box: "written by somebody's editor", at: "2026-11-23T12:00:00.000Z", deployment: "3" },
]
  .map((line) => `${JSON.stringify({ previous: "", ...line })}\n`)
  .join("");

describe("what the audit log knows of pre-flights", () => {
  const { lines } = readChain(text, null);

  it("is when the last one of a commit passed, and who ticked a box of it; of another commit nothing", () => {
    assert.equal(passedAt(lines, commit), "2026-11-23T11:00:00.000Z");
    assert.equal(passedAt(lines, other), null);
    assert.deepEqual(confirmation(lines, commit, box), { operator: "ann@laptop", at: "2026-11-23T10:00:00.000Z" });
    assert.equal(confirmation(lines, other, box), undefined);
    assert.equal(confirmation(lines, commit, "another box"), undefined);
  });

  it("is no deployment, but a run of its own with who did it; a line that lacks its commit is none", () => {
    assert.deepEqual(
      deploymentsOf(lines).map(({ purpose, operator, result }) => ({ purpose, operator, result })),
      [
        { purpose: "pre-flight of commit aaaaaaaa", operator: "ann@laptop", result: "ended" },
        { purpose: "pre-flight of commit aaaaaaaa", operator: "bob@ci", result: "ended" },
      ],
    );
  });
});
