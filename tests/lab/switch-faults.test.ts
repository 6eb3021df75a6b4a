import assert from "node:assert/strict";
import { waitFor } from "../../lab/process";
import { messageOf } from "./failing";
import { faultHosts } from "./fault-host";

describe("a switch to which something happens", function () {
  this.timeout(180_000);
  const on = faultHosts("switchfaults");

  const full = [
    { where: "the mark", work: (work: () => Promise<void>) => on.small.whileFull("/var/lib/demo", work) },
    { where: "the link", work: (work: () => Promise<void>) => on.small.whileNoFileFits("/var/www", work) },
  ];
  for (const { where, work } of full)
    it(`leaves users where they are when ${where} doesn't fit on the disk, says so, and goes on when it does`, async () => {
      await on.small.build("v8.1.0");
      await work(async () => {
        const said = await messageOf(on.small.switchTo("v8.1.0"));
        assert.match(
          said,
          /^host "web2": users could not be switched to v8\.1\.0 in green: switch to green on host "web2" exited with code 1/,
        );
        assert.match(said, /No space left on device/);
        assert.match(
          said,
          /\nNow users are still on v8\.0\.0 in blue\. v8\.1\.0 stands built in green: when the cause is gone, type: pulumi up$/,
        );
        assert.equal(await on.small.users(), "200 v8.0.0");
        assert.equal(await on.small.unproven(), false);
      });
      await on.small.deploy("v8.1.0");
    });

  const cuts = [
    { where: "before the mark", program: "sync", words: "/switching.next", isMarked: false },
    { where: "between mark and rename", program: "mv", words: "/demo-current ", isMarked: true },
  ];
  for (const { where, program, words, isMarked } of cuts)
    it(`leaves users on the old release when the connection is cut ${where}`, async () => {
      await on.host.build("v8.1.0");
      const held = await on.host.hold(program, words);
      const ended = messageOf(on.host.switchTo("v8.1.0"));
      await held();
      assert.equal(await on.host.unproven(), isMarked);
      await on.host.cut();
      assert.match(await ended, /lost its connection.*\. Users are on v8\.0\.0 in blue again/s);
      assert.equal(await on.host.users(), "200 v8.0.0");
      assert.equal(await on.host.unproven(), false);
      await on.host.deploy("v8.1.0");
    });

  it("is asked once more after the host lost its power between mark and rename", async () => {
    await on.host.build("v8.1.0");
    const held = await on.host.hold("mv", "/demo-current ");
    const ended = messageOf(on.host.switchTo("v8.1.0"));
    await held();
    await on.host.powerCut();
    const said = await ended;
    assert.match(said, /When the host can be reached, type: pulumi up, which asks it once more/);
    assert.doesNotMatch(said, /Nothing was changed/);
    await on.host.powerUp();
    assert.equal(await on.host.users(), "200 v8.0.0");
    assert.equal(await on.host.unproven(), true);
    await on.host.deploy("v8.1.0");
  });

  it("takes users back when the connection is cut while they are served a release that gives no answer", async () => {
    await on.host.build("v8.1.0-hangs");
    let isProbed = false;
    const ended = messageOf(on.host.switchTo("v8.1.0-hangs", (text) => (isProbed ||= text === "probe 1/2")));
    await waitFor("the probe has begun", 60, () => Promise.resolve(isProbed));
    await on.host.cut();
    assert.match(await ended, /failed right after the switch.*Users are on v8\.0\.0 in blue again, /s);
    assert.equal(await on.host.users(), "200 v8.0.0");
    assert.equal(await on.host.unproven(), false);
    await on.host.root("touch /run/go");
    await on.host.deploy("v8.1.0");
  });

  const mistake = "/etc/nginx/conf.d/mistake.conf";

  it("refuses while nginx's configuration is broken, since a restart would serve nobody, and goes on when it is mended", async () => {
    await on.host.build("v8.1.0");
    await on.host.root(`echo 'listen 81' >${mistake}`);
    try {
      const said = await messageOf(on.host.switchTo("v8.1.0"));
      assert.match(said, /^host "web1": nginx refuses its configuration/);
      assert.match(said, /mistake\.conf:\d+.*Nothing was switched\. Users are served as before, until nginx is restarted/s);
      assert.equal(await on.host.users(), "200 v8.0.0");
    } finally {
      await on.host.root(`rm ${mistake}`);
    }
    await on.host.deploy("v8.1.0");
  });

  it("is not disturbed by a mistake in nginx's configuration that is made meanwhile: nginx is not reloaded", async () => {
    await on.host.build("v8.1.0");
    const held = await on.host.hold("mv", "/demo-current ");
    const switched = on.host.switchTo("v8.1.0");
    await held();
    await on.host.root(`echo 'listen 81' >${mistake}; touch /run/go-on`);
    try {
      await switched;
      assert.equal(await on.host.users(), "200 v8.1.0");
      await on.host.switchTo("v8.0.0");
      assert.equal(await on.host.users(), "200 v8.0.0");
    } finally {
      await on.host.root(`rm ${mistake}`);
    }
  });

  it("does not claim that a set-up which resumes another one put files back", async () => {
    await on.host.root(`echo 'listen 81' >${mistake}; touch ${on.host.site.state}/setting-up`);
    try {
      await assert.rejects(
        on.host.setUp(),
        /nginx refuses its configuration, so the files stay as a set-up that was cut short left them and nginx keeps running/,
      );
      assert.equal(await on.host.users(), "200 v8.0.0");
    } finally {
      await on.host.root(`rm ${mistake}`);
    }
    assert.match(await on.host.setUp(), /^set up: nginx php-fpm systemd/);
    assert.equal(await on.host.users(), "200 v8.0.0");
  });

  it("brings users back whose php-fpm was stopped by hand, with a release that answers", async () => {
    await on.host.build("v8.1.0");
    await on.host.root("systemctl stop demo-fpm@blue");
    assert.match(await on.host.users(), /^502/);
    await on.host.switchTo("v8.1.0");
    assert.equal(await on.host.users(), "200 v8.1.0");
    await on.host.root("systemctl start demo-fpm@blue");
  });

  it("says that users are not served when neither release works", async () => {
    await on.host.build("v8.1.0-breaks-live");
    await on.host.root("systemctl stop demo-fpm@blue");
    try {
      const said = await messageOf(on.host.switchTo("v8.1.0-breaks-live"));
      assert.match(said, /Users are on v8\.0\.0 in blue again, but it does not answer as it should either \(health: answered 502, not 200/);
    } finally {
      await on.host.root("systemctl start demo-fpm@blue");
    }
    assert.equal(await on.host.users(), "200 v8.0.0");
  });
});
