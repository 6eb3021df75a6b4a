import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { get } from "node:http";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, powerCut, restartHost, startLab, stopLab } from "../../lab/lab";
import { hostConfig, LabStack, removeConfig } from "../../lab/stack";
import { Balancer } from "./balancer";
import { rootOn } from "./by-hand";
import { Receiver } from "./receiver";

const four = ["web1", "web2", "web3", "web4"];
const serverName = "app.example.org";

describe("a fleet: four hosts, one database, a load balancer", function () {
  this.timeout(300_000);
  let lab: Lab;
  let stack: LabStack;
  let balancer: Balancer;
  let receiver: Receiver;
  let monitoring: object | false = false;

  before(async () => {
    const [first = "", ...others] = four;
    lab = await freshLab("fleet", [{ name: first }, ...others.map((name) => ({ name, role: "web" as const }))]);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    balancer = new Balancer("0123456789abcdef0123", served);
    await balancer.start();
    receiver = new Receiver(lab.network, randomBytes(12).toString("hex"));
    await receiver.start();
  });

  after(async () => {
    balancer?.stop();
    await receiver?.stop();
    await stopLab("fleet");
    removeConfig("fleet");
  });

  beforeEach(() => {
    balancer.told = [];
    balancer.before = async () => undefined;
  });

  const root = (host: string, script: string): Promise<string> => rootOn(lab, host, script);

  /** What users of a host are served: a release, "503", or "nothing" from a host that is down. */
  async function served(host: string): Promise<string> {
    const options = { host: hostOf(lab, host).address, path: "/cms-api/v1/health", headers: { Host: serverName }, timeout: 3000 };
    return new Promise((resolve) => {
      const asking = get(options, (answer) => {
        let body = "";
        answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
        answer.on("end", () =>
          resolve(answer.statusCode === 200 ? (JSON.parse(body) as { release: string }).release : `${answer.statusCode}`),
        );
      });
      asking.on("timeout", () => asking.destroy()).on("error", () => resolve("nothing"));
    });
  }
  const servedByAll = async (hosts = four): Promise<string[]> => Promise.all(hosts.map(served));

  async function configure(release: string, rollout: object = {}, hosts = four): Promise<void> {
    const config = { release, monitoring, url: `http://${serverName}`, rollout: { ...balancer.hooks(), ...rollout } };
    await stack.configure({ ...config, hosts: hosts.map((name) => hostConfig(hostOf(lab, name), lab)) });
  }
  async function up(...of: Parameters<typeof configure>): Promise<{ output: string; exitCode: number }> {
    await configure(...of);
    return stack.up();
  }
  async function deployed(...of: Parameters<typeof configure>): Promise<string> {
    const { output, exitCode } = await up(...of);
    assert.equal(exitCode, 0, output);
    return output;
  }

  /** What is told once each host has looked at itself: a look that is at work already is waited for, and may have missed what was done last. */
  async function told(): Promise<string[]> {
    const look = "systemctl start selfhelp-monitor; systemctl start selfhelp-monitor";
    await Promise.all(four.map((host) => root(host, look)));
    return receiver.messages.splice(0).map(({ host, subject, event, text }) => {
      assert.match(text, new RegExp(`^selfhelp fleet, host ${host}: `));
      return `${host}: ${subject} ${event}`;
    });
  }

  it("serves its first release from every host, each told to the load balancer only when it serves it", async () => {
    // Looks at itself only when it is told to.
    monitoring = { everySeconds: 3600, threshold: { failed: 1, of: 1, passed: 1 }, webhook: { url: receiver.url("webhook") } };
    await deployed("v8.0.0", { batch: 3 });
    assert.deepEqual(
      await servedByAll(),
      four.map(() => "v8.0.0"),
    );
    const [canary, ...others] = balancer.told;
    assert.equal(canary, "admit web1: v8.0.0");
    assert.deepEqual(others.sort(), ["admit web2: v8.0.0", "admit web3: v8.0.0", "admit web4: v8.0.0"]);
    assert.equal(await root("web1", "mariadb -N selfhelp -e 'SELECT version FROM version'"), "v8.0.0");
  });

  it("switches the first host alone, then batch after batch; each host is drained before it and admitted after it", async () => {
    await deployed("v8.0.1", { batch: "50%", pause: 1 });
    assert.deepEqual(
      await servedByAll(),
      four.map(() => "v8.0.1"),
    );
    const batch = (from: number, to: number): string[] => balancer.told.slice(from, to).sort();
    assert.deepEqual(balancer.told.slice(0, 2), ["drain web1: v8.0.0", "admit web1: v8.0.1"]);
    assert.deepEqual(batch(2, 6), ["admit web2: v8.0.1", "admit web3: v8.0.1", "drain web2: v8.0.0", "drain web3: v8.0.0"]);
    assert.deepEqual(balancer.told.slice(6), ["drain web4: v8.0.0", "admit web4: v8.0.1"]);
    const { activeSlot, previousRelease } = await stack.outputs();
    assert.deepEqual(activeSlot, { web1: "green", web2: "green", web3: "green", web4: "green" });
    assert.deepEqual(previousRelease, { web1: "v8.0.0", web2: "v8.0.0", web3: "v8.0.0", web4: "v8.0.0" });
  });

  it("does nothing the second time, and asks nothing of the load balancer", async () => {
    assert.match(await deployed("v8.0.1", { batch: "50%" }), /Resources:\s+\d+ unchanged/);
    assert.deepEqual(balancer.told, []);
  });

  it("is told of by host: each of what it sees of itself, and one of them of the deployment", async () => {
    assert.deepEqual(await told(), ["web1: deployment begun", "web1: deployment done"]);
    const down = ["web2", "web3"];
    await Promise.all(down.map((host) => root(host, "systemctl stop 'selfhelp-fpm@*'")));
    assert.deepEqual((await told()).sort(), ["web2: application down", "web3: application down"]);
    assert.deepEqual(await told(), []);
    await Promise.all(down.map((host) => root(host, "systemctl start selfhelp-fpm@blue selfhelp-fpm@green")));
    assert.deepEqual((await told()).sort(), ["web2: application up", "web3: application up"]);
    monitoring = false;
  });

  it("returns every host when the release breaks for users of the third one, and says where each one is", async () => {
    // Answers the candidate's checks, on port 8080, and fails for users.
    await root("web3", `echo '<?php if ($_SERVER["SERVER_PORT"] === "80") { http_response_code(500); exit("no disk"); }' >/etc/breaks.php`);
    await root("web3", "echo 'php_admin_value[auto_prepend_file] = /etc/breaks.php' >>/etc/selfhelp/fpm-blue.conf");
    const { output, exitCode } = await up("v8.1.0");
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /The rollout of v8\.1\.0 stopped: host "web3" failed, and selfhelp:rollout\.maxFailures is 0/);
    assert.match(output, /web1 {2}switched back\. Users are on v8\.0\.1 in green again, and it answers as it should\./);
    assert.match(output, /web2 {2}switched back\./);
    assert.match(output, /web3 {2}failed, see below/);
    assert.match(output, /web4 {2}not touched/);
    assert.match(output, /host "web3": v8\.1\.0 in blue failed right after the switch \(health: answered 500, not 200: "no disk"\)/);
    assert.match(output, /The load balancer was told to send it users again\./);
    assert.deepEqual(
      await servedByAll(),
      four.map(() => "v8.0.1"),
    );
    assert.deepEqual(balancer.told.slice(-2), ["drain web3: v8.0.1", "admit web3: v8.0.1"]);
    assert.ok(!balancer.told.some((line) => line.includes("web4")), balancer.told.join(", "));
    await root("web3", "sed -i /breaks.php/d /etc/selfhelp/fpm-blue.conf; systemctl reload selfhelp-fpm@blue");
  });

  it("goes on without a host whose power fails in the middle, where one may fail", async () => {
    balancer.before = async (act, host) => {
      if (`${act} ${host}` === "drain web3") await powerCut(lab, "web3");
    };
    const { output, exitCode } = await up("v8.1.0", { maxFailures: 1 });
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /v8\.1\.0 was rolled out, but not to web3: as many failures as selfhelp:rollout\.maxFailures allows\./);
    assert.match(output, /web4 {2}on v8\.1\.0/);
    assert.match(output, /When it should, type: curl .*\/pool\/admit\/web3/);
    assert.deepEqual(await servedByAll(), ["v8.1.0", "v8.1.0", "nothing", "v8.1.0"]);
  });

  it("names a host that is down in the preview, and touches no other one", async () => {
    await configure("v8.1.2-breaks-live");
    const preview = await stack.preview();
    assert.notEqual(preview.exitCode, 0);
    assert.match(preview.output, /host "web3" \([^)]*\) can't be reached/);
    const { exitCode } = await stack.up();
    assert.notEqual(exitCode, 0);
    assert.deepEqual(await servedByAll(), ["v8.1.0", "v8.1.0", "nothing", "v8.1.0"]);
    assert.deepEqual(balancer.told, []);
  });

  it("goes on with that host alone when it is back", async () => {
    await restartHost(lab, "web3");
    assert.equal(await served("web3"), "v8.0.1");
    await deployed("v8.1.0");
    assert.deepEqual(
      await servedByAll(),
      four.map(() => "v8.1.0"),
    );
    assert.deepEqual(balancer.told, ["drain web3: v8.0.1", "admit web3: v8.1.0"]);
  });

  it("does not touch a host that could not be drained, and says so", async () => {
    const links = (): Promise<string> => root("web1", "stat -c '%N %Y' /var/www/selfhelp-current");
    const before = await links();
    balancer.before = async (act) => {
      if (act === "drain") throw new Error("the pool is locked");
    };
    const { output, exitCode } = await up("v8.0.1");
    assert.notEqual(exitCode, 0);
    assert.match(output, /host "web1": drain failed \(answered 500: "the pool is locked \(\[hidden\]\)"\), so it was not touched/);
    assert.equal(await links(), before);
    assert.deepEqual(balancer.told, ["drain web1: v8.1.0"]);
  });

  it("takes back a host that gets no users, and says what to type", async () => {
    balancer.before = async (act) => {
      if (act === "admit") throw new Error("no such server");
    };
    const { output, exitCode } = await up("v8.0.1");
    assert.notEqual(exitCode, 0);
    assert.match(
      output,
      /host "web1" was switched to v8\.0\.1 and answered as it should, but admit failed \(answered 500: "no such server/,
    );
    assert.match(output, /type: curl -fsS -X POST -H 'Authorization: …' http:\/\/127\.0\.0\.1:\d+\/pool\/admit\/web1/);
    assert.deepEqual(
      await servedByAll(),
      four.map(() => "v8.1.0"),
    );
    for (const text of [output, await stack.export()]) assert.ok(!text.includes(balancer.token), "the token is seen");
  });

  it("brings a new host up to the release before the load balancer hears of it; the others are left alone", async () => {
    lab = await startLab("fleet", [{ name: "web5", role: "web" }]);
    await deployed("v8.1.0", {}, [...four, "web5"]);
    assert.equal(await served("web5"), "v8.1.0");
    assert.deepEqual(balancer.told, ["admit web5: v8.1.0"]);
  });

  it("leaves a host as it is that is taken out, also one that is down, and says so", async () => {
    await powerCut(lab, "web4");
    const output = await deployed("v8.1.0", {}, ["web2", "web3", "web1", "web5"]);
    assert.match(output, /host "web4" is left as it is/);
    assert.deepEqual(await servedByAll(["web1", "web2", "web3", "web5"]), ["v8.1.0", "v8.1.0", "v8.1.0", "v8.1.0"]);
    assert.deepEqual(balancer.told, []);
    assert.match(await deployed("v8.1.0", {}, ["web2", "web3", "web1", "web5"]), /Resources:\s+\d+ unchanged/);
  });
});
