import assert from "node:assert/strict";
import { freshLab, stopLab } from "../../lab/lab";
import { waitFor } from "../../lab/process";
import { FaultHost, FaultRepository, messageOf, ownDisk } from "./fault-host";

describe("a switch to which something happens", function () {
  this.timeout(180_000);
  const repository = new FaultRepository();
  let host: FaultHost;
  let small: FaultHost;

  before(async () => {
    const lab = await freshLab("switchfaults", [
      { name: "web1", role: "web" },
      { name: "web2", role: "web" },
    ]);
    const disks = [ownDisk("/var/www", 40), ownDisk("/var/lib/demo", 40)].join("; ");
    [host, small] = await Promise.all([FaultHost.start(lab, "web1", repository), FaultHost.start(lab, "web2", repository, disks)]);
  });

  after(async () => {
    host?.close();
    small?.close();
    await stopLab("switchfaults");
    repository.remove();
  });

  afterEach(async () => {
    for (const one of [host, small]) await one.reset();
  });

  const full = [
    { where: "the mark", work: (work: () => Promise<void>) => small.whileFull("/var/lib/demo", work) },
    { where: "the link", work: (work: () => Promise<void>) => small.whileNoFileFits("/var/www", work) },
  ];
  for (const { where, work } of full)
    it(`leaves users where they are when ${where} doesn't fit on the disk, says so, and goes on when it does`, async () => {
      await small.build("v8.1.0");
      await work(async () => {
        const said = await messageOf(small.switchTo("v8.1.0"));
        assert.match(
          said,
          /^host "web2": users could not be switched to v8\.1\.0 in green: switch to green on host "web2" exited with code 1/,
        );
        assert.match(said, /No space left on device/);
        assert.match(
          said,
          /\nNow users are still on v8\.0\.0 in blue\. v8\.1\.0 stands built in green: when the cause is gone, type: pulumi up$/,
        );
        assert.equal(await small.users(), "200 v8.0.0");
        assert.equal(await small.unproven(), false);
      });
      await small.deploy("v8.1.0");
    });

  it("leaves users on the old release when the connection is cut before the mark", async () => {
    await host.build("v8.1.0");
    const held = await host.hold("sync", "/switching.next");
    const ended = messageOf(host.switchTo("v8.1.0"));
    await held();
    await host.cut();
    assert.match(await ended, /lost its connection.*\. Users are on v8\.0\.0 in blue again/s);
    assert.equal(await host.users(), "200 v8.0.0");
    assert.equal(await host.unproven(), false);
    await host.deploy("v8.1.0");
  });

  it("leaves users on the old release when the connection is cut between mark and rename", async () => {
    await host.build("v8.1.0");
    const held = await host.hold("mv", "/demo-current ");
    const ended = messageOf(host.switchTo("v8.1.0"));
    await held();
    assert.equal(await host.unproven(), true);
    await host.cut();
    assert.match(await ended, /lost its connection.*\. Users are on v8\.0\.0 in blue again/s);
    assert.equal(await host.users(), "200 v8.0.0");
    assert.equal(await host.unproven(), false);
    await host.deploy("v8.1.0");
  });

  it("is asked once more after the host lost its power between mark and rename", async () => {
    await host.build("v8.1.0");
    const held = await host.hold("mv", "/demo-current ");
    const ended = messageOf(host.switchTo("v8.1.0"));
    await held();
    await host.powerCut();
    const said = await ended;
    assert.match(said, /When the host can be reached, type: pulumi up, which asks it once more/);
    assert.doesNotMatch(said, /Nothing was changed/);
    await host.powerUp();
    assert.equal(await host.users(), "200 v8.0.0");
    assert.equal(await host.unproven(), true);
    await host.deploy("v8.1.0");
  });

  it("takes users back when the connection is cut while they are served a release that gives no answer", async () => {
    await host.build("v8.1.0-hangs");
    let isProbed = false;
    const ended = messageOf(host.switchTo("v8.1.0-hangs", (text) => (isProbed ||= text === "probe 1/2")));
    await waitFor("the probe has begun", 60, () => Promise.resolve(isProbed));
    await host.cut();
    assert.match(await ended, /failed right after the switch.*Users are on v8\.0\.0 in blue again, /s);
    assert.equal(await host.users(), "200 v8.0.0");
    assert.equal(await host.unproven(), false);
    await host.root("touch /run/go");
    await host.deploy("v8.1.0");
  });

  const mistake = "/etc/nginx/conf.d/mistake.conf";

  it("refuses while nginx's configuration is broken, since a restart would serve nobody, and goes on when it is mended", async () => {
    await host.build("v8.1.0");
    await host.root(`echo 'listen 81' >${mistake}`);
    try {
      const said = await messageOf(host.switchTo("v8.1.0"));
      assert.match(said, /^host "web1": nginx refuses its configuration/);
      assert.match(said, /mistake\.conf:\d+.*Nothing was switched\. Users are served as before, until nginx is restarted/s);
      assert.equal(await host.users(), "200 v8.0.0");
    } finally {
      await host.root(`rm ${mistake}`);
    }
    await host.deploy("v8.1.0");
  });

  it("is not disturbed by a mistake in nginx's configuration that is made meanwhile: nginx is not reloaded", async () => {
    await host.build("v8.1.0");
    const held = await host.hold("mv", "/demo-current ");
    const switched = host.switchTo("v8.1.0");
    await held();
    await host.root(`echo 'listen 81' >${mistake}; touch /run/go-on`);
    try {
      await switched;
      assert.equal(await host.users(), "200 v8.1.0");
      await host.switchTo("v8.0.0");
      assert.equal(await host.users(), "200 v8.0.0");
    } finally {
      await host.root(`rm ${mistake}`);
    }
  });

  it("does not claim that a set-up which resumes another one put files back", async () => {
    await host.root(`echo 'listen 81' >${mistake}; touch ${host.site.state}/setting-up`);
    try {
      const said = await messageOf(host.setUp());
      assert.match(
        said,
        /nginx refuses its configuration, so the files stay as a set-up that was cut short left them and nginx keeps running/,
      );
      assert.equal(await host.users(), "200 v8.0.0");
    } finally {
      await host.root(`rm ${mistake}`);
    }
    assert.match(await host.setUp(), /^set up: nginx php-fpm systemd/);
    assert.equal(await host.users(), "200 v8.0.0");
  });

  it("brings users back whose php-fpm was stopped by hand, with a release that answers", async () => {
    await host.build("v8.1.0");
    await host.root("systemctl stop demo-fpm@blue");
    assert.match(await host.users(), /^502/);
    await host.switchTo("v8.1.0");
    assert.equal(await host.users(), "200 v8.1.0");
    await host.root("systemctl start demo-fpm@blue");
  });

  it("says that users are not served when neither release works", async () => {
    await host.build("v8.1.0-breaks-live");
    await host.root("systemctl stop demo-fpm@blue");
    try {
      const said = await messageOf(host.switchTo("v8.1.0-breaks-live"));
      assert.match(said, /Users are on v8\.0\.0 in blue again, but it does not answer as it should either \(health: answered 502, not 200/);
    } finally {
      await host.root("systemctl start demo-fpm@blue");
    }
    assert.equal(await host.users(), "200 v8.0.0");
  });
});
