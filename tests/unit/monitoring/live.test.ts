import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { differencesOf, parseLive } from "../../../components/monitoring/live";
import { siteOf } from "../../../host/site";

const site = siteOf("selfhelp");
const wanted = [{ path: "/etc/selfhelp/monitor.json", mode: "600", text: "{}\n" }];
const sum = createHash("sha256").update("{}\n").digest("hex");
const running = "timer UnitFileState=enabled\ntimer ActiveState=active\nservice Result=success\n";
const differing = (printed: string, files = wanted): string[] => differencesOf(parseLive("web1", `${printed}now 1000\nend\n`), files, site);

describe("a host's monitoring as it is", () => {
  it("is as wanted when its files and timer are", () => {
    assert.deepEqual(differing(`${running}file ${sum} 600 root:root /etc/selfhelp/monitor.json\n`), []);
  });

  it("differs in what was changed, opened to others, replaced, removed, stopped or disabled", () => {
    const cases: [string, string][] = [
      [`${running}file ${"0".repeat(64)} 600 root:root /etc/selfhelp/monitor.json`, "/etc/selfhelp/monitor.json has another content"],
      [`${running}file ${sum} 640 root:adm /etc/selfhelp/monitor.json`, "/etc/selfhelp/monitor.json is 640 root:adm, not 600 root:root"],
      [`${running}other /etc/selfhelp/monitor.json`, "/etc/selfhelp/monitor.json is no plain file"],
      [running, "/etc/selfhelp/monitor.json is missing"],
    ];
    for (const [printed, difference] of cases) assert.deepEqual(differing(`${printed}\n`), [difference]);
    assert.deepEqual(
      differing(`timer UnitFileState=\ntimer ActiveState=inactive\nfile ${sum} 600 root:root /etc/selfhelp/monitor.json\n`),
      ["selfhelp-monitor.timer is not enabled", "selfhelp-monitor.timer is not running"],
    );
  });

  it("is off when none of its files is there", () => {
    assert.deepEqual(differing("timer UnitFileState=\ntimer ActiveState=inactive\n", []), []);
    assert.deepEqual(differing(`${running}file ${sum} 600 root:root /etc/selfhelp/monitor.json\n`, []), [
      "/etc/selfhelp/monitor.json is there",
    ]);
  });

  it("is not taken for off when the answer was cut short", () => {
    assert.throws(
      () => parseLive("web1", `${running}now 1000\n`),
      /the monitoring of host "web1" could not be read: the answer was cut short/,
    );
  });

  it("tells when the last look was, and who could not be told", () => {
    const status = Buffer.from(JSON.stringify({ at: 970, waiting: [{ receiver: "slack", count: 1, reason: "answered 503" }] }));
    const { lookedSecondsAgo, waiting } = parseLive("web1", `${running}now 1000\nstatus ${status.toString("base64")}\nend\n`);
    assert.deepEqual([lookedSecondsAgo, waiting[0]?.reason], [30, "answered 503"]);
    assert.equal(parseLive("web1", `${running}now 1000\nstatus bm8=\nend\n`).lookedSecondsAgo, null);
  });
});
