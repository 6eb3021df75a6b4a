import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, restartHost, stopLab } from "../../lab/lab";
import { projectFolder } from "../../lab/places";
import { waitFor } from "../../lab/process";
import { LabStack, removeConfig } from "../../lab/stack";
import { rootOn } from "./by-hand";
import { killAll } from "./kill";
import { succeeded } from "./outcome";
import { Receiver } from "./receiver";

const name = "monitoring";

describe("a host that is monitored", function () {
  this.timeout(600_000);
  let lab: Lab;
  let stack: LabStack;
  let receiver: Receiver;
  let url: string;
  const secret = randomBytes(12).toString("hex");

  const root = (script: string, stdin?: string): Promise<string> => rootOn(lab, "web1", script, stdin);
  const configure = (monitoring: unknown): Promise<void> => stack.configure({ release: "v8.0.0", monitoring });
  const monitoring = (over: object = {}): object => ({
    everySeconds: 1,
    slack: receiver.url("slack"),
    webhook: { url: receiver.url("webhook"), headers: { "X-Token": secret } },
    email: { command: 'printf "%s | %s\\n" "$SUBJECT" "$(cat)" >>/var/lib/mails' },
    heartbeat: receiver.url("heartbeat"),
    threshold: { failed: 2, of: 3, passed: 2 },
    stillDownSeconds: 3600,
    metricsDirectory: "/var/lib/metrics",
    deployments: false,
    ...over,
  });
  /** So many looks came to their end from now on. */
  const looks = async (count: number): Promise<void> => {
    const before = receiver.heartbeats;
    await waitFor(`${count} looks`, 120, async () => receiver.heartbeats >= before + count);
  };
  /** Without the times and durations, which no two runs share. */
  const told = (): string[] =>
    receiver.messages.map(({ text }) =>
      text
        .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, "TIME")
        .replaceAll(/\b(?:\d+ min )?\d+ s\b/g, "DURATION")
        .replace(url, "URL"),
    );
  const toldIs = async (...expected: string[]): Promise<void> => {
    await waitFor(`it is told: ${expected.join(" | ")}`, 120, async () => receiver.messages.length >= expected.length);
    await looks(3);
    assert.deepEqual(told(), expected);
    assert.deepEqual(
      receiver.slack,
      receiver.messages.map(({ text }) => text),
    );
    receiver.forget();
  };
  const stop = (): Promise<string> => root("systemctl stop selfhelp-fpm@blue");
  const start = (): Promise<string> => root("systemctl start selfhelp-fpm@blue");

  const down = "selfhelp monitoring, host web1: the application is down since TIME: answered 502, not 200. Release v8.0.0. URL";
  const up =
    "selfhelp monitoring, host web1: the application is up again, after DURATION (since TIME; last error: answered 502, not 200). Release v8.0.0. URL";

  before(async () => {
    lab = await freshLab(name);
    url = `http://${hostOf(lab, "web1").address}`;
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    receiver = new Receiver(lab.network, secret);
    await receiver.start();
    await configure(monitoring());
    await succeeded(stack.up());
  });

  after(async () => {
    await stopLab(name);
    await receiver?.stop();
    removeConfig(name);
  });

  it("is looked at as often as it is said, tells nothing while all is well, and is left alone by the next up", async () => {
    await looks(3);
    assert.match(await succeeded(stack.up()), /Resources:\s+\d+ unchanged/);
    assert.deepEqual(receiver.messages, []);
    assert.equal((await stack.outputs())["monitoring"], "every 1 s");
  });

  it("tells once that the application is down, and once that it is up again, by every way", async () => {
    await stop();
    await toldIs(down);
    await start();
    await waitFor("it is told that it is up", 120, async () => receiver.messages.length === 1);
    const { subject, event, since, seconds, release, headers, text } = { ...receiver.messages[0], headers: receiver.headers };
    assert.deepEqual([subject, event, release, headers["x-token"]], ["application", "up", "v8.0.0", secret]);
    assert.match(`${text}`, new RegExp(`after ${seconds} s \\(since ${`${since}`.slice(0, 10)}`));
    await toldIs(up);
    const mails = (await root("cat /var/lib/mails")).split("\n");
    assert.deepEqual(
      mails.map((mail) => mail.split(" | ")[0]),
      ["selfhelp monitoring: application down", "selfhelp monitoring: application up"],
    );
  });

  /** What would be told of looks ten seconds apart, "x" for one that failed: by its position. */
  const judged = async (looks: string, threshold: object, stillDownSeconds = 3600): Promise<string[]> => {
    const program = `require "/usr/local/lib/selfhelp/monitor.php";
      ["looks" => $looks, "settings" => $settings] = json_decode(file_get_contents("php://stdin"), true);
      $state = [];
      foreach (str_split($looks) as $index => $look) {
        [$state, $event] = judge($state, $look === "x" ? "broken" : null, $settings, $index * 10);
        if ($event !== null) echo $index, " ", $event["event"], " ", $event["since"], "\\n";
      }`;
    const told = await root(`php -r '${program}'`, JSON.stringify({ looks, settings: { threshold, stillDownSeconds } }));
    return told.split("\n").filter(Boolean);
  };

  it("counts as down after n of m failed looks, since the first of them, and as up after enough in a row", async () => {
    const threshold = { failed: 3, of: 5, passed: 2 };
    assert.deepEqual(await judged("..x.x...x..x..", threshold), []);
    assert.deepEqual(await judged(".x.x.x....", threshold), ["5 down 10", "7 up 10"]);
    assert.deepEqual(await judged("xxxx.x.x..", threshold), ["2 down 0", "9 up 0"]);
    assert.deepEqual(await judged("xxx..x.x.....", threshold), ["2 down 0", "4 up 0"], "failures from before don't count again");
    assert.deepEqual(await judged("x.x.", { failed: 1, of: 1, passed: 1 }), ["0 down 0", "1 up 0", "2 down 20", "3 up 20"]);
    assert.deepEqual(await judged("xxxxxxxxx..", threshold, 40), ["2 down 0", "4 still down 0", "10 up 0"]);
  });

  it("tells that the database is down, beside the application that needs it", async () => {
    await root("systemctl stop mariadb");
    await waitFor("both are told", 120, async () => receiver.messages.length === 2);
    const released = "Release v8.0.0. URL";
    assert.deepEqual(told().sort(), [
      `selfhelp monitoring, host web1: the application is down since TIME: answered 503, not 200. ${released}`,
      `selfhelp monitoring, host web1: the database is down since TIME: [2002] Connection refused. ${released}`,
    ]);
    receiver.forget();
    await root("systemctl start mariadb");
    await waitFor("both are told", 120, async () => receiver.messages.length === 2);
    assert.deepEqual(receiver.messages.map(({ subject, event }) => `${subject} ${event}`).sort(), ["application up", "database up"]);
    await looks(3);
    assert.equal(receiver.messages.length, 2);
    receiver.forget();
  });

  it("remembers over a restart of the host what was told", async () => {
    await stop();
    await waitFor("it is told", 120, async () => receiver.messages.length === 1);
    const since = receiver.messages[0]?.since;
    receiver.forget();
    await restartHost(lab, "web1");
    await waitFor("it is told that it is up", 120, async () => receiver.messages.length === 1);
    assert.equal(receiver.messages[0]?.since, since);
    await toldIs(up);
  });

  it("keeps what nobody takes, says so, and delivers it in order, each once", async () => {
    await receiver.stop();
    await stop();
    const status = async (): Promise<string> => (await stack.selfhelp("status")).output;
    const [unreached, refused] = [
      /web1 has told nobody at "slack" for 1 message: .*onnect/,
      /told nobody at "webhook" for 2 messages: answered 503/,
    ];
    await waitFor("the first message waits", 120, async () => unreached.test(await status()));
    receiver.status = 503;
    await receiver.start();
    await start();
    await waitFor("both messages wait", 120, async () => refused.test(await status()));
    receiver.status = 200;
    await toldIs(down, up);
    assert.doesNotMatch(await status(), /told nobody/);
  });

  it("tells nothing of the application in a maintenance window, but that it lasts too long", async () => {
    await configure(monitoring({ windowSeconds: 4 }));
    assert.match(await succeeded(stack.up()), /Resources:\s+~ 1 updated/);
    await succeeded(stack.selfhelp("maintenance", "on"));
    await stop();
    await toldIs(
      "selfhelp monitoring, host web1: users are answered 503 for maintenance for DURATION already (since TIME). " +
        "When it is over: selfhelp maintenance off --stack monitoring. Release v8.0.0. URL",
    );
    await start();
    await succeeded(stack.selfhelp("maintenance", "off"));
    await toldIs("selfhelp monitoring, host web1: users are served again, after DURATION of maintenance (since TIME). Release v8.0.0. URL");
  });

  it("switched off or changed by hand is seen by a preview and by status, and set right by an up", async () => {
    await root(
      "systemctl disable --quiet --now selfhelp-monitor.timer; echo '# no' >>/usr/local/lib/selfhelp/monitor.php; chmod 644 /etc/selfhelp/monitor.json",
    );
    const preview = await succeeded(stack.preview("--diff"));
    for (const difference of [
      "/usr/local/lib/selfhelp/monitor.php has another content",
      "/etc/selfhelp/monitor.json is 644 root:root, not 600 root:root",
      "selfhelp-monitor.timer is not enabled",
      "selfhelp-monitor.timer is not running",
    ])
      assert.ok(preview.includes(difference), `${difference}\n${preview}`);
    const status = await stack.selfhelp("status");
    assert.equal(status.exitCode, 1);
    assert.match(status.output, /nobody looks at web1: selfhelp-monitor\.timer is not running: pulumi up/);
    await succeeded(stack.up());
    await looks(2);
    assert.match((await stack.selfhelp("status")).output, /^monitoring +web1: looked \d+ s ago$/m);
    assert.match(await succeeded(stack.up()), /Resources:\s+\d+ unchanged/);
  });

  const ofDeployments = (): string[] =>
    told().flatMap((text, index) =>
      receiver.messages[index]?.subject === "deployment" ? [text.replace(/ by \S+@[\w-]+/, " by SOMEBODY")] : [],
    );
  const toldOfDeployment = async (count: number): Promise<string[]> => {
    await waitFor(`${count} messages of a deployment`, 120, async () => ofDeployments().length >= count);
    await looks(3);
    const found = ofDeployments();
    receiver.forget();
    return found;
  };
  const ended = (event: string): Promise<void> =>
    waitFor(`"${event}" is told`, 120, async () => receiver.messages.some((message) => message.event === event));
  const from = "selfhelp monitoring, host web1:";

  it("tells of deployments and ways back: begun, done, rolled back; an up says who has not answered yet, asked side by side", async () => {
    const watched = monitoring({ deployments: true });
    await configure(watched);
    await succeeded(stack.up());
    await ended("ended");
    receiver.forget();

    await stack.configure({ release: "v8.0.1", monitoring: watched });
    receiver.status = null;
    const untold =
      /^ +warning: host "web1" has told nobody at "(\w+)" yet: \d messages? waits? there \(.*timed out.*\)\. It tries again with each look/gm;
    const [output] = await Promise.all([
      succeeded(stack.up()),
      waitFor("both wait for an answer at once", 120, async () => ["slack", "webhook"].every((who) => receiver.held.includes(who))),
    ]);
    const warned = [...output.matchAll(untold)].map(([, who]) => who);
    assert.deepEqual(warned.sort(), ["slack", "webhook"], output);
    receiver.status = 200;
    assert.deepEqual(await toldOfDeployment(2), [
      `${from} deployment begun by SOMEBODY. URL`,
      `${from} deployment done after DURATION: release v8.0.1, database v8.0.0; by SOMEBODY. URL`,
    ]);

    assert.doesNotMatch(await succeeded(stack.selfhelp("rollback", "--yes")), /told nobody/);
    assert.deepEqual(await toldOfDeployment(2), [
      `${from} rollback begun by SOMEBODY. URL`,
      `${from} rolled back after DURATION: release v8.0.0, database v8.0.0; by SOMEBODY. URL`,
    ]);
  });

  it("tells of a switch that took users back", async () => {
    await stack.configure({ release: "v8.1.2-breaks-live", monitoring: monitoring({ deployments: true }) });
    assert.notEqual((await stack.up()).exitCode, 0);
    await ended("rolled back");
    const [begun, returned, ...more] = await toldOfDeployment(2);
    assert.deepEqual([begun, more], [`${from} deployment begun by SOMEBODY. URL`, []]);
    assert.match(
      `${returned}`,
      /deployment failed after DURATION in step selfhelp-switch-hosts, and users were taken back: host "web1": v8\.1\.2-breaks-live in \w+ failed right after the switch/,
    );
    assert.match((await stack.selfhelp("status")).output, /deployment v8\.1\.2-breaks-live +│ failed/);
  });

  it("tells that a deployment failed whose deployer died and can't say so itself", async () => {
    await root("touch /run/hold-command");
    const waiting = "touch /tmp/held; while [ -e /run/hold-command ]; do sleep 0.1; done";
    await stack.configure({ release: "v8.1.0", monitoring: monitoring({ deployments: true }), build: [waiting] });
    const run = stack.start(["up", "--yes", "--skip-preview"]);
    await waitFor("the build is under way", 120, async () => (await root("ls /tmp")).split("\n").includes("held"));
    await looks(2);
    await killAll(run);
    await ended("failed");
    assert.deepEqual(await toldOfDeployment(2), [
      `${from} deployment begun by SOMEBODY. URL`,
      `${from} deployment failed: its deployer died, or lost its connection, in step selfhelp-release-web1; ` +
        `it had been begun by SOMEBODY DURATION ago. Next: pulumi preview, then pulumi up. URL`,
    ]);
    assert.match(
      (await stack.selfhelp("audit", "show")).output,
      /cut short after [^]*, on the way to v8\.1\.0, the database to v8\.1\.0$/m,
    );
    await root("rm /run/hold-command");
    await stack.cancel();
  });

  it("writes what it saw for Prometheus, and the rules and the dashboard that come with it ask for nothing else", async () => {
    await root("echo precious >/var/lib/precious; ln -s /var/lib/precious /var/lib/metrics/selfhelp.prom.new");
    await succeeded(stack.selfhelp("backups", "create"));
    await looks(2);
    assert.equal(await root("cat /var/lib/precious"), "precious", "who may write in that folder has nothing else written");
    const text = await root("cat /var/lib/metrics/selfhelp.prom");
    assert.equal(await root("stat -c %a /var/lib/metrics /var/lib/metrics/selfhelp.prom"), "755\n644");
    const samples = Object.fromEntries(
      [...text.matchAll(/^(selfhelp_\w+\{.*\}) (\S+)$/gm)].map(([, name = "", value]) => [
        name.replace('app="selfhelp",stack="monitoring"', "").replace("{,", "{").replace("{}", ""),
        Number(value),
      ]),
    );
    const fixed = Object.fromEntries(Object.entries(samples).filter(([name]) => !/_seconds|messages|commit|_total/.test(name)));
    assert.deepEqual(fixed, {
      'selfhelp_active_slot{slot="blue"}': 1,
      'selfhelp_active_slot{slot="green"}': 0,
      'selfhelp_database_info{version="v8.1.0"}': 1,
      selfhelp_database_up: 1,
      'selfhelp_down{subject="application"}': 0,
      'selfhelp_down{subject="database"}': 0,
      selfhelp_maintenance: 0,
      selfhelp_up: 1,
    });
    assert.match(text, /^selfhelp_release_info\{app="selfhelp",stack="monitoring",release="v8\.0\.0",commit="[0-9a-f]{40}"\} 1$/m);
    assert.equal(samples['selfhelp_deployments_total{kind="deployment",result="cut short"}'], 1);
    assert.equal(samples['selfhelp_deployments_total{kind="deployment",result="failed"}'], 1);
    assert.equal(samples['selfhelp_deployments_total{kind="rollback",result="done"}'], 1);
    const now = Number(await root("date +%s"));
    const since = Number(samples["selfhelp_last_verified_backup_timestamp_seconds"]);
    assert.ok(since > now - 3600 && since <= now, `${since}`);
    const written = new Set([...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name));
    for (const file of ["alerts.yml", "dashboard.json"]) {
      const asked = readFileSync(join(projectFolder, "docs", "monitoring", file), "utf8").match(/\bselfhelp_[a-z_]+/g) ?? [];
      assert.ok(asked.length > 5);
      assert.deepEqual(
        [...new Set(asked)].filter((name) => !written.has(name)),
        [],
      );
    }
    const documented = readFileSync(join(projectFolder, "docs", "day-two.md"), "utf8").match(/(?<=^\| `)selfhelp_\w+/gm);
    assert.deepEqual([...(documented ?? [])].sort(), [...written].sort());
  });

  it("that can't remember what it saw says so, and whoever waits for its heartbeat hears nothing", async () => {
    await root("chattr +i /var/lib/selfhelp/monitoring");
    await waitFor(
      "a look has failed",
      60,
      async () => (await root("systemctl show --property=Result selfhelp-monitor.service")) !== "Result=success",
    );
    const { heartbeats } = receiver;
    const journal = "journalctl --unit selfhelp-monitor.service --output cat --quiet | grep -c 'this look was not ended' || true";
    const failed = Number(await root(journal));
    await waitFor("further looks fail", 120, async () => Number(await root(journal)) > failed + 2);
    assert.equal(receiver.heartbeats, heartbeats);
    assert.match(
      (await stack.selfhelp("status")).output,
      /the last look of web1 failed: on the host: sudo journalctl -u selfhelp-monitor\.service -n 30/,
    );
    await root("chattr -i /var/lib/selfhelp/monitoring");
    await looks(1);
  });

  it("keeps nothing of it when it is taken out of the config", async () => {
    await configure(false);
    assert.match(await succeeded(stack.preview("--diff")), /monitoring +: "every 1 s" => "off"/);
    await succeeded(stack.up());
    const left =
      "find /etc /usr/local /var/lib -name '*monitor*' -not -path '/var/lib/dpkg/*' -path '*selfhelp*'; ls /var/lib/metrics; systemctl list-timers --all | grep monitor || true";
    assert.equal(await root(left), "");
    assert.match((await stack.selfhelp("status")).output, /^monitoring +off$/m);
    assert.match(await succeeded(stack.up()), /Resources:\s+\d+ unchanged/);
  });
});
