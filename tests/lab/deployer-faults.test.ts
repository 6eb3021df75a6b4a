import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, stopLab } from "../../lab/lab";
import { type Load, startLoad } from "../../lab/load";
import { waitFor } from "../../lab/process";
import { LabStack, removeConfig, type RunningPulumi } from "../../lab/stack";
import { rootOn } from "./by-hand";
import { hold } from "./hold";
import { killAll } from "./kill";
import { assertNothingPending, servedRelease, succeeded } from "./outcome";

const name = "deployerfaults";

describe("a deployer to which something happens", function () {
  this.timeout(900_000);
  let lab: Lab;
  let stack: LabStack;
  let load: Load;

  const root = (script: string): Promise<string> => rootOn(lab, "web1", script);

  const begin = async (config: Record<string, unknown>): Promise<RunningPulumi> => {
    await stack.configure(config);
    return stack.start(["up", "--yes", "--skip-preview"]);
  };

  /** A command that stops on the host where /run/hold says so. */
  const waiting = "if [ -e /run/hold-command ]; then touch /tmp/held; while [ -e /run/hold-command ]; do sleep 0.1; done; fi";
  const build = [
    "composer install --no-dev --optimize-autoloader --no-interaction",
    "php bin/console cache:warmup --env=prod --no-interaction",
  ];
  const holdCommand = async (): Promise<() => Promise<void>> => {
    await root("rm -f /tmp/held; touch /run/hold-command");
    return () => waitFor("the command is held", 300, async () => (await root("ls /tmp")).split("\n").includes("held"));
  };

  before(async () => {
    lab = await freshLab(name);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    await stack.configure({ release: "v8.0.0" });
    await succeeded(stack.up());
  });

  after(async () => {
    await stopLab(name);
    removeConfig(name);
  });

  beforeEach(() => {
    load = startLoad(hostOf(lab, "web1").address, { kept: 20, fresh: 10, slow: 0, upload: 0 });
  });

  afterEach(async () => {
    const samples = await load.stop();
    assert.ok(samples.length > 0);
    assert.deepEqual(
      samples.flatMap(({ failure }) => failure ?? []),
      [],
      "users noticed",
    );
  });

  it("is refused while another one is at work on the host, is told who that is, and goes on afterwards", async () => {
    const held = await holdCommand();
    const first = await begin({ release: "v8.0.1", build: [...build, waiting] });
    await held();
    cpSync(join(lab.folder, "pulumi/state"), join(lab.folder, "pulumi/elsewhere"), { recursive: true });
    const other = new LabStack(lab, "elsewhere");
    await other.cancel();
    const refused = await other.up();
    assert.notEqual(refused.exitCode, 0, refused.output);
    assert.match(
      refused.output,
      /host "web1" is locked by \S+@\S+, since \S+, for the deployment of stack deployerfaults\. Nothing was changed/,
    );
    assert.match(refused.output, /run `pulumi up` again/);
    await root("rm /run/hold-command");
    await succeeded(first.ended);
    assert.equal(await servedRelease(lab), "v8.0.1");
    await succeeded(other.up());
    assert.equal(await servedRelease(lab), "v8.0.1");
  });

  it("killed in a build leaves nothing running and no lock, and the next one goes on", async () => {
    const held = await holdCommand();
    const run = await begin({ release: "v8.0.0", build: [...build, waiting] });
    await held();
    await killAll(run);
    await waitFor("nothing of the build is left", 30, async () => (await root("pgrep -f '[h]old-command' || true")) === "");
    assert.equal(await servedRelease(lab), "v8.0.1");
    await root("rm /run/hold-command");
    await stack.cancel();
    await succeeded(stack.up());
    assert.equal(await servedRelease(lab), "v8.0.0");
  });

  it("stops on Ctrl-C while a candidate is asked, with users where they were and nothing pending", async () => {
    const held = await holdCommand();
    const commandChecks = [{ name: "waits", command: waiting }];
    const run = await begin({ release: "v8.0.1", commandChecks });
    await held();
    run.process.kill("SIGINT");
    const { output, exitCode } = await run.ended;
    assert.notEqual(exitCode, 0, output);
    assert.match(output, /cancelled/);
    assert.equal(await servedRelease(lab), "v8.0.0");
    await assertNothingPending(stack);
    await root("rm /run/hold-command");
    await stack.configure({ release: "v8.0.1" });
    await succeeded(stack.up());
    assert.equal(await servedRelease(lab), "v8.0.1");
  });

  it("that is stopped by Ctrl-C in a switch leaves users on a release that was asked", async () => {
    const held = await hold(root, "mv", "/selfhelp-current ");
    const run = await begin({ release: "v8.0.0" });
    await held();
    run.process.kill("SIGINT");
    await root("touch /run/go-on");
    await run.ended;
    assert.equal(await servedRelease(lab), "v8.0.0");
    assert.equal(await root("ls /var/lib/selfhelp | grep -x switching || true"), "", "it is proven");
    await assertNothingPending(stack);
    await succeeded(stack.up());
    assert.equal(await servedRelease(lab), "v8.0.0");
  });

  it("killed right behind the switch is noticed by the next preview, and the next one asks users' release once more", async () => {
    const held = await hold(root, "mv", "/selfhelp-current ", "after");
    const run = await begin({ release: "v8.0.1" });
    await held();
    await killAll(run);
    assert.equal(await servedRelease(lab), "v8.0.1");
    await stack.cancel();
    const preview = await succeeded(stack.preview());
    assert.match(preview, /asked again: the switch to \w+ was cut short/);
    await succeeded(stack.up());
    assert.equal(await root("ls /var/lib/selfhelp | grep -x switching || true"), "");
    assert.match(await succeeded(stack.preview()), /\d+ unchanged/);
  });
});
