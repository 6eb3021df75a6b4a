import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { join } from "node:path";
import type { CandidateInputs, CheckResult, DeploymentInputs, IntegrationTest, Limits } from "../../components/validation/contract";
import { candidate, deployment } from "../../components/validation/handler";
import { Secret } from "../../host/secret";
import { siteOf } from "../../host/site";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, onHost, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { LabStack, type PulumiRun, removeConfig } from "../../lab/stack";
import type { Context, Inventory } from "../../provider/handler";
import { openInventory } from "../../provider/inventory";
import { noLimits } from "../unit/validation/no-limits";

const site = siteOf("selfhelp");
const nothing = noLimits(20);

describe("validation of deployments to a real host", function () {
  this.timeout(180_000);
  let lab: Lab;
  let stack: LabStack;
  let inventory: Inventory;
  /** Of the application's administrator. */
  const password = randomBytes(9).toString("base64url");
  const apiKey = randomBytes(9).toString("base64url");

  before(async () => {
    lab = await freshLab("validation");
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    const { name, deployUser: user, deployPassword, port } = lab.database;
    const database = { over: "web1", address: "127.0.0.1", port, name, user, password: new Secret(deployPassword) };
    inventory = openInventory({ app: "selfhelp", hosts: [{ ...hostOf(lab, "web1"), privateKeyPath: lab.deployKeyPath }], database });
    await deployed({ release: "v8.0.0", environment: { DATABASE_CA: "/etc/mysql/lab/ca.pem" } });
    const hash = await root(`php -r 'echo password_hash($argv[1], PASSWORD_BCRYPT);' -- '${password}'`);
    await root(`mariadb selfhelp -e "UPDATE users SET password = '$0' WHERE username = 'admin'"`, hash);
  });

  after(async () => {
    await stopLab("validation");
    removeConfig("validation");
  });

  /** By hand, as root; `given` is its $0. */
  const root = async (script: string, given = "bash"): Promise<string> => {
    const { stdout, stderr, exitCode } = await onHost(lab, "web1", ["bash", "-euo", "pipefail", "-c", script, given], { asRoot: true });
    assert.equal(exitCode, 0, `${script}\n${stdout}${stderr}`);
    return stdout.trim();
  };

  const logins = { admin: { path: "/cms-api/v1/auth/login", fields: { username: "admin" }, token: "token" } };
  const pages = { name: "pages of an administrator", path: "/cms-api/v1/admin/pages", contains: "home", login: "admin" };
  const stranger = { name: "a stranger sees no pages", path: "/cms-api/v1/admin/pages", status: 401 };

  const configure = async (config: Record<string, unknown>, secrets: Record<string, string> = {}): Promise<void> => {
    await stack.configure(config);
    for (const [key, value] of Object.entries(secrets)) {
      const { output, exitCode } = await stack.start(["config", "set", "--secret", "--path", `selfhelp:${key}`], { stdin: value }).ended;
      assert.equal(exitCode, 0, output);
    }
  };
  const deployed = async (config: Record<string, unknown>, secrets?: Record<string, string>): Promise<PulumiRun> => {
    await configure(config, secrets);
    const run = await stack.up();
    assert.equal(run.exitCode, 0, run.output);
    return run;
  };
  const failed = async (config: Record<string, unknown>, secrets?: Record<string, string>): Promise<string> => {
    await configure(config, secrets);
    const { output, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0, output);
    return output;
  };
  const served = (): Promise<string> =>
    root('curl -s --max-time 10 http://127.0.0.1/cms-api/v1/health | sed \'s/.*release":"//; s/".*//\'');

  describe("with a login", () => {
    const secrets = { "logins.admin.fields.password": password, "checks[2].headers.X-Api-Key": apiKey };
    const checks = [pages, stranger, { name: "with a key", path: "/cms-api/v1/health", headers: {} }];

    it("asks as an administrator before the switch and after it, and tells what it found as an output", async () => {
      await deployed({ release: "v8.0.1", logins, checks }, secrets);
      const { candidate, live } = (await stack.outputs())["validation"] as Record<string, Record<string, string>>;
      const told = (results: Record<string, string> | undefined): string[] =>
        Object.entries(results ?? {}).map(([check, result]) => `${check}: ${result.split(":")[0]}`);
      const common = [...["health", pages.name, stranger.name, "with a key"], "schema mapping", "schema sync"];
      assert.deepEqual(told(candidate), common.map((name) => `${name}: passed`).sort());
      const measures = ["response time", "memory", "load", "disk of slots", "disk of database", "disk of backups", "logged errors"];
      assert.deepEqual(Object.keys(live ?? {}), [...common, ...measures].sort());
      assert.deepEqual(
        told(live).filter((line) => line.startsWith("pages")),
        [`${pages.name}: passed`],
      );
      assert.equal(live?.["schema sync"], "passed: the database is in sync with it");
    });

    it("keeps what it logs in with out of the state and of what a preview shows", async () => {
      await configure({ release: "v8.1.0", logins, checks }, secrets);
      const { output, exitCode } = await stack.start(["preview", "--diff", "--show-sames", "--show-secrets=false"]).ended;
      assert.equal(exitCode, 0, output);
      assert.match(output, /apphost:validation:Candidate/);
      const refreshed = await stack.start(["refresh", "--yes"]).ended;
      assert.equal(refreshed.exitCode, 0, refreshed.output);
      const state = await stack.export();
      assert.match(state, /"name": "selfhelp-candidate-web1"|::selfhelp-candidate-web1/);
      for (const text of [password, apiKey, "Bearer ey", '"token": "ey']) {
        assert.ok(!state.includes(text), `${text} is in the state`);
        assert.ok(!`${output}${refreshed.output}`.includes(text), `${text} is shown`);
      }
    });

    it("stops before the switch when the login is refused, without saying what it logged in with", async () => {
      const wrong = `${password}X`;
      const output = await failed({ release: "v8.1.0", logins, checks }, { ...secrets, "logins.admin.fields.password": wrong });
      assert.match(
        output,
        /pages of an administrator +failed +\d+ ms +the login "admin" failed: POST \/cms-api\/v1\/auth\/login answered 401, not 200: /,
      );
      const state = await stack.export();
      for (const text of [password, apiKey]) assert.ok(!output.includes(text) && !state.includes(text));
      assert.equal(await served(), "v8.0.1");
    });
  });

  describe("with the user's own test", () => {
    const wanted = (test: Partial<IntegrationTest>): Promise<CandidateInputs> => candidateInputs({ timeoutSeconds: 60, ...test });

    /** v8.1.0 stands as the candidate since the login failed. */
    async function candidateInputs(test: Partial<IntegrationTest>): Promise<CandidateInputs> {
      const { commit } = JSON.parse(await root(`cat ${site.candidate}/.release.json`)) as { commit: string };
      const slot = (await root(`readlink ${site.candidate}`)).endsWith("green") ? "green" : "blue";
      const integrationTest = {
        command: "true",
        timeoutSeconds: 60,
        directory: lab.folder,
        hostName: hostOf(lab, "web1").address,
        ...test,
      };
      const schema = { mapping: "off", sync: "off" } as const;
      return {
        host: "web1",
        slot,
        commit,
        release: "v8.1.0",
        checks: [],
        commands: [],
        schemaCommand: "",
        schema,
        newerDatabase: null,
        integrationTest,
      };
    }
    const shown: string[] = [];
    const context = (signal = new AbortController().signal): Context =>
      ({ inventory, signal, progress: (text: string) => shown.push(text), warn: () => undefined }) as unknown as Context;
    const tested = async (test: Partial<IntegrationTest>, signal?: AbortSignal): Promise<CheckResult[]> => {
      const inputs = await wanted(test);
      return (await candidate.act(await candidate.read(inputs, undefined, context()), inputs, context(signal))).results;
    };
    /** What no other process of this machine sleeps, its labs' hosts among them. */
    const sleep = `sleep ${randomInt(1e6, 1e9)}`;
    const leftBehind = (): string => execFileSync("bash", ["-c", `pgrep -f '^${sleep}' || true`], { encoding: "utf8" }).trim();

    it("reaches the candidate, not what users see, and shows what the test says while it runs", async () => {
      const command =
        'curl -fsS -H "Host: $SELFHELP_HOST" "$SELFHELP_URL/cms-api/v1/health" | grep -o "\\"release\\":\\"$SELFHELP_RELEASE\\""';
      assert.deepEqual(
        (await tested({ command })).map(({ result, detail }) => [result, detail]),
        [["passed", "exited with code 0"]],
      );
      assert.ok(shown.includes('integration test: "release":"v8.1.0"'), shown.join("\n"));
      assert.equal(await served(), "v8.0.1");
    });

    it("stops with its exit code and last lines when it fails", async () => {
      await assert.rejects(tested({ command: "echo '12 passed, 1 failed'; echo 'profile: 500' >&2; exit 3" }), (error: Error) => {
        assert.match(
          error.message,
          /integration test +failed +\d+ ms +exited with code 3: echo [^\n]+\n +(12 passed, 1 failed\n +profile: 500|profile: 500\n +12 passed, 1 failed)\n/,
        );
        assert.match(error.message, /Users are still served from \w+ \(v8\.0\.1\)/);
        return true;
      });
    });

    it("ends one that hangs, with everything that it started", async () => {
      const command = `setsid ${sleep} & ${sleep}`;
      await assert.rejects(tested({ command, timeoutSeconds: 2 }), /integration test +failed .* did not end within 2 s: /);
      await waitFor("nothing is left", 5, async () => leftBehind() === "");
    });

    it("leaves nothing behind that a test which passed had started in the background", async () => {
      assert.equal((await tested({ command: `${sleep} & true` }))[0]?.result, "passed");
      await waitFor("nothing is left", 5, async () => leftBehind() === "");
    });

    it("ends it on Ctrl-C, and users stay where they are", async () => {
      await configure({ release: "v8.1.0", integrationTest: { command: `${sleep} & echo tests begin; ${sleep}` } });
      const run = stack.start(["up", "--yes", "--skip-preview"]);
      await waitFor("the tests begin", 120, async () => run.output().includes("integration test: tests begin"));
      run.process.kill("SIGINT");
      const { output, exitCode } = await run.ended;
      assert.notEqual(exitCode, 0, output);
      assert.match(output, /integration test of v8\.1\.0 was cancelled; what it had started was ended/);
      await waitFor("nothing is left", 5, async () => leftBehind() === "");
      assert.equal(await served(), "v8.0.1");
    });
  });

  describe("after the switch", () => {
    it("shows a warning, and deploys", async () => {
      const validation = { diskPercent: { warn: 0, fail: false } };
      const integrationTest = { command: "true" };
      const { output } = await deployed({
        release: "v8.1.0",
        validation,
        integrationTest,
        commandChecks: [{ name: "php", command: "php -v" }],
      });
      assert.match(output, /warning: v8\.1\.0 on host "web1": disk of slots: \d+ % in use, .* free \(limit: 0\)/);
      const { live } = (await stack.outputs())["validation"] as { live: Record<string, string> };
      assert.match(`${live["disk of backups"]}`, /^warning: \d+ % in use/);
      assert.equal(live["php"], "passed: exited with code 0");
    });

    it("fails the up beyond a limit, and leaves users as they are; the next up repeats it", async () => {
      const output = await failed({ release: "v8.0.1", validation: { responseMilliseconds: { warn: false, fail: 0, calls: 3 } } });
      assert.match(output, /response time +failed +\d+ ms +95 % of 3 calls within \d+ ms \(limit: 0\)/);
      assert.match(output, /Users are served v8\.0\.1 as it is/);
      assert.equal(await served(), "v8.0.1");
      await deployed({ release: "v8.0.1" });
    });

    const results = async (limits: Partial<Limits>, more: Partial<DeploymentInputs> = {}): Promise<CheckResult[]> => {
      const hostName = hostOf(lab, "web1").address;
      const health = { name: "health", path: "/cms-api/v1/health", hostName, status: 200, timeoutSeconds: 10 };
      const inputs: DeploymentInputs = {
        ...{ host: "web1", release: "v8.0.1", checks: [], commands: [], schemaCommand: "", schema: { mapping: "off", sync: "off" } },
        ...{ newerDatabase: null, after: [], inWindow: false, health, backupDirectory: site.backups, url: null },
        limits: { ...nothing, ...limits },
        ...more,
      };
      const context = { inventory, signal: new AbortController().signal, progress: () => undefined, warn: () => undefined };
      const live = await deployment.read(inputs, undefined, context as unknown as Context);
      return deployment.act(live, inputs, context as unknown as Context).then(
        (state) => state.results,
        (error: Error & { results?: CheckResult[] }) => error.results ?? assert.fail(error),
      );
    };
    const only = (found: CheckResult[], check: string): CheckResult =>
      found.find((one) => one.check === check) ?? assert.fail(`no ${check} among ${JSON.stringify(found)}`);

    it("tells from Doctrine's own answer that the database was changed by hand, and takes it as it is configured", async () => {
      const schemaCommand = "php bin/console doctrine:schema:validate --env=prod";
      const told = async (sync: "fail" | "warn"): Promise<string[]> =>
        (await results({}, { schemaCommand, schema: { mapping: "fail", sync } })).map(({ check, result }) => `${check}: ${result}`);
      await root("mariadb selfhelp -e 'ALTER TABLE pages MODIFY url TEXT'");
      assert.deepEqual(await told("fail"), ["schema mapping: passed", "schema sync: failed"]);
      assert.deepEqual(await told("warn"), ["schema mapping: passed", "schema sync: warning"]);
      await root("mariadb selfhelp -e 'ALTER TABLE pages MODIFY url VARCHAR(255) DEFAULT NULL'");
      assert.deepEqual(await told("fail"), ["schema mapping: passed", "schema sync: passed"]);
    });

    it("measures an endpoint that has become slow", async () => {
      const index = `${site.current}/public/index.php`;
      const calm = { responseMilliseconds: { warn: false, fail: 5000, calls: 10 } } as const;
      assert.equal(only(await results(calm), "response time").result, "passed");
      await root(`sed -i.bak '0,/^use /s//usleep(400000);\\nuse /' ${index}; systemctl restart selfhelp-fpm@blue selfhelp-fpm@green`);
      const slow = only(await results({ responseMilliseconds: { warn: 100, fail: 400, calls: 5 } }), "response time");
      assert.equal(slow.result, "failed");
      assert.match(slow.detail, /^95 % of 5 calls within \d+ ms \(limit: 400\)$/);
      assert.equal(only(await results({ responseMilliseconds: { warn: 100, fail: false, calls: 5 } }), "response time").result, "warning");
      await root(`mv ${index}.bak ${index}; systemctl restart selfhelp-fpm@blue selfhelp-fpm@green`);
    });

    it("counts what the application, nginx and php-fpm logged as errors since the switch, and nothing older", async () => {
      const limit = { logErrors: { warn: 1, fail: 3 } };
      const log = `${site.shared}/var/log/prod.log`;
      await root(`touch -h ${site.current}`);
      const none = only(await results(limit), "logged errors");
      assert.deepEqual([none.result, none.detail.replace(/\d{4}-.*$/, "…")], ["passed", "none since …"]);
      await root(`
        echo "[$(date -Is -d yesterday)] app.ERROR: an old one" >>${log}
        echo "[$(date -Is)] app.WARNING: only a warning" >>${log}
        echo "[$(date -Is)] app.CRITICAL: no table user_profiles" >>${log}
        chown www-data ${log}`);
      const one = only(await results(limit), "logged errors");
      assert.equal(one.result, "warning");
      assert.match(one.detail, /^1 since \S+ \(limit: 1\)\n\S+\/prod\.log: \[\S+\] app\.CRITICAL: no table user_profiles$/);
      await root(`echo "$(date '+%Y/%m/%d %H:%M:%S') [error] 1#1: *1 upstream timed out" >>/var/log/nginx/selfhelp.error.log`);
      const slot = await root(`basename $(readlink -f ${site.current}) | sed 's/.*-//'`);
      const workers = `pgrep -f "pool ${slot}$"`;
      await root(
        `kill -SEGV $(${workers} | head -n 1); for n in $(seq 100); do journalctl -u selfhelp-fpm@${slot} -n 5 | grep -q SIGSEGV && exit; sleep 0.1; done; exit 1`,
      );
      const all = only(await results(limit), "logged errors");
      assert.equal(all.result, "failed", all.detail);
      assert.match(all.detail, /selfhelp\.error\.log: \S+ \S+ \[error\] 1#1: \*1 upstream timed out/);
      assert.match(all.detail, /selfhelp-fpm: .*exited on signal 11/);
    });

    it("sees that the disk of the backups is nearly full, and that it is full", async () => {
      const limit = { diskPercent: { warn: 85, fail: 95 } };
      const backupDirectory = "/var/backups/small/selfhelp";
      const fill = (megabytes: number): Promise<string> => root(`head -c ${megabytes}M /dev/zero >/var/backups/small/file`);
      await root("mkdir -p /var/backups/small; mount -t tmpfs -o size=20m tmpfs /var/backups/small");
      await fill(18);
      const nearly = only(await results(limit, { backupDirectory }), "disk of backups");
      assert.deepEqual([nearly.result, nearly.detail], ["warning", "90 % in use, 2 MB of 21 MB free (limit: 85)"]);
      await root("head -c 30M /dev/zero >/var/backups/small/file 2>/dev/null || true");
      assert.equal(only(await results(limit, { backupDirectory }), "disk of backups").result, "failed");
      await root("umount /var/backups/small");
    });

    it("sees that users' certificate is about to end, and that there is none", async () => {
      const { address } = hostOf(lab, "web1");
      const limit = { certificateDays: { warn: 21, fail: 3 } };
      const shown = async (days: number): Promise<CheckResult> => {
        await root(`
          openssl req -x509 -newkey rsa:2048 -nodes -days ${days} -subj /CN=users -keyout /etc/nginx/tls.key -out /etc/nginx/tls.pem 2>/dev/null
          echo 'server { listen 443 ssl; ssl_certificate /etc/nginx/tls.pem; ssl_certificate_key /etc/nginx/tls.key; return 204; }' >/etc/nginx/conf.d/tls.conf
          systemctl reload nginx
          for n in $(seq 100); do
            openssl s_client -connect 127.0.0.1:443 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint 2>/dev/null | cmp -s - <(openssl x509 -in /etc/nginx/tls.pem -noout -fingerprint) && exit
            sleep 0.1
          done
          exit 1`);
        return only(await results(limit, { url: `https://${address}` }), "certificate");
      };
      const soon = await shown(6);
      assert.equal(soon.result, "warning", soon.detail);
      assert.match(soon.detail, /^ends in 5 days, on \d{4}-\d\d-\d\d; this deployer does not trust it \(\w+\) \(limit: 21\)$/);
      assert.equal((await shown(2)).result, "failed");
      assert.equal((await shown(90)).result, "passed");
      await root("rm /etc/nginx/conf.d/tls.conf; systemctl restart nginx");
      const none = only(await results(limit, { url: `https://${address}` }), "certificate");
      assert.equal(none.result, "inconclusive");
      assert.match(none.detail, /^\S+ port 443 shows no certificate:\nfrom the deployer: .*ECONNREFUSED.*\nfrom host "web1": .*refused/);
    });
  });
});
