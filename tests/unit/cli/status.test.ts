import assert from "node:assert/strict";
import type { RecordedDeployment } from "../../../components/audit/deployments";
import { type DatabaseStatus, type HostStatus, type MonitoringStatus, problemsOf, type Status, statusText } from "../../../cli/status-text";

const now = Date.parse("2026-11-24T12:00:00Z");
const host: HostStatus = {
  slot: "green",
  release: "v8.1.0",
  commit: "0123456789",
  other: "v8.0.0",
  since: "2026-11-24T11:00:00Z",
  maintenance: false,
  isUnproven: false,
  health: { result: "passed", detail: "answered 200, 12 ms" },
};
const backup = { id: "20261124T100000Z-v8.0.0", takenAt: "2026-11-24T10:00:00Z", verifiedAt: "2026-11-24T10:01:00Z", count: 3 };
const ledger: DatabaseStatus["ledger"] = {
  scripts: 2,
  last: { script: "40_update.sql", state: "applied", done: 10, statements: 10, endedAt: "2026-11-24T11:50:00Z" },
};
const monitored: MonitoringStatus = {
  timer: "selfhelp-monitor.timer",
  service: "selfhelp-monitor.service",
  isRunning: true,
  hasPassed: true,
  lookedSecondsAgo: 12,
  everySeconds: 30,
  waiting: [],
};
const fine: Status = {
  wanted: "v8.1.0",
  recorded: { value: { release: "v8.1.0", commit: "0123456789", activeSlot: "green", databaseVersion: "v8.1.0" } },
  hosts: { web1: { value: host } },
  monitoring: null,
  database: { value: { version: "v8.1.0", isUnfinished: false, ledger } },
  backup: { value: backup },
  deployments: { value: [] },
};
const deployment: RecordedDeployment = {
  ...{
    deployment: "d1",
    at: "2026-11-24T11:00:00Z",
    purpose: "deployment of stack lab",
    operator: "ann@laptop",
    run: null,
    result: "done",
  },
  ...{ steps: [], seconds: 60, wanted: null, release: "v8.1.0", commit: null, databaseVersion: "v8.1.0" },
};
const told = (over: Partial<Status>): string[] => problemsOf({ ...fine, ...over }, now);

describe("the status of a stack", () => {
  it("is fine, and says so, where nothing is to be looked at", () => {
    assert.deepEqual(told({}), []);
    assert.match(
      statusText(fine, now),
      /web1 .* green .* v8\.1\.0 01234567 .* 60 min 0 s .* v8\.0\.0 .* passed: answered 200[^]*nothing to look at\n$/,
    );
  });

  it("shows all that could be read where a host, or the database, can't be", () => {
    const status = {
      ...fine,
      hosts: { ...fine.hosts, web2: { unknown: 'host "web2" can\'t be reached' } },
      database: { unknown: "it is down" },
    };
    assert.deepEqual(problemsOf(status, now), ['web2: host "web2" can\'t be reached', "database: it is down"]);
    assert.match(statusText(status, now), /web1 [^]*web2 .*unknown[^]*database +unknown/);
  });

  it("names what somebody should look at, with what to type", () => {
    const hosts = {
      web1: { value: { ...host, maintenance: true, health: { result: "failed" as const, detail: "503" } } },
      web2: { value: { ...host, isUnproven: true } },
      web3: { value: { ...host, health: { result: "failed" as const, detail: "answered 502" } } },
    };
    assert.deepEqual(told({ hosts }), [
      "web1 answers 503: selfhelp maintenance status",
      "a switch of web2 was cut short, and what users are served was not asked yet: pulumi up",
      "web3 does not answer as it should: answered 502",
    ]);
    assert.deepEqual(told({ database: { value: { version: "v8.1.0 (half-applied: …)", isUnfinished: true, ledger } } }), [
      "the database is at v8.1.0 (half-applied: …): selfhelp migrations status",
    ]);
  });

  it("names what is otherwise than the last up left it, and who has not deployed what the config says", () => {
    const recorded = { value: { release: "v8.0.0", commit: "abcdef0123", activeSlot: "blue", databaseVersion: "v8.0.0" } };
    assert.deepEqual(told({ recorded }), [
      "web1 serves v8.1.0 01234567 from green, the last up left v8.0.0 abcdef01 from blue: pulumi preview",
      "the database is at v8.1.0, the last up left it at v8.0.0: pulumi preview",
    ]);
    assert.match(
      statusText({ ...fine, wanted: "v8.2.0" }, now),
      /release +the config says v8\.2\.0, which is not deployed: pulumi preview/,
    );
  });

  it("compares several hosts each with what was left on it, and nothing before the first up", () => {
    const hosts = { web1: { value: host }, web2: { value: { ...host, slot: "blue" } } };
    const slots = { web1: "green", web2: "green" };
    const found = told({ hosts, recorded: { value: { release: "v8.1.0", activeSlot: slots } } });
    assert.deepEqual(found, ["web2 serves v8.1.0 01234567 from blue, the last up left v8.1.0 from green: pulumi preview"]);
    assert.deepEqual(told({ recorded: { value: {} } }), []);
    assert.match(
      statusText({ ...fine, recorded: { value: {} } }, now),
      /drift +unknown, since the last up did not come to its end: pulumi preview/,
    );
  });

  it("lets nothing of a log act on the terminal", () => {
    const deployments = {
      value: [{ ...deployment, operator: "\x1b[2Jann\x07", purpose: "deployment of stack lab (\u202ereason)", release: "v8\r\n" }],
    };
    const text = statusText({ ...fine, deployments }, now);
    assert.match(text, / \[2Jann .* deployment \( reason\) v8 /);
    assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\u202e]/);
  });

  it("tells who watches each host, and what to type when nobody does, looks are old or fail, or nobody can be told", () => {
    const all = (over: Partial<MonitoringStatus>): Partial<Status> => ({ monitoring: { web1: { value: { ...monitored, ...over } } } });
    const found = (over: Partial<MonitoringStatus>): string[] => told(all(over));
    assert.deepEqual(found({}), []);
    assert.match(statusText({ ...fine, ...all({}) }, now), /^monitoring {3}web1: looked 12 s ago$/m);
    assert.match(statusText(fine, now), /^monitoring {3}off$/m);
    assert.deepEqual(found({ isRunning: false, lookedSecondsAgo: 9000 }), [
      "nobody looks at web1: selfhelp-monitor.timer is not running: pulumi up",
    ]);
    assert.deepEqual(found({ lookedSecondsAgo: 150 }), []);
    const type = "on the host: sudo systemctl status selfhelp-monitor.timer selfhelp-monitor.service";
    assert.deepEqual(found({ lookedSecondsAgo: 151 }), [`web1 looked at itself 2 min 31 s ago: ${type}`]);
    assert.deepEqual(found({ lookedSecondsAgo: null }), [`web1 looked at itself never yet: ${type}`]);
    assert.deepEqual(found({ hasPassed: false, lookedSecondsAgo: 500 }), [
      "the last look of web1 failed: on the host: sudo journalctl -u selfhelp-monitor.service -n 30",
    ]);
    assert.deepEqual(found({ waiting: [{ receiver: "slack", count: 2, reason: "answered 503" }] }), [
      'web1 has told nobody at "slack" for 2 messages: answered 503',
    ]);
  });

  it("wants a backup that was proven, and is not old", () => {
    assert.deepEqual(told({ backup: { value: null } }), ["there is no backup: selfhelp backups create"]);
    const old = { ...backup, takenAt: "2026-11-10T12:00:00Z", verifiedAt: null };
    assert.deepEqual(told({ backup: { value: old } }), [
      "the newest backup was never proven: selfhelp backups verify 20261124T100000Z-v8.0.0",
      "the newest backup is 14.0 days old: selfhelp backups create",
    ]);
  });
});
