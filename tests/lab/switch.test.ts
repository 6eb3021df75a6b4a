import assert from "node:assert/strict";
import type { SwitchInputs, SwitchState } from "../../components/switch/contract";
import { switchHandler } from "../../components/switch/handler";
import { packagesCommand, setUpCommand } from "../../components/switch/setup";
import { siteFiles } from "../../components/switch/site-files";
import type { Host } from "../../host/host";
import { type Slot, siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { freshLab, type Lab, powerCut, sshArguments, startHost, stopLab } from "../../lab/lab";
import { type Outcome, run, waitFor } from "../../lab/process";
import type { Context } from "../../provider/handler";
import { rootOn } from "./by-hand";
import { switchContext } from "./switch-context";

const site = siteOf("demo");
const commits: Record<string, string> = { "v8.0.0": "a".repeat(40), "v8.1.0": "b".repeat(40) };

describe("the switch, on a real host", function () {
  this.timeout(120_000);

  let lab: Lab;
  let host: Host & { close(): void };
  let address: string;

  before(async () => {
    lab = await freshLab("switchtest", [{ name: "web1", role: "web" }]);
    const [web1] = lab.hosts;
    assert.ok(web1);
    address = web1.address;
    host = connectHost({ ...web1, privateKeyPath: lab.deployKeyPath });
  });

  after(async () => {
    host?.close();
    await stopLab("switchtest");
  });

  /** By hand, as root. */
  const root = (script: string): Promise<string> => rootOn(lab, "web1", script);

  const command = (text: string, stdin?: string): Promise<Outcome> =>
    run([...sshArguments(lab, "web1"), text], { stdin, timeoutSeconds: 60 });
  const setUp = (serverName = address, admitted: string[] = []): Promise<Outcome> => {
    const { create, stdin } = setUpCommand(site, { serverName, admitted });
    return command(create, stdin);
  };
  /** What a set-up says that it did. */
  const did = ({ stdout }: Outcome): string | undefined => stdout.split("\n")[0];
  const ask = async (path: string, port = 80): Promise<{ status: number; body: string; headers: string }> => {
    const server = port === 80 ? address : "127.0.0.1";
    const answer = await root(`curl -si -H 'Host: ${address}' --max-time 10 'http://${server}:${port}${path}' | tr -d '\\r'`);
    const [headers = "", body = ""] = [answer.slice(0, answer.indexOf("\n\n")), answer.slice(answer.indexOf("\n\n") + 2)];
    return { status: Number(headers.split(" ")[1]), body, headers };
  };

  const build = (slot: Slot, release: string, healthStatus = 200): Promise<string> =>
    root(`
      rm -rf ${site.slot[slot]}
      mkdir -p ${site.slot[slot]}/public ${site.slot[slot]}/var/log
      chown www-data ${site.slot[slot]}/var/log
      echo 'style of ${release}' >${site.slot[slot]}/public/style.css
      echo 'SECRET=1' >${site.slot[slot]}/public/.env
      cat >${site.slot[slot]}/public/index.php <<'PHP'
<?php
if ($_SERVER['REQUEST_URI'] === '/health') { http_response_code(${healthStatus}); }
if ($_SERVER['REQUEST_URI'] === '/slow') { sleep(60); }
if (http_response_code() >= 500) { file_put_contents(dirname(__DIR__) . '/var/log/prod.log', "CRITICAL: no table user_profiles\\n", FILE_APPEND); }
echo "${release} in ", basename(dirname(__DIR__)), " at ", $_SERVER['DOCUMENT_ROOT'], " for ", $_SERVER['REQUEST_URI'], "\\n";
PHP
      echo '{"release":"${release}","commit":"${commits[release]}","builtAt":"2026-11-23T04:24:18Z"}' >${site.slot[slot]}/.release.json
      systemctl restart demo-fpm@${slot}`);

  const inputs = (slot: Slot, release: string): SwitchInputs => ({
    hosts: ["web1"],
    slots: { web1: slot },
    commits: { web1: commits[release] ?? "" },
    unproven: [],
    rollout: { batch: 1, pauseSeconds: 0, maxFailures: 0 },
    hooks: {},
    release,
    probe: { name: "health", path: "/health", hostName: address, timeoutSeconds: 5, status: 200, contains: release },
    probes: 2,
    inWindow: false,
  });

  const context = (signal?: AbortSignal): Context => switchContext(site, host, signal === undefined ? {} : { signal });

  const switchTo = async (slot: Slot, release: string, signal?: AbortSignal): Promise<SwitchState> => {
    const wanted = inputs(slot, release);
    return switchHandler.act(await switchHandler.read(wanted, undefined, context(signal)), wanted, context(signal));
  };

  const removeCurrent = (): Promise<string> => root(`rm -rf ${site.current}`);

  /** Eight connections are kept busy all the while, and each answer must be right. */
  const underLoad = async (work: () => Promise<unknown>): Promise<void> => {
    const load = run(["wrk", "-t", "1", "-c", "8", "-d", "12", `http://${address}/health`], { timeoutSeconds: 60 });
    await work();
    const { stdout, stderr, exitCode } = await load;
    assert.equal(exitCode, 0, `wrk (apt-get install wrk) must run: ${stderr}`);
    assert.ok(Number(/(\d+) requests in/.exec(stdout)?.[1]) > 1000, stdout);
    assert.doesNotMatch(stdout, /Socket errors|Non-2xx/, stdout);
  };

  describe("setting up a host", () => {
    const cleanUp = "rm -f /etc/nginx/conf.d/mistake.conf /etc/nginx/sites-enabled/theirs; systemctl reload-or-restart nginx";

    afterEach(async function () {
      if (this.currentTest?.isFailed() === true) await root(cleanUp);
    });

    it("makes a bare host ready: both php-fpm services answer, and users get a 503 that says when to come back", async () => {
      const { stdout, stderr, exitCode } = await setUp();
      assert.deepEqual([exitCode, stdout.split("\n")[0], stderr], [0, "set up: nginx php-fpm systemd", ""]);
      for (const slot of ["blue", "green"]) assert.equal((await ask(`/.fpm/${slot}`, 8080)).body, "pong");
      const { status, headers, body } = await ask("/anything");
      assert.equal(status, 503);
      assert.match(headers, /^Retry-After: 60$/m);
      assert.match(headers, /^Content-Type: application\/json$/m);
      assert.equal((JSON.parse(body) as { status: number }).status, 503);
    });

    it("changes nothing the second time: no file is written, neither nginx nor php-fpm is reloaded", async () => {
      const seen = `stat -c '%n %Y %Z %i' ${siteFiles(site, { serverName: address, admitted: [] })
        .map(({ path }) => path)
        .join(
          " ",
        )} /var/www/demo-shared; pgrep -x nginx; pgrep php-fpm; systemctl show -p ActiveEnterTimestamp nginx demo-fpm@blue demo-fpm@green`;
      const before = await root(seen);
      assert.equal(did(await setUp()), "nothing to do");
      assert.equal(await root(seen), before);
    });

    it("puts right what was changed by hand", async () => {
      await root("echo 'pm.max_children = 1' >>/etc/demo/fpm-blue.conf");
      assert.equal(did(await setUp()), "set up: php-fpm");
      assert.doesNotMatch(await root("cat /etc/demo/fpm-blue.conf"), /max_children = 1$/m);
    });

    it("rolls back when nginx refuses the configuration, and says what nginx says", async () => {
      await root("echo 'listen 81' >/etc/nginx/conf.d/mistake.conf; echo '# by hand' >>/etc/nginx/conf.d/demo.conf");
      const changed = "cat /etc/nginx/conf.d/demo.conf; pgrep -x nginx; ls -A /var/lib/demo";
      const before = await root(changed);
      const { exitCode, stderr } = await setUp();
      assert.equal(exitCode, 1);
      assert.match(stderr, /^set-up of demo: nginx refuses its configuration, so the files that were there before were put back/);
      assert.match(stderr, /\/etc\/nginx\/conf\.d\/mistake\.conf:\d/);
      assert.equal(await root(changed), before);
      await root(cleanUp);
      assert.equal(did(await setUp()), "set up: nginx");
    });

    it("doesn't take a name from a server that somebody else made", async () => {
      const theirs = "/etc/nginx/sites-enabled/theirs";
      await root(`echo 'server { listen 80; server_name shop.example.org; return 204; }' >${theirs}; systemctl reload nginx`);
      const { exitCode, stderr } = await setUp("shop.example.org");
      assert.equal(exitCode, 1);
      assert.match(stderr, /nginx already has a server "shop\.example\.org" on port 80 \(in: \/etc\/nginx\/sites-enabled\/theirs \)/);
      assert.match(await root("cat /etc/nginx/conf.d/demo.conf"), new RegExp(`server_name ${address};`));
      await root(cleanUp);
    });

    it("moves Debian's own welcome page out of the way of a site for every name, but not a page that somebody wrote", async () => {
      const link = "/etc/nginx/sites-enabled/default";
      await root(
        `ln -s ../sites-available/default ${link}; cp -a /etc/nginx/sites-available/default /root/default; systemctl reload nginx`,
      );
      await root(`echo '# mine' >>${link}`);
      const refused = await setUp("_");
      assert.match(refused.stderr, /a duplicate default server for 0\.0\.0\.0:80/);
      await root(`test -L ${link}; cp -a /root/default /etc/nginx/sites-available/default`);
      assert.equal(did(await setUp("_")), "set up: nginx");
      await root(`test ! -e ${link}; test -e /etc/nginx/sites-available/default`);
      assert.equal((await setUp()).exitCode, 0);
    });

    it("names the program that holds a port that nginx needs", async () => {
      await root("systemctl stop nginx; systemd-run --quiet --unit holder --collect -- php -S 0.0.0.0:8080");
      try {
        await root("for n in $(seq 50); do ss -Hltn 'sport = :8080' | grep -q . && exit; sleep 0.1; done; exit 1");
        const { stderr, exitCode } = await setUp();
        assert.equal(exitCode, 1);
        assert.match(stderr, /port 8080 is held by php, but nginx has to listen there\. Nothing was changed\./);
      } finally {
        await root("systemctl stop holder; systemctl start nginx");
      }
    });

    it("loads what a run that was cut short had written", async () => {
      await root("touch /var/lib/demo/setting-up");
      assert.equal(did(await setUp()), "set up: nginx php-fpm systemd");
      assert.equal(did(await setUp()), "nothing to do");
    });

    it("lets an nginx that works as another user in to php-fpm, and refuses one that works as nobody", async () => {
      const workAs = (user: string): Promise<string> =>
        root(`sed -i 's/^user .*/user ${user};/' /etc/nginx/nginx.conf; nginx -t && systemctl reload nginx`);
      const reached = (user: string): Promise<string> =>
        root(`if runuser -u ${user} -- test -w /run/demo-fpm-blue/php.sock; then echo yes; else echo no; fi`);
      await root("useradd --system nginx");
      try {
        await workAs("nginx");
        assert.equal(await reached("nginx"), "no");
        assert.equal(did(await setUp()), "set up: nginx");
        assert.equal(await reached("nginx"), "yes");
        assert.equal(did(await setUp()), "nothing to do");
        await workAs('nginx "www-data"');
        await root("gpasswd --delete nginx www-data");
        assert.equal(did(await setUp()), "nothing to do");
        await workAs("nobody nogroup");
        assert.match((await setUp()).stderr, /nginx works as nobody, who can't reach php-fpm, so nothing was changed\./);
      } finally {
        await workAs("www-data");
        await root("userdel nginx");
      }
    });

    it("finds every package there without asking the archive, and names what it can't install", async () => {
      const { create, stdin } = packagesCommand();
      await root("mv /usr/bin/apt-get /usr/bin/apt-get.away");
      try {
        assert.equal((await command(create, stdin)).stdout, "nothing to do\n");
        await root("mv /usr/bin/zstd /usr/bin/zstd.away");
        const { stderr, exitCode } = await command(create, stdin);
        assert.equal(exitCode, 1);
        assert.match(stderr, /could not be installed: zstd\. See above why; .*: sudo apt-get install zstd$/m);
      } finally {
        await root("mv /usr/bin/apt-get.away /usr/bin/apt-get; if [ -e /usr/bin/zstd.away ]; then mv /usr/bin/zstd.away /usr/bin/zstd; fi");
      }
    });
  });

  describe("switching users", () => {
    before(async () => {
      await setUp();
      await build("blue", "v8.0.0");
      await build("green", "v8.1.0");
    });

    beforeEach(async () => {
      await removeCurrent();
      await root(`rm -f ${site.maintenanceFile}`);
    });

    it("sends them to the first release, and says what was done", async () => {
      const state = await switchTo("blue", "v8.0.0");
      assert.deepEqual(
        { ...state, changedAt: null },
        {
          activeSlots: { web1: "blue" },
          releases: { web1: "v8.0.0" },
          commits: { web1: commits["v8.0.0"] },
          previousReleases: { web1: "v8.1.0" },
          maintenance: { web1: false },
          changedAt: null,
          changes: { web1: "none -> blue" },
        },
      );
      assert.equal((await ask("/pages?n=1")).body, "v8.0.0 in demo-blue at /var/www/demo-blue/public for /pages?n=1");
      assert.equal((await ask("/style.css")).body, "style of v8.0.0");
    });

    it("executes and shows nothing but the front controller and public files", async () => {
      await switchTo("blue", "v8.0.0");
      await root(`echo '<?php echo "executed";' >${site.slot.blue}/public/other.php`);
      for (const path of ["/.env", "/other.php", "/index.php", "/index.php/health", "/.git/config"]) {
        assert.equal((await ask(path)).status, 404, path);
      }
    });

    it("answers 503 while the maintenance file exists, and refuses to switch what it couldn't check", async () => {
      await switchTo("blue", "v8.0.0");
      await root(`touch ${site.maintenanceFile}`);
      assert.equal((await ask("/health")).status, 503);
      await assert.rejects(switchTo("green", "v8.1.0"), { name: "MaintenanceInTheWay" });
      assert.equal(await root(`readlink ${site.current}`), site.slot.blue);
    });

    it("shows a page in the window to who asks for one, whatever they send, and serves whom the config admits", async () => {
      await switchTo("blue", "v8.0.0");
      await root(`touch ${site.maintenanceFile}`);
      const browser = "-H 'Accept: text/html,application/xhtml+xml,*/*;q=0.8'";
      for (const sent of ["", "-X POST -d a=b"]) {
        const answer = await root(`curl -si ${browser} ${sent} --max-time 10 http://${address}/some/page | tr -d '\\r'`);
        assert.match(
          answer,
          /^HTTP\/1\.1 503 [^]*^Content-Type: text\/html; charset=utf-8$[^]*^Retry-After: 60$[^]*<h1>Back in a minute<\/h1>/m,
        );
      }
      assert.equal((await setUp(address, [`${address}/32`, "2001:db8::/32"])).exitCode, 0);
      assert.equal((await ask("/health")).status, 200);
      assert.equal((await setUp()).exitCode, 0);
      assert.equal((await ask("/health")).status, 503);
    });

    it("loses no request: twenty switches under load, each followed by its probes", async () => {
      await switchTo("blue", "v8.0.0");
      await underLoad(async () => {
        for (let count = 0; count < 10; count++) {
          await switchTo("green", "v8.1.0");
          await switchTo("blue", "v8.0.0");
        }
      });
    });

    it("loses no request even when the link is renamed five hundred times in a few seconds", async () => {
      await switchTo("blue", "v8.0.0");
      const { blue, green } = site.slot;
      const rename = `ln -s $slot ${site.current}.next; mv -T ${site.current}.next ${site.current}; sleep 0.01`;
      await underLoad(() => root(`for count in $(seq 250); do for slot in ${green} ${blue}; do ${rename}; done; done`));
    });

    it("takes users back when the new release fails in front of them, and shows what it logged", async () => {
      await switchTo("blue", "v8.0.0");
      await build("green", "v8.1.0", 500);
      const logs = `${site.slot.green}/var/log`;
      await root(`
        install -m 600 /dev/stdin /root/own.log <<<'only for root'
        install -m 600 /dev/stdin ${logs}/own.log <<<'only for root'
        ln -s /root/own.log ${logs}/planted.log
        touch -h -d '1 hour' /root/own.log ${logs}/own.log ${logs}/planted.log`);
      try {
        await assert.rejects(switchTo("green", "v8.1.0"), (error: Error) => {
          assert.equal(error.name, "SwitchedBack");
          assert.doesNotMatch(error.message, /only for root/, "a release can't have root read for it what it may not read itself");
          assert.match(error.message, /^host "web1": v8\.1\.0 in green failed right after the switch \(health: .*500/);
          assert.match(error.message, /Users are on v8\.0\.0 in blue again, but it does not answer as it should either \(health: /);
          assert.match(error.message, /\/var\/www\/demo-green\/var\/log\/prod\.log:\n +CRITICAL: no table user_profiles/);
          return true;
        });
        assert.match((await ask("/health")).body, /^v8\.0\.0 in demo-blue/);
        assert.equal((await switchHandler.read(inputs("green", "v8.1.0"), undefined, context())).inputs.slots["web1"], "blue");
      } finally {
        await build("green", "v8.1.0");
      }
    });

    it("asks once more what a host was switched to that lost its power before it was proven, and takes users back when that isn't right", async () => {
      await switchTo("blue", "v8.0.0");
      const { probe } = inputs("green", "v8.1.0");
      const slow = { ...inputs("green", "v8.1.0"), probe: { ...probe, path: "/slow", timeoutSeconds: 60 } };
      let cut: Promise<void> | undefined;
      const progress = (text: string): void => void (cut ??= text === "probe 1/2" ? powerCut(lab, "web1") : undefined);
      const ended = switchHandler.act(await switchHandler.read(slow, undefined, context()), slow, { ...context(), progress });
      await assert.rejects(ended, { name: "SwitchUncertain" });
      await cut;
      await startHost(lab, "web1");
      const wanted = { ...slow, probe: { ...probe, contains: "what isn't there" } };
      const live = await switchHandler.read(wanted, undefined, context());
      assert.deepEqual([live.inputs.slots, live.inputs.unproven], [{ web1: "green" }, ["web1"]]);
      assert.deepEqual(switchHandler.plan(live, wanted).changes, { web1: "asked again: the switch to green was cut short" });
      await assert.rejects(switchHandler.act(live, wanted, context()), /Users are on v8\.0\.0 in blue again/);
      assert.deepEqual((await switchHandler.read(wanted, undefined, context())).inputs.unproven, []);
      assert.match((await ask("/health")).body, /^v8\.0\.0/);
    });

    it("removes the link again when the very first release fails", async () => {
      await build("green", "v8.1.0", 500);
      try {
        await assert.rejects(switchTo("green", "v8.1.0"), /There was no release before, so users are answered 503, as before\./);
        assert.equal((await ask("/health")).status, 503);
        assert.equal(await root(`test -L ${site.current} && echo there || echo gone`), "gone");
      } finally {
        await build("green", "v8.1.0");
      }
    });

    it("serves a folder made by hand until the first switch, switches away from it and, when that fails, back to it", async () => {
      await root(`rm -rf /srv/old; cp -a ${site.slot.blue} /srv/old; ln -s /srv/old ${site.current}`);
      assert.match((await ask("/health")).body, /^v8\.0\.0 in old at \/srv\/old\/public/);
      const { inputs: live } = await switchHandler.read(inputs("green", "v8.1.0"), undefined, context());
      assert.deepEqual([live.slots, live.commits], [{ web1: "none" }, { web1: "unknown" }]);
      const failing = { ...inputs("green", "v8.1.0"), probe: { ...inputs("green", "v8.1.0").probe, contains: "v9" } };
      await assert.rejects(
        switchHandler.act(await switchHandler.read(failing, undefined, context()), failing, context()),
        /Users are on what they were served before \(\/srv\/old\) again/,
      );
      assert.equal(await root(`readlink ${site.current}`), "/srv/old");
      assert.equal((await switchTo("green", "v8.1.0")).changes["web1"], "a folder made by hand -> green");
    });

    it("shows a link that was changed by hand, and when", async () => {
      const { changedAt } = await switchTo("blue", "v8.0.0");
      await waitFor("another second", 5, async () => (await root("date +%s")) > `${Date.parse(`${changedAt["web1"]}`) / 1000}`);
      await root(`ln -sfn ${site.slot.green} ${site.current}`);
      const { inputs: live, state } = await switchHandler.read(inputs("blue", "v8.0.0"), undefined, context());
      assert.deepEqual([live.slots["web1"], live.commits["web1"], state.releases["web1"]], ["green", commits["v8.1.0"], "v8.1.0"]);
      assert.notDeepEqual(state.changedAt, changedAt);
    });

    it("refuses a folder in the place of the link before anything is done", async () => {
      await root(`mkdir ${site.current}`);
      await assert.rejects(switchTo("blue", "v8.0.0"), { name: "CurrentIsNoLink" });
    });

    it("refuses a slot that holds another commit, and one that isn't complete", async () => {
      await switchTo("blue", "v8.0.0");
      await assert.rejects(
        switchTo("green", "v8.0.0"),
        /slot green should hold commit a{40}, but holds commit b{40}\. Nothing was switched\./,
      );
      await root(`mv ${site.slot.green}/.release.json /root/marker`);
      await assert.rejects(switchTo("green", "v8.1.0"), /slot green should hold commit b{40}, but holds no complete release\./);
      await root(`mv /root/marker ${site.slot.green}/.release.json`);
      assert.equal(await root(`readlink ${site.current}`), site.slot.blue);
    });

    it("refuses a slot whose php-fpm doesn't run, and says how to look", async () => {
      await switchTo("blue", "v8.0.0");
      await root("systemctl stop demo-fpm@green");
      try {
        await assert.rejects(switchTo("green", "v8.1.0"), {
          name: "SlotNotAnswering",
          message: /demo-fpm@green\.service is inactive\. Nothing was switched\. See why: sudo journalctl -u demo-fpm@green\.service/,
        });
      } finally {
        await root("systemctl start demo-fpm@green");
      }
    });

    it("changes nothing when it is cancelled before the rename", async () => {
      await switchTo("blue", "v8.0.0");
      await assert.rejects(switchTo("green", "v8.1.0", AbortSignal.abort()), { name: "Cancelled" });
      assert.equal(await root(`readlink ${site.current}`), site.slot.blue);
    });
  });
});
