import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { certificate } from "../../lab/keys";
import { freshLab, hostOf, type Lab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { LabStack, removeConfig } from "../../lab/stack";
import { rootOn } from "./by-hand";
import { Receiver } from "./receiver";
import { Outside } from "./web-client";

describe("a deployment whose TLS ends at its own nginx", function () {
  this.timeout(240_000);
  let lab: Lab;
  let stack: LabStack;
  let outside: Outside;

  before(async () => {
    lab = await freshLab("webstack");
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    outside = new Outside(hostOf(lab, "web1").address, readFileSync(join(lab.folder, "ca", "ca.pem"), "utf8"));
  });

  after(async () => {
    await stopLab("webstack");
    removeConfig("webstack");
  });

  const deploy = async (config: Record<string, unknown>): Promise<{ output: string; exitCode: number }> => {
    await stack.configure(config);
    return stack.up();
  };
  const deployed = async (config: Record<string, unknown>): Promise<string> => {
    const { output, exitCode } = await deploy(config);
    assert.equal(exitCode, 0, output);
    return output;
  };
  const secured = (tls: object): Record<string, unknown> => ({ url: `https://${outside.address}`, hardening: { tls } });
  const tls = { certificatePath: "/etc/ssl/site.pem", keyPath: "/etc/ssl/private/site.key" };

  const useCertificate = async (days?: number): Promise<void> => {
    const site = await certificate(join(lab.folder, "ca"), { name: "site", addresses: [outside.address], days });
    await rootOn(lab, "web1", `cat >${tls.certificatePath}`, site.certificate);
    await rootOn(lab, "web1", `umask 077; cat >${tls.keyPath}; systemctl reload nginx`, site.key);
  };

  it("serves its first release without, and names a certificate that isn't there, with users served as before", async () => {
    await deployed({ release: "v8.0.0" });
    const { output, exitCode } = await deploy({ release: "v8.0.0", ...secured(tls) });
    assert.notEqual(exitCode, 0);
    assert.match(output, /\/etc\/ssl\/site\.pem is not there, but selfhelp:hardening\.tls names it\. Nothing was changed\./);
    assert.equal((await outside.ask("/cms-api/v1/health", { secure: false })).status, 200);
  });

  it("takes up TLS, is asked over it, and does nothing the next time", async () => {
    await useCertificate();
    await deployed({ release: "v8.0.0", ...secured(tls) });
    const { status, headers } = await outside.ask("/cms-api/v1/health");
    assert.equal(status, 200);
    assert.ok(headers.some(([name]) => name === "strict-transport-security"));
    assert.equal((await outside.ask("/cms-api/v1/health", { secure: false })).status, 308);
    assert.match(await deployed({ release: "v8.0.0", ...secured(tls) }), /Resources:\s+\d+ unchanged/);
  });

  it("takes users to the next release, checks its certificate, and tells how exposed its services are", async () => {
    await deployed({ release: "v8.1.0", ...secured(tls) });
    assert.match((await outside.ask("/cms-api/v1/health")).body, /"release":"v8\.1\.0"/);
    const { exposure, validation, url } = (await stack.outputs()) as Record<string, Record<string, Record<string, string>>>;
    assert.equal(url, `https://${outside.address}`);
    assert.deepEqual(Object.keys(exposure ?? {}).sort(), ["blue", "green"]);
    for (const one of Object.values(exposure ?? {})) assert.match(String(one), /^1\.[0-5]$/);
    assert.match(validation?.["live"]?.["certificate"] ?? "", /^passed: ends in 29 days/);
  });

  it("is looked at over TLS by its own host, which need not know who signed its certificate: down is what users can't use", async () => {
    const receiver = new Receiver(lab.network, randomBytes(12).toString("hex"));
    await receiver.start();
    try {
      const threshold = { failed: 1, of: 1, passed: 1 };
      const monitoring = {
        everySeconds: 1,
        threshold,
        deployments: false,
        heartbeat: receiver.url("heartbeat"),
        webhook: { url: receiver.url("webhook") },
      };
      await deployed({ release: "v8.1.0", ...secured(tls), monitoring });
      const told = async (): Promise<string[]> => {
        const before = receiver.heartbeats;
        await waitFor("2 looks", 120, async () => receiver.heartbeats >= before + 2);
        return receiver.messages
          .splice(0)
          .map(({ subject, event, error }) => `${subject} ${event}: ${error?.replace(/\d.* UTC$/, "TIME")}`);
      };
      assert.deepEqual(await told(), []);
      await useCertificate(-1);
      assert.deepEqual(await told(), ["application down: its certificate ended TIME"]);
      await useCertificate();
      assert.deepEqual(await told(), ["application up: its certificate ended TIME"]);
    } finally {
      await receiver.stop();
    }
  });
});
