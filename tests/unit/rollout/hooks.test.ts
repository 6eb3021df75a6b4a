import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { HookConfig } from "../../../components/rollout/config";
import type { Hook } from "../../../components/rollout/contract";
import { hooksOf, typed } from "../../../components/rollout/hooks";
import { failureOfHook } from "../../../components/rollout/run-hook";
import { parseStackConfig } from "../../../components/deployment/config";
import { minimalConfig } from "../../program/config";

const host = { name: "web1", address: "203.0.113.7" };
const secret = "Bearer abcdef0123456789";

const rolloutIn = (rollout: object) => parseStackConfig({ ...minimalConfig, "selfhelp:rollout": JSON.stringify(rollout) });
const hookFrom = (drain: Partial<HookConfig>): Hook => {
  const parsed = rolloutIn({ drain });
  assert.ok("config" in parsed, JSON.stringify(parsed));
  return hooksOf(parsed.config.rollout, host, (path) => `/project/${path}`).drain as Hook;
};
const problemsOf = (rollout: object): string[] => {
  const parsed = rolloutIn(rollout);
  return "problems" in parsed ? parsed.problems.map(({ key, reason }) => `${key} ${reason}`) : [];
};

describe("a stack's rollout config", () => {
  it("has defaults: one host after the other, no pause, no failure allowed", () => {
    const parsed = parseStackConfig(minimalConfig);
    assert.ok("config" in parsed);
    assert.deepEqual(parsed.config.rollout, { batch: 1, pause: 0, maxFailures: 0 });
  });

  for (const [rollout, problem] of [
    [{ batch: 0 }, /^selfhelp:rollout\.batch must be a number of hosts from 1 to 1000, or a share of them from "1%" to "100%"$/],
    [{ batch: "120%" }, /^selfhelp:rollout\.batch must be a number of hosts/],
    [{ pause: -1 }, /^selfhelp:rollout\.pause must be a number of seconds from 0 to 86400$/],
    [{ drain: {} }, /^selfhelp:rollout\.drain\.url is missing; or give a command$/],
    [{ drain: { url: "https://lb/", command: ["lb"] } }, /^selfhelp:rollout\.drain\.command must be left out where a url is given$/],
    [{ drain: { url: "https://lb/", method: "GET", body: "{}" } }, /^selfhelp:rollout\.drain\.body must be left out with the method GET$/],
    [{ drain: { url: "https://user:password@lb/" } }, /^selfhelp:rollout\.drain\.url must be an address without a password/],
    [{ drain: { url: "https://lb/{hots}" } }, /^selfhelp:rollout\.drain\.url knows only \{host\} and \{address\}$/],
    [{ admit: { command: ["lb", "{name}"] } }, /^selfhelp:rollout\.admit\.command\[1\] knows only \{host\} and \{address\}$/],
  ] as const) {
    it(`refuses ${JSON.stringify(rollout)}`, () => {
      const found = problemsOf(rollout);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", problem);
    });
  }
});

describe("a hook", () => {
  const asked: string[] = [];
  let answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end();
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => asked.push(chunk.toString()));
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    answer(request, response);
  });
  let url: string;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => asked.splice(0));

  const request = (over: Partial<HookConfig> = {}): Hook =>
    hookFrom({ url: `${url}/pools/web/{host}?address={address}`, method: "PUT", headers: { Authorization: secret }, ...over });

  it("asks the address, filled in for the host", async () => {
    assert.equal(await failureOfHook(request({ body: '{"server":"{host}","weight":0}' })), undefined);
    assert.deepEqual(asked, [`PUT /pools/web/web1?address=203.0.113.7 ${secret}`, '{"server":"web1","weight":0}']);
  });

  it("fails on another answer, shown without what is secret", async () => {
    answer = ({ headers }, response) => response.writeHead(403).end(`who is\n${headers.authorization}, or abcdef0123456789?`);
    assert.equal(await failureOfHook(request()), 'answered 403: "who is [hidden], or [hidden]?"');
  });

  it("doesn't carry its headers elsewhere", async () => {
    answer = (_request, response) => response.writeHead(302, { Location: `${url}/elsewhere` }).end();
    assert.equal(await failureOfHook(request()), "answered 302");
    assert.equal(asked.length, 1);
  });

  it("ends at its time limit", async () => {
    answer = () => undefined;
    assert.equal(await failureOfHook(request({ timeoutSeconds: 1 })), "no answer within 1 s");
  });

  it("says that nothing listens", async () => {
    const unused = createServer();
    await new Promise<void>((resolve) => unused.listen(0, "127.0.0.1", resolve));
    const { port } = unused.address() as AddressInfo;
    await new Promise((resolve) => unused.close(resolve));
    assert.match(`${await failureOfHook(hookFrom({ url: `http://127.0.0.1:${port}/` }))}`, /ECONNREFUSED/);
  });

  const program = (script: string, over: Partial<HookConfig> = {}): Hook =>
    hookFrom({ command: ["bash", "-c", script, "hook", "{host}", "{address}"], environment: { TOKEN: secret }, ...over });

  it("runs a program, with what is secret in its environment alone", async () => {
    assert.equal(await failureOfHook(program('[ "$1 $2 $TOKEN" = "web1 203.0.113.7 Bearer abcdef0123456789" ]')), undefined);
  });

  it("fails with a program, and shows what that said without what is secret", async () => {
    const failure = await failureOfHook(program('echo "no pool for $TOKEN" >&2; exit 3'));
    assert.equal(failure, 'bash exited with code 3: "no pool for [hidden]"');
  });

  it("shows the end of what a program said, and the beginning of an answer, with no part of a secret at the cut", async () => {
    const failure = `${await failureOfHook(program('printf "%s%0590d" "$TOKEN" 7; exit 3'))}`;
    assert.match(failure, /^bash exited with code 3: "\S{1,10}0{580,590}7"$/);
    assert.doesNotMatch(failure, /456789/);
    answer = ({ headers }, response) => response.writeHead(403).end(`${"-".repeat(590)}${headers.authorization}${"-".repeat(100_000)}`);
    const refused = `${await failureOfHook(request())}`;
    assert.ok(refused.length < 650 && !refused.includes("Bearer a"), refused);
  });

  it("ends a program and all that it has started at its time limit", async () => {
    const failure = await failureOfHook(program("echo began; sleep 61 & sleep 62", { timeoutSeconds: 1 }));
    assert.equal(failure, 'bash did not end within 1 s: "began"');
  });

  it("names a program that is not there", async () => {
    assert.match(
      `${await failureOfHook(hookFrom({ command: ["scripts/no-such"] }))}`,
      /^\/project\/scripts\/no-such can't be started: .*ENOENT/,
    );
  });

  it("can be typed by a person, who knows what is secret", () => {
    assert.equal(
      typed(hookFrom({ url: "https://lb.example.org/{host}/drain", method: "PUT", headers: { Authorization: secret }, body: "{}" })),
      "curl -fsS -X PUT -H 'Authorization: …' --data-raw '{}' https://lb.example.org/web1/drain",
    );
    assert.equal(typed(program("drain it")), "TOKEN=… bash -c 'drain it' hook web1 203.0.113.7");
  });
});
