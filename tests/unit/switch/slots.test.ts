import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readServing } from "../../../components/switch/commands";
import { activeCommit, activeRelease, idleSlot, parseMarker, parseServing, type Serving } from "../../../components/switch/slots";
import type { Site } from "../../../host/site";

const commit = "0123456789abcdef0123456789abcdef01234567";
const marker = { release: "v8.0.0", commit, builtAt: "2026-11-23T04:24:18.123Z" };

describe("what a look at a host's slots tells", () => {
  let site: Site;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slots-"));
    const path = (name: string): string => join(folder, name);
    site = {
      app: "demo",
      slot: { blue: path("demo-blue"), green: path("demo-green") },
      current: path("demo-current"),
      candidate: path("demo-candidate"),
      shared: path("demo-shared"),
      backups: path("backups"),
      state: path("state"),
      acme: path("demo-acme"),
      maintenanceFile: path("maintenance"),
      runtimeUser: "www-data",
    };
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const look = (): Serving => {
    const command = readServing(site);
    const printed = execFileSync("bash", ["-euo", "pipefail", "-c", command.script, "script", ...command.with], {
      encoding: "utf8",
      timeout: 10_000,
    });
    return parseServing("web1", site.current, printed);
  };

  const fill = (slot: "blue" | "green", content: string): void => {
    mkdirSync(site.slot[slot]);
    writeFileSync(join(site.slot[slot], ".release.json"), content);
  };

  it("says on a bare host that there is nothing yet, and that the first release goes to blue", () => {
    const { slots, maintenance, switchedAt } = look();
    assert.deepEqual(slots, { active: null, foreignTarget: null, blue: null, green: null });
    assert.deepEqual([maintenance, switchedAt, idleSlot(slots)], [false, null, "blue"]);
    assert.deepEqual([activeCommit(slots), activeRelease(slots)], ["none", "none"]);
  });

  it("finds the active slot, its release and since when it is served", () => {
    fill("green", JSON.stringify(marker));
    symlinkSync(site.slot.green, site.current);
    const before = Date.now();
    const { slots, switchedAt } = look();
    assert.deepEqual(slots, { active: "green", foreignTarget: null, blue: null, green: marker });
    assert.deepEqual([idleSlot(slots), activeCommit(slots), activeRelease(slots)], ["blue", commit, "v8.0.0"]);
    assert.ok(Math.abs(Date.parse(switchedAt ?? "") - before) < 5000, `${switchedAt}`);
  });

  it("knows a slot by where a link ends, however it was written", () => {
    mkdirSync(site.slot.blue);
    symlinkSync("./demo-blue", site.current);
    assert.equal(look().slots.active, "blue");
  });

  it("names a foreign target, whatever characters it has, and never takes it for a slot", () => {
    const target = join(folder, "old site\nslot blue x =y");
    symlinkSync(target, site.current);
    const { slots } = look();
    assert.deepEqual([slots.active, slots.foreignTarget, activeCommit(slots), idleSlot(slots)], [null, target, "unknown", "blue"]);
  });

  it("calls the commit unknown when the active slot is not complete", () => {
    mkdirSync(site.slot.blue);
    symlinkSync(site.slot.blue, site.current);
    const { slots } = look();
    assert.deepEqual([slots.active, activeCommit(slots), activeRelease(slots)], ["blue", "unknown", "unknown"]);
  });

  it("sees the maintenance file", () => {
    writeFileSync(site.maintenanceFile, "");
    assert.equal(look().maintenance, true);
  });

  it("refuses a folder in the place of the link, and says what to type", () => {
    mkdirSync(site.current);
    assert.throws(look, {
      name: "CurrentIsNoLink",
      message:
        `${site.current} on host "web1" is a folder or file of its own, not a link to a slot. Nothing was changed. ` +
        `To keep serving it until the first switch, make it a link, then start again: ` +
        `sudo mv -T ${site.current} ${site.current}-by-hand && sudo ln -s ${site.current}-by-hand ${site.current}`,
    });
  });

  it("takes a slot with a marker that is empty, cut, oversized, a link or a fifo as not complete", () => {
    fill("blue", JSON.stringify(marker).slice(0, -3));
    fill("green", JSON.stringify({ ...marker, padding: "x".repeat(70_000) }));
    assert.deepEqual([look().slots.blue, look().slots.green], [null, null]);
    const file = join(site.slot.blue, ".release.json");
    rmSync(file);
    symlinkSync(join(folder, "marker"), file);
    writeFileSync(join(folder, "marker"), JSON.stringify(marker));
    assert.equal(look().slots.blue, null);
    rmSync(file);
    execFileSync("mkfifo", [file]);
    assert.equal(look().slots.blue, null);
    rmSync(file);
    writeFileSync(file, "");
    assert.equal(look().slots.blue, null);
  });

  it("tells the environment of a slot by its sha256, of a shared file as of its own", () => {
    fill("blue", JSON.stringify(marker));
    fill("green", JSON.stringify(marker));
    writeFileSync(join(site.slot.blue, ".env.local"), "APP_ENV='prod'\n");
    writeFileSync(join(folder, "shared"), "APP_ENV='prod'\n");
    symlinkSync(join(folder, "shared"), join(site.slot.green, ".env.local"));
    const digest = createHash("sha256").update("APP_ENV='prod'\n").digest("hex");
    assert.deepEqual([look().slots.blue?.environment, look().slots.green?.environment], [digest, digest]);
  });

  it("reads past what a login prints", () => {
    const printed = "Welcome!\ncurrent absent\nslot blue L2E= - -\nslot green L2I= - -\nmaintenance no\nswitching no\nbye\n";
    assert.equal(parseServing("web1", "/c", printed).slots.active, null);
  });

  it("refuses an answer that was cut short instead of taking the rest for nothing", () => {
    assert.throws(() => parseServing("web1", "/c", "current absent\nslot blue L2E= - -\n"), /slots of host "web1" could not be read/);
  });
});

describe("a release marker", () => {
  it("is read when it is whole", () => assert.deepEqual(parseMarker(JSON.stringify(marker)), marker));

  const broken: [string, unknown][] = [
    ["a list", []],
    ["null", null],
    ["without a release", { ...marker, release: undefined }],
    ["a release with control characters", { ...marker, release: "v8\u001b[2J" }],
    ["an endless release", { ...marker, release: "v".repeat(201) }],
    ["an abbreviated commit", { ...marker, commit: commit.slice(0, 12) }],
    ["a commit that is no text", { ...marker, commit: 12 }],
    ["a time in words", { ...marker, builtAt: "yesterday" }],
  ];
  for (const [what, value] of broken) it(`is not taken as complete: ${what}`, () => assert.equal(parseMarker(JSON.stringify(value)), null));

  it("is not taken as complete when it is no JSON", () => assert.equal(parseMarker("release=v8.0.0"), null));

  it("keeps only what it knows", () => assert.deepEqual(parseMarker(JSON.stringify({ ...marker, note: "x" })), marker));
});
