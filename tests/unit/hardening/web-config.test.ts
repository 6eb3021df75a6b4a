import assert from "node:assert/strict";
import { headerMaps } from "../../../components/hardening/headers";
import { exposuresIn } from "../../../components/hardening/exposure";
import { usualWeb, type Web, webOf } from "../../../components/hardening/web-config";
import { parseStackConfig } from "../../../components/deployment/config";
import { siteOf } from "../../../host/site";
import { minimalConfig } from "../../program/config";

const hosts = (...names: string[]): string =>
  JSON.stringify(names.map((name) => ({ name, address: "203.0.113.7", user: "deploy", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5" })));
const parsed = (hardening: unknown, more: Record<string, string> = {}): ReturnType<typeof parseStackConfig> =>
  parseStackConfig({ ...minimalConfig, "selfhelp:hardening": JSON.stringify(hardening), ...more });
const webWith = (hardening: unknown, more: Record<string, string> = {}): Web => {
  const result = parsed(hardening, more);
  assert.ok("config" in result, JSON.stringify(result));
  return webOf(result.config.hardening, { ...result.config, writable: ["var"] });
};

describe("the config of web server and php-fpm", () => {
  const https = { "selfhelp:url": "https://selfhelp.example.org" };
  const tls = { certificatePath: "/etc/ssl/site.pem", keyPath: "/etc/ssl/site.key" };

  it("limits logins by default only where one client can be told from another", () => {
    assert.equal(webWith({}).loginRate?.perMinute, 10);
    assert.equal(webWith({}, https).loginRate, null, "TLS ends in front");
    assert.equal(webWith({ tls }, https).loginRate?.perMinute, 10);
    assert.equal(webWith({ proxies: ["10.0.0.0/8"] }, https).loginRate?.perMinute, 10);
    assert.equal(webWith({ loginRate: { perMinute: 5 } }, https).loginRate?.perMinute, 5);
    const fleet = {
      "selfhelp:hosts": hosts("web1", "web2"),
      "selfhelp:database": JSON.stringify({ host: "web1", name: "n", user: "u", password: "p" }),
    };
    assert.equal(webWith({ tls }, { ...https, ...fleet }).loginRate, null, "a load balancer in front");
  });

  it("limits the paths that checks log in at", () => {
    const logins = { admin: { path: "/login?x=1", fields: {} }, monitor: { path: "/login", fields: {} } };
    assert.deepEqual(webWith({}).loginRate?.paths, ["/cms-api/v1/auth/login"]);
    assert.deepEqual(webWith({}, { "selfhelp:logins": JSON.stringify(logins) }).loginRate?.paths, ["/login"]);
    assert.deepEqual(webWith({ loginRate: { paths: ["/a"] } }, { "selfhelp:logins": JSON.stringify(logins) }).loginRate?.paths, ["/a"]);
  });

  it("refuses what nginx or systemd would read as something else", () => {
    const wrong: [unknown, string][] = [
      [{ headers: { contentSecurityPolicy: "default-src $x" } }, "headers.contentSecurityPolicy"],
      [{ headers: { referrerPolicy: "a\nb" } }, "headers.referrerPolicy"],
      [{ tls: { ...tls, keyPath: "/etc/key; include /etc/passwd" } }, "tls.keyPath"],
      [{ loginRate: { paths: ['/login" 1'] } }, "loginRate.paths[0]"],
      [{ service: { memoryMegabytes: 1 } }, "service.memoryMegabytes"],
      [{ proxies: ["10.0.0.0/40"] }, "proxies[0]"],
    ];
    for (const [hardening, key] of wrong) {
      const result = parsed(hardening);
      assert.ok("problems" in result);
      assert.deepEqual([...new Set(result.problems.map((problem) => problem.key))], [`selfhelp:hardening.${key}`]);
    }
  });

  it("writes a header's quotes so that nginx reads them as its text", () => {
    const headers = { ...usualWeb.headers, permissionsPolicy: 'camera=(self "https://example.org")' };
    assert.match(headerMaps(siteOf("demo"), { ...usualWeb, headers }), /"camera=\(self \\"https:\/\/example\.org\\"\)";/);
  });

  it("reads how exposed each service is, and from when on, in what a set-up printed", () => {
    const later = "1.4 from the slot's next build on; until then it runs as it did before";
    const printed = `set up: systemd\nself-help-fpm@blue.service: exposure ${later}\nself-help-fpm@green.service: exposure 1.4\n`;
    assert.deepEqual(exposuresIn(printed), { blue: later, green: "1.4" });
  });
});
