import assert from "node:assert/strict";
import type { Bump } from "../../../components/migration/bump";
import { backupBox, clockBox, docsBox, versionBox, type Way } from "../../../components/preflight/judge";

const major: Bump = {
  ...{ current: "v8.0.0", database: "v8.0.0", increment: "major", next: "v8.1.0", reasons: ["database change: 40.sql was added"] },
  ...{ scripts: [], routes: { added: [], removed: [], changed: [] }, controllerRoutesRemoved: [] },
  ...{ verdict: { file: "40.sql", leadsTo: "v8.1.0", agrees: true }, warnings: [] },
} as unknown as Bump;
const way: Way = { live: "v8.0.0", wanted: "v8.1.0", relation: "after", bump: major };

describe("the box for a version", () => {
  it("is ticked when the release is called what its changes make of it, and says why", () => {
    assert.deepEqual(versionBox(way), { result: "ok", detail: "major change since v8.0.0: database change: 40.sql was added" });
    assert.equal(versionBox({ ...way, wanted: "main" }).result, "ok");
    assert.equal(versionBox({ ...way, relation: "same", bump: null }).result, "ok");
  });

  it("fails a release that is called less than what it changes, or whose script leads elsewhere", () => {
    assert.deepEqual(versionBox({ ...way, wanted: "v8.0.1" }).result, "failed");
    assert.match(versionBox({ ...way, wanted: "v8.0.1" }).detail, /^it must be v8\.1\.0, not v8\.0\.1 \(major change/);
    const elsewhere = { ...major, verdict: { file: "40.sql", leadsTo: "v9.0.0", agrees: false } };
    assert.match(versionBox({ ...way, bump: elsewhere }).detail, /^40\.sql leads to v9\.0\.0, but the next version is v8\.1\.0/);
  });

  it("warns of more than is due, of a way back, and where there is nothing to count on from", () => {
    assert.equal(versionBox({ ...way, wanted: "v9.0.0" }).result, "warning");
    assert.equal(versionBox({ ...way, relation: "before", bump: null }).result, "warning");
    assert.equal(versionBox({ ...way, live: "main", bump: null }).result, "warning");
  });
});

describe("the box for documentation", () => {
  const rules = [{ when: ["src/Controller/**"], then: ["docs/api/**", "CHANGELOG.md"] }];

  it("fails where code changed that has to be described, and nothing that describes it", () => {
    assert.deepEqual(docsBox(["src/Controller/Admin/Pages.php"], rules), {
      result: "failed",
      detail: "src/Controller/Admin/Pages.php changed, and nothing of docs/api/**, CHANGELOG.md",
    });
  });

  it("is ticked where either both changed or none", () => {
    assert.equal(docsBox(["src/Controller/Pages.php", "CHANGELOG.md"], rules).result, "ok");
    assert.equal(docsBox(["src/Entity/User.php"], rules).result, "ok");
  });
});

describe("the box for backups", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");
  const limit = { warn: 48, fail: 96 };

  it("goes by the age of the newest, and by whether it was ever restored", () => {
    const taken = (takenAt: string, verifiedAt: string | null = takenAt) => backupBox({ takenAt, verifiedAt }, limit, now);
    assert.deepEqual(taken("2026-11-23T10:30:00Z"), { result: "ok", detail: "the newest is 1.5 h old, and was proven by restoring it" });
    assert.equal(taken("2026-11-21T10:00:00Z").result, "warning");
    assert.equal(taken("2026-11-19T10:00:00Z").result, "failed");
    assert.equal(taken("2026-11-23T10:30:00Z", null).result, "warning");
    assert.equal(backupBox(null, limit, now).result, "warning");
  });
});

describe("the box for a clock", () => {
  it("goes by what is off for certain: the way there and back may explain the rest", () => {
    const limit = { warn: 5, fail: 60 };
    assert.deepEqual(clockBox(0.4, 0.1, limit), { result: "ok", detail: "less than a second off" });
    assert.equal(clockBox(-7, 0.5, limit).result, "warning");
    assert.equal(clockBox(-7, 3, limit).result, "ok");
    assert.match(clockBox(-3600, 0, limit).detail, /^3600 s behind this machine/);
    assert.equal(clockBox(3600, 0.5, limit).result, "failed");
  });
});
