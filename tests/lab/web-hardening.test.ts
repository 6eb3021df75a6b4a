import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { usualWeb, type Web } from "../../components/hardening/web-config";
import { otherSlot, type Slot } from "../../host/site";
import { certificate } from "../../lab/keys";
import { freshLab, hostOf, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { Fixture } from "../unit/repository/fixture";
import { FaultHost } from "./fault-host";
import { type Answered, Outside } from "./web-client";

/** A release that says its name, and does on request what the sandbox is to keep it from. */
const frontController = (release: string): string => `<?php
$path = strtok($_SERVER['REQUEST_URI'], '?');
if ($path === '/fails') http_response_code(500);
if ($path === '/own') foreach (['Content-Security-Policy: default-src data:', 'X-Frame-Options: SAMEORIGIN'] as $own) header($own);
if ($path === '/sees') exit(json_encode([
    'https' => $_SERVER['HTTPS'] ?? '', 'limits' => [ini_get('post_max_size'), ini_get('upload_max_filesize')],
    'home' => @scandir('/home'), 'status' => file_get_contents('/proc/self/status'),
]));
if ($path === '/writes') exit(json_encode(array_map(fn ($file) => @file_put_contents($file, '<?php echo "evil";') !== false, $_GET['files'])));
if ($path === '/moves') exit(json_encode(file_put_contents('/tmp/x', 'x') && rename('/tmp/x', dirname(__DIR__) . '/public/uploads/moved')));
echo '${release}';
`;

const certificatePath = "/etc/ssl/site.pem";
const keyPath = "/etc/ssl/private/site.key";
const web: Web = {
  ...usualWeb,
  tls: { certificatePath, keyPath },
  bodyMegabytes: 1,
  headers: { ...usualWeb.headers, hsts: { maxAgeSeconds: 600, includeSubDomains: true } },
};
const secured = {
  "strict-transport-security": "max-age=600; includeSubDomains",
  "content-security-policy": /^default-src 'self'; .*frame-ancestors 'none'$/,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "strict-origin-when-cross-origin",
  "permissions-policy": /^camera=\(\), /,
};

describe("a hardened web server, asked from outside", function () {
  this.timeout(180_000);
  const repository = new Fixture();
  let host: FaultHost;
  let outside: Outside;
  /** Of users' slot. */
  let slot: Slot;

  before(async () => {
    const lab = await freshLab("webhardening", [{ name: "web1", role: "web" }]);
    const files = (release: string): Record<string, string> => ({
      "public/index.php": frontController(release),
      "public/style.css": "a {}",
      "composer.json": "{}",
    });
    const commits = Object.fromEntries(["v8.0.0", "v8.1.0", "v8.2.0"].map((tag) => [tag, repository.commit(files(tag))]));
    const { address } = hostOf(lab, "web1");
    const authority = join(lab.folder, "ca");
    const site = await certificate(authority, { name: "site", addresses: [address] });
    outside = new Outside(address, readFileSync(join(authority, "ca.pem"), "utf8"));
    host = await FaultHost.start(lab, "web1", { repository: repository.repository, commits });
    await host.root(`cat >${certificatePath} <<'PEM'\n${site.certificate}PEM\numask 077; cat >${keyPath} <<'PEM'\n${site.key}PEM`);
    await host.setUp({ web });
    await build("v8.1.0");
    await host.switchTo("v8.1.0");
    slot = await host.slotOf("v8.1.0");
  });

  after(async () => {
    host?.close();
    await stopLab("webhardening");
    repository.remove();
  });

  const build = async (tag: string): Promise<void> => {
    await host.build(tag, { shared: ["var/log", "public/uploads", "config/jwt"] });
    await host.ask(tag);
  };
  /** That both the host and whoever asks it are in. */
  const ownNetwork = (): string => outside.address.replace(/\d+$/, "0/24");
  const asJson = async (path: string): Promise<unknown> => JSON.parse((await outside.ask(path)).body);
  const writes = async (...files: string[]): Promise<boolean[]> =>
    (await asJson(`/writes?${files.map((file) => `files[]=${encodeURIComponent(file)}`).join("&")}`)) as boolean[];

  /** Each of them once, and right. */
  const assertHeaders = ({ headers }: Answered, expected: Record<string, string | RegExp>, what: string): void => {
    for (const [name, value] of Object.entries(expected)) {
      const found = headers.filter(([sent]) => sent === name).map(([, text]) => text);
      assert.equal(found.length, 1, `${what}: ${name}: ${found.join(" | ")}`);
      if (value instanceof RegExp) assert.match(found[0] ?? "", value, `${what}: ${name}`);
      else assert.equal(found[0], value, `${what}: ${name}`);
    }
    assert.deepEqual(
      headers.filter(([name]) => name === "server" || name === "x-powered-by"),
      [["server", "nginx"]],
      what,
    );
  };

  describe("headers", () => {
    const cases: [number, string, Parameters<Outside["ask"]>[1]?][] = [
      [200, "/"],
      [200, "/style.css"],
      [404, "/.env"],
      [404, "/other.php"],
      [405, "/style.css", { method: "POST" }],
      [413, "/upload", { method: "POST", headers: { "content-length": 1_100_000 } }],
      [500, "/fails"],
    ];
    for (const [status, path, asked] of cases) {
      it(`are all there, each once, on ${status} of ${path}`, async () => {
        const answer = await outside.ask(path, asked);
        assert.equal(answer.status, status);
        assertHeaders(answer, secured, path);
      });
    }

    it("are there while php-fpm is down", async () => {
      await host.root(`systemctl stop demo-fpm@${slot}`);
      try {
        const answer = await outside.ask("/");
        assert.equal(answer.status, 502);
        assertHeaders(answer, secured, "502");
      } finally {
        await host.root(`systemctl start demo-fpm@${slot}`);
      }
    });

    it("are there in a maintenance window, which holds over TLS as without, on page and JSON", async () => {
      await host.root(`touch ${host.site.maintenanceFile}`);
      try {
        for (const accept of ["text/html", "application/json"]) {
          const answer = await outside.ask("/", { headers: { accept } });
          assert.equal(answer.status, 503);
          assertHeaders(answer, { ...secured, "retry-after": "60" }, accept);
        }
        await host.setUp({ web, admitted: [ownNetwork()] });
        assert.equal((await outside.ask("/")).status, 200);
      } finally {
        await host.root(`rm ${host.site.maintenanceFile}`);
        await host.setUp({ web });
      }
    });

    it("of the application are kept, and none is sent twice", async () => {
      const own = { "content-security-policy": "default-src data:", "x-frame-options": "SAMEORIGIN" };
      assertHeaders(await outside.ask("/own"), { ...secured, ...own }, "/own");
    });

    it("only report where that is wanted, and allow frames of the same origin where that is", async () => {
      const { hsts } = web.headers;
      await host.setUp({ web: { ...web, headers: { ...web.headers, hsts, reportOnly: true, frameOptions: "SAMEORIGIN" } } });
      const answer = await outside.ask("/");
      await host.setUp({ web });
      assertHeaders(answer, { "content-security-policy-report-only": /frame-ancestors 'self'$/, "x-frame-options": "SAMEORIGIN" }, "/");
      assert.ok(!answer.headers.some(([name]) => name === "content-security-policy"));
    });
  });

  describe("TLS", () => {
    it("is 1.2 or 1.3, with HTTP/2; older ones and weak ciphers are refused by the host", async () => {
      const old = { ciphers: "ALL@SECLEVEL=0" };
      assert.match(await outside.handshake({ ALPNProtocols: ["h2", "http/1.1"] }), /^TLSv1\.3 TLS_AES_\w+ h2$/);
      assert.match(await outside.handshake({ maxVersion: "TLSv1.2" }), /^TLSv1\.2 ECDHE-ECDSA-AES\d+-GCM-SHA\d+ /);
      for (const version of ["TLSv1", "TLSv1.1"] as const)
        assert.equal(
          await outside.handshake({ ...old, minVersion: version, maxVersion: version }),
          "refused: ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
        );
      for (const ciphers of ["ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-SHA"])
        assert.match(await outside.handshake({ ciphers, maxVersion: "TLSv1.2" }), /^refused: ERR_SSL_\S*ALERT_HANDSHAKE_FAILURE$/);
    });

    it("is where plain HTTP is sent on to, path, query and method kept; without HSTS, which browsers would not believe there", async () => {
      for (const method of ["GET", "POST"]) {
        const answer = await outside.ask("/a%20b/c?x=1&y=%2F", { secure: false, method });
        assert.equal(answer.status, 308);
        const { "strict-transport-security": _none, ...others } = secured;
        assertHeaders(answer, { ...others, location: `https://${outside.address}/a%20b/c?x=1&y=%2F` }, method);
        assert.ok(!answer.headers.some(([name]) => name === "strict-transport-security"));
      }
    });

    it("is not asked for by an ACME server, whose files are served as they are, and nothing else from there", async () => {
      await host.root(
        "mkdir -p /var/www/demo-acme/.well-known/acme-challenge; echo proof >/var/www/demo-acme/.well-known/acme-challenge/token",
      );
      const { status, body } = await outside.ask("/.well-known/acme-challenge/token", { secure: false });
      assert.deepEqual([status, body], [200, "proof\n"]);
      assert.equal((await outside.ask("/.well-known/acme-challenge/other", { secure: false })).status, 404);
      assert.equal((await outside.ask("/.well-known/acme-challenge/../../", { secure: false })).status, 308);
    });

    it("is what the application sees, of users and of this host's own checks, which are served without it", async () => {
      assert.equal(((await asJson("/sees")) as { https: string }).https, "on");
      for (const address of ["127.0.0.1", "127.0.0.2", "127.0.0.1:8080"])
        assert.match(await host.root(`curl -s -w '%{http_code}' http://${address}/sees`), /^\{"https":"on",.*\}200$/s, address);
    });
  });

  describe("what is served", () => {
    it("is neither a hidden file, nor a source, nor what was left behind; index.php alone is executed", async () => {
      const names = [
        "evil.php",
        "evil.PHP",
        "evil.phtml",
        "evil.php5",
        "evil.phar",
        ".env",
        "db.sql",
        "db.sql.gz",
        "a.txt~",
        "index.php.bak",
        "b.old",
      ];
      const folder = `${host.site.shared}/public/uploads`;
      await host.root(`cd ${folder}; for name in ${names.join(" ")}; do echo '<?php echo "executed";' >"$name"; done; echo fine >fine.txt`);
      for (const name of names) {
        const { status, body } = await outside.ask(`/uploads/${name}`);
        assert.deepEqual([status, /executed|<\?php/.test(body)], [404, false], name);
      }
      for (const path of ["/index.php", "/index.php/x", "/.git/config", "/uploads/evil.php/x", "/../composer.json"])
        assert.ok([404, 400].includes((await outside.ask(path)).status), path);
      assert.equal((await outside.ask("/composer.json")).body, "v8.1.0", "the application's own answer");
      assert.equal((await outside.ask("/uploads/fine.txt")).body, "fine\n");
    });

    it("listens to strangers on no port but 22, 80 and 443", async () => {
      assert.deepEqual(await outside.openPorts(), [22, 80, 443]);
      assert.equal(await host.root("curl -s http://127.0.0.1:8080/"), "v8.1.0");
    });
  });

  describe("logging in", () => {
    it("is counted by whom a proxy names, and only a proxy is believed", async () => {
      const paths = ["/login"];
      const limited: Web = { ...web, loginRate: { paths, perMinute: 1, burst: 0 } };
      const asked = async (...from: string[]): Promise<number[]> => {
        const answers: number[] = [];
        for (const forwarded of from) answers.push((await outside.ask("/login", { headers: { "x-forwarded-for": forwarded } })).status);
        return answers;
      };
      await host.setUp({ web: limited });
      assert.deepEqual(await asked("203.0.113.1", "203.0.113.2"), [200, 429]);
      await host.setUp({ web: { ...limited, proxies: [ownNetwork()] } });
      assert.deepEqual(await asked("203.0.113.1", "9.9.9.9, 203.0.113.2", "203.0.113.1", "8.8.8.8, 203.0.113.2"), [200, 200, 429, 429]);
      await host.setUp({ web });
    });

    it("is answered 429 beyond its rate, with all headers, while other paths and this host's own checks go on", async () => {
      const login = "/cms-api/v1/auth/login";
      const answers: Answered[] = [];
      for (let count = 0; count < 15; count++) answers.push(await outside.ask(login, { method: "POST" }));
      assert.deepEqual([...new Set(answers.slice(0, 10).map(({ status }) => status))], [200]);
      const last = answers.at(-1) as Answered;
      assert.equal(last.status, 429);
      assertHeaders(last, { ...secured, "retry-after": "6", "content-type": "application/json" }, "429");
      assert.equal((await outside.ask("/cms-api/v1//auth/./login")).status, 429, "another spelling of the path");
      assert.equal((await outside.ask("/")).status, 200);
      assert.equal((await outside.ask(login, { method: "OPTIONS" })).status, 200);
      for (const address of ["127.0.0.1", "127.0.0.2", "127.0.0.1:8080"]) {
        const statuses = await host.root(
          `for n in $(seq 20); do curl -s -o /dev/null -w '%{http_code}\\n' http://${address}${login}; done | sort -u`,
        );
        assert.equal(statuses, "200", address);
      }
    });

    it("leaves nothing in the log, of handshakes and attempts that it refused, that a validation would take for the release's errors", async () => {
      const log = await host.root("cat /var/log/nginx/demo.error.log");
      assert.match(log, /\[crit\] .*php\.sock/, "what is an error is there");
      assert.doesNotMatch(log, /\[(error|crit|alert|emerg)\] .*(limiting requests|SSL)/);
    });
  });

  describe("the sandbox of php-fpm", () => {
    it("lets a release write its var and what is uploaded, and neither code, nor the other slot, nor the system", async () => {
      const { slot: folders, shared } = host.site;
      const own = folders[slot];
      assert.deepEqual(
        await writes(`${own}/var/x`, `${own}/var/log/x.log`, `${own}/public/uploads/x`, "/tmp/x", "/var/lib/php/sessions/x"),
        [...Array<boolean>(5).fill(true)],
      );
      // What the folders' own rights forbid proves nothing of the sandbox.
      const open = ["/etc", "/var/lib", "/usr", "/var/www", "/home", "/opt", `${shared}/config/jwt`, folders[otherSlot(slot)]];
      await host.root(open.map((folder) => `install -d -m 777 ${folder}/open`).join("; "));
      const code = [`${own}/public/index.php`, `${own}/public/new.php`, `${own}/new`];
      const refused = [...code, ...open.map((folder) => `${folder}/open/x`)];
      assert.deepEqual(
        await writes(...refused),
        refused.map(() => false),
      );
      assert.equal((await outside.ask("/")).body, "v8.1.0");
    });

    it("lets it rename from its /tmp, and shows it neither homes nor capabilities", async () => {
      assert.equal(await asJson("/moves"), true);
      const { home, status, limits } = (await asJson("/sees")) as { home: unknown; status: string; limits: string[] };
      assert.equal(home, false);
      assert.match(status, /^CapBnd:\s+0{16}$/m);
      assert.match(status, /^NoNewPrivs:\s+1$/m);
      assert.match(status, /^Uid:(\s+33){4}$/m);
      assert.deepEqual(limits, ["1M", "1M"]);
      assert.notEqual(await host.root("ls -A /home"), "", "there is one to see");
    });

    it("lets a folder made by hand that users are served from before the first switch write its var, too", async () => {
      const { current, slot: folders } = host.site;
      await host.root(`cp -a ${folders[slot]}/. /srv/old; mkdir -p /srv/old/var; chown www-data /srv/old/var; ln -sfn /srv/old ${current}`);
      try {
        await host.setUp({ web });
        await host.root("systemctl restart demo-fpm@green");
        assert.deepEqual(await writes("/srv/old/var/x", "/srv/old/public/x"), [true, false]);
      } finally {
        await host.root(`ln -sfn ${folders[slot]} ${current}`);
        await host.setUp({ web });
        await host.root("systemctl restart demo-fpm@blue demo-fpm@green");
      }
    });

    it("scores at most 1.5, as the set-up tells", async () => {
      const printed = await host.setUp({ web });
      assert.match(printed, /^nothing to do\ndemo-fpm@blue\.service: exposure 1\.[0-5]\ndemo-fpm@green\.service: exposure 1\.[0-5]\n$/);
    });

    it("lets the next build, a switch and the way back go on while nobody's request fails", async () => {
      const failures: string[] = [];
      let isRunning = true;
      let answered = 0;
      const users = (async () => {
        while (isRunning) {
          const { status, body } = await outside.ask("/").catch((error: Error) => ({ status: 0, body: error.message }));
          if (status === 200) answered++;
          else failures.push(`${status} ${body}`);
        }
      })();
      try {
        await build("v8.2.0");
        await host.switchTo("v8.2.0");
        await host.switchTo("v8.1.0");
        const seen = answered;
        await waitFor("fifty more answers", 60, () => Promise.resolve(answered > seen + 50));
        await build("v8.0.0");
        await host.switchTo("v8.0.0");
        slot = await host.slotOf("v8.0.0");
        assert.deepEqual(await writes(`${host.site.slot[slot]}/var/x`, `${host.site.slot[slot]}/x`), [true, false]);
        await build("v8.1.0");
        await host.switchTo("v8.1.0");
        slot = await host.slotOf("v8.1.0");
      } finally {
        isRunning = false;
        await users;
      }
      assert.deepEqual(failures, []);
    });

    it("comes to a host that was set up without it at the slot's next build: nobody's request is ended for it", async () => {
      const unit = "/etc/systemd/system/demo-fpm@.service";
      const started = await host.root(
        `sed -i -e '/^NoNewPrivileges/,/^TasksMax/d' -e '/^User=/d; /^Group=/d' ${unit}
        systemctl daemon-reload; systemctl restart demo-fpm@blue demo-fpm@green; date +%s`,
      );
      await waitFor("another second", 5, async () => (await host.root("date +%s")) > started);
      const pid = (): Promise<string> => host.root(`systemctl show --value -p MainPID demo-fpm@${slot}`);
      const before = await pid();
      const printed = await host.setUp({ web: { ...web, bodyMegabytes: 2 } });
      assert.match(
        printed,
        new RegExp(
          `^demo-fpm@${slot}\\.service: exposure 1\\.\\d from the slot's next build on; until then it runs as it did before$`,
          "m",
        ),
      );
      assert.equal(await pid(), before);
      const { limits, status } = (await asJson("/sees")) as { limits: string[]; status: string };
      assert.deepEqual(limits, ["2M", "2M"]);
      assert.match(status, /^NoNewPrivs:\s+0$/m);
      await build("v8.2.0");
      await host.switchTo("v8.2.0");
      slot = await host.slotOf("v8.2.0");
      assert.match(((await asJson("/sees")) as { status: string }).status, /^NoNewPrivs:\s+1$/m);
      await build("v8.1.0");
      await host.switchTo("v8.1.0");
      slot = await host.slotOf("v8.1.0");
      await host.setUp({ web });
    });
  });

  describe("a set-up", () => {
    const files = "cat /etc/nginx/conf.d/demo.conf /etc/nginx/snippets/demo*.conf /etc/demo/* /etc/systemd/system/demo-fpm@.service";
    const changed: Web = { ...web, bodyMegabytes: 7, headers: { ...web.headers, referrerPolicy: "no-referrer" } };

    const assertRefused = async (options: Parameters<FaultHost["trySetUp"]>[0], reason: RegExp): Promise<void> => {
      const before = await host.root(files);
      const { exitCode, stderr } = await host.trySetUp(options);
      assert.equal(exitCode, 1, stderr);
      assert.match(stderr, reason);
      assert.equal(await host.root(files), before);
      assertHeaders(await outside.ask("/"), secured, "/");
      assert.deepEqual(((await asJson("/sees")) as { limits: string[] }).limits, ["1M", "1M"]);
    };

    it("is taken back, with what it loaded, when nginx answers without its headers", async () => {
      const theirs = "/etc/nginx/conf.d/theirs.conf";
      await host.root(`echo 'server { listen 127.0.0.1:80; return 204; }' >${theirs}`);
      try {
        await assertRefused(
          { web: changed },
          /^set-up of demo: nginx took its new configuration, but _ is answered without Content-Security-Policy over http, so the files that were there before were put back, and nginx was reloaded\./,
        );
      } finally {
        await host.root(`rm ${theirs}; systemctl reload nginx`);
      }
    });

    it("is taken back when users would be answered an error that they were not answered before", async () => {
      const [before, theirs] = [await host.root(files), "/etc/nginx/conf.d/theirs.conf"];
      await host.root(`echo 'fastcgi_buffer_size 16;' >${theirs}`);
      const { exitCode, stderr } = await host.trySetUp({ web: changed });
      await host.root(`rm ${theirs}; systemctl reload nginx`);
      assert.equal(exitCode, 1);
      assert.match(
        stderr,
        /nginx took its new configuration, but \/ of _ is answered "502" instead of 200, so the files that were there before/,
      );
      assert.equal(await host.root(files), before);
    });

    it("refuses a certificate that is not there, before it changes anything", async () => {
      await assertRefused(
        { web: { ...changed, tls: { certificatePath: "/etc/ssl/none.pem", keyPath } } },
        /^set-up of demo: \/etc\/ssl\/none\.pem is not there, but selfhelp:hardening\.tls names it\. Nothing was changed\./,
      );
    });

    it("refuses a certificate whose key is another one, also where nginx would take it", async () => {
      const other = { certificatePath, keyPath: "/etc/ssl/private/other.key" };
      const mismatch = /nginx refuses its configuration, .*key values mismatch/s;
      await host.root(`openssl ecparam -genkey -name prime256v1 -noout -out ${other.keyPath}`);
      await assertRefused({ web: { ...changed, tls: other } }, mismatch);
      await host.root(`openssl genrsa -out ${other.keyPath} 2048`);
      await assertRefused({ web: { ...changed, tls: other } }, /took its new configuration, but _ is not answered over https, so/);
    });

    it("names a php.ini that php-fpm would read only a part of", async () => {
      const ini = (await host.root("ls /etc/php/*/fpm/php.ini")).trim();
      await host.root(`cp -a ${ini} /root/php.ini; echo '[oops' >>${ini}`);
      try {
        await assertRefused({ web: changed }, new RegExp(`php-fpm would pass over a part of its settings, .*in ${ini} on line \\d+`, "s"));
      } finally {
        await host.root(`cp -a /root/php.ini ${ini}`);
      }
    });
  });
});
