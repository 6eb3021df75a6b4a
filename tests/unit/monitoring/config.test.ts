import assert from "node:assert/strict";
import { parseStackConfig, type StackConfig } from "../../../components/deployment/config";
import { monitoringOf } from "../../../components/deployment/step-inputs";
import type { Settings } from "../../../components/monitoring/contract";
import { siteOf } from "../../../host/site";
import { minimalConfig } from "../../program/config";

const parse = (monitoring: unknown, over: Record<string, unknown> = {}): ReturnType<typeof parseStackConfig> => {
  const more = Object.fromEntries(Object.entries(over).map(([key, value]) => [`selfhelp:${key}`, JSON.stringify(value)]));
  return parseStackConfig({ ...minimalConfig, "selfhelp:monitoring": JSON.stringify(monitoring), ...more });
};
const configOf = (monitoring: unknown, over: Record<string, unknown> = {}): StackConfig => {
  const parsed = parse(monitoring, over);
  assert.ok("config" in parsed);
  return parsed.config;
};
const settingsOf = (monitoring: unknown, over: Record<string, unknown> = {}): Record<string, Settings | null> =>
  monitoringOf(configOf(monitoring, over), siteOf("selfhelp"), "selfhelp.example.org", "production");
const host = (name: string): object => ({ ...JSON.parse(minimalConfig["selfhelp:hosts"] ?? "[]")[0], name });

describe("the config of monitoring", () => {
  it("needs no value to be switched on, and is off without it and with false", () => {
    assert.deepEqual(configOf({}).monitoring?.threshold, { failed: 3, of: 5, passed: 2 });
    assert.deepEqual([configOf(false).monitoring, settingsOf(false)], [undefined, { web1: null }]);
  });

  it("names every problem at once, and repeats no address", () => {
    const wrong = {
      slack: "hooks.slack.com/T0/hunter2",
      webhook: { headers: { "a b": "c" } },
      email: {},
      threshold: { failed: 6 },
      evry: 1,
    };
    const parsed = parse(wrong);
    const problems = "problems" in parsed ? parsed.problems.map(({ key, reason }) => `${key} ${reason}`) : [];
    assert.deepEqual(problems.map((one) => one.split(" ")[0]).sort(), [
      "selfhelp:monitoring.email.command",
      "selfhelp:monitoring.evry",
      "selfhelp:monitoring.slack",
      "selfhelp:monitoring.threshold.failed",
      "selfhelp:monitoring.webhook.headers.a",
      "selfhelp:monitoring.webhook.url",
    ]);
    assert.doesNotMatch(problems.join(), /hunter2/);
  });

  it("asks the database from the host that it is reached over, as the account that is for it", () => {
    const access = {
      administrator: { user: "selfhelp_admin", password: "correct horse" },
      monitoring: { user: "selfhelp_monitor", password: "battery staple" },
    };
    const database = { ...JSON.parse(minimalConfig["selfhelp:database"] ?? "{}"), host: "web2" };
    const { web1, web2 } = settingsOf({}, { hosts: [host("web1"), host("web2")], database, access });
    assert.equal(web1?.database, null);
    assert.equal(web2?.database?.address, "127.0.0.1");
    assert.deepEqual(web2?.database?.login, { user: "selfhelp_monitor", password: "battery staple" });
    assert.equal(settingsOf({})["web1"]?.database?.login, null);
  });

  it("asks over TLS where users do", () => {
    const tls = { certificatePath: "/etc/ssl/a.pem", keyPath: "/etc/ssl/a.key" };
    assert.equal(settingsOf({}, { hardening: { tls } })["web1"]?.application.scheme, "https");
    assert.equal(settingsOf({})["web1"]?.application.scheme, "http");
  });
});
