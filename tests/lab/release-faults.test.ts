import assert from "node:assert/strict";
import { waitFor } from "../../lab/process";
import { messageOf } from "./failing";
import { faultHosts } from "./fault-host";

const stillServed =
  /nothing was switched, and users are served from blue \(v8\.0\.0\) while the host is up\. When the cause is gone, start again/;

describe("a release to which something happens while it is built", function () {
  this.timeout(180_000);
  const on = faultHosts("releasefaults");

  const places = [
    { where: "the transfer", program: "git", words: " index-pack ", purpose: "transfer of v8.1.0" },
    { where: "the filling of the slot", program: "tar", words: " -x ", purpose: "filling of green with v8.1.0" },
    { where: "the start of php-fpm", program: "systemctl", words: " restart ", purpose: "start of v8.1.0 in green" },
  ];

  for (const { where, program, words, purpose } of places) {
    const failing = async (): Promise<() => Promise<string>> => {
      const held = await on.host.hold(program, words);
      const ended = messageOf(on.host.build("v8.1.0"));
      await held();
      return () => ended;
    };

    it(`goes on after the connection was cut in the middle of ${where}`, async () => {
      const ended = await failing();
      await on.host.cut();
      const said = await ended();
      assert.match(
        said,
        new RegExp(`^v8\\.1\\.0 could not be built in green on host "web1": ${purpose} on host "web1" lost its connection`),
      );
      assert.match(said, stillServed);
      assert.equal(await on.host.users(), "200 v8.0.0");
      await on.host.deploy("v8.1.0");
    });

    it(`goes on after the host lost its power in the middle of ${where}`, async () => {
      const ended = await failing();
      await on.host.powerCut();
      assert.match(await ended(), stillServed);
      await on.host.powerUp();
      assert.equal(await on.host.users(), "200 v8.0.0");
      await on.host.deploy("v8.1.0");
    });
  }

  it("goes on after the host lost its power in the middle of the build", async () => {
    let begun = false;
    const slow = { build: ["echo begun; sleep 1002"] };
    const ended = messageOf(on.host.build("v8.1.0", slow, (text) => (begun ||= text.endsWith(": begun"))));
    await waitFor("the build has begun", 60, () => Promise.resolve(begun));
    await on.host.powerCut();
    assert.match(await ended, stillServed);
    await on.host.powerUp();
    assert.equal(await on.host.users(), "200 v8.0.0");
    await on.host.deploy("v8.1.0");
  });

  const full = [
    { where: "the transfer", folder: "/var/lib/demo" },
    { where: "the filling of the slot", folder: "/var/www" },
  ];
  for (const { where, folder } of full)
    it(`says that the disk is full in ${where}, and goes on when it isn't any more`, async () => {
      await on.small.whileFull(folder, async () => {
        const said = await messageOf(on.small.build("v8.1.0"));
        assert.match(said, /No space left on device|unable to write/);
        assert.match(said, /\nNow users are still served from blue \(v8\.0\.0\)\. When the cause is gone, start again/);
        assert.equal(await on.small.users(), "200 v8.0.0");
      });
      await on.small.deploy("v8.1.0");
    });

  it("says that the disk is full in the build, keeps nothing of what the slot held before, and goes on when less is built", async () => {
    await on.small.deploy("v8.1.0");
    const said = await messageOf(on.small.build("v8.0.0", { build: ["cat /dev/zero >everything"] }));
    assert.match(said, /build command 1, "cat \/dev\/zero >everything", exited with code 1; [^]*No space left on device/);
    assert.match(said, /users are still served from green \(v8\.1\.0\)/);
    assert.equal(await on.small.users(), "200 v8.1.0");
    await waitFor("what the slot held is gone", 30, async () => !(await on.small.root("ls /var/www")).includes("demo-blue.old"));
    await on.small.deploy("v8.0.0");
  });

  describe("as a candidate", () => {
    const broken = [
      {
        what: "a broken pool file",
        breaks: "echo nonsense >>/etc/demo/fpm-green.conf",
        said: /fpm-green\.conf/,
        mends: "sed -i '$d' /etc/demo/fpm-green.conf",
      },
      {
        what: "a php-fpm that was removed",
        breaks: "for file in /usr/sbin/php-fpm8*; do mv $file $file.away; done",
        said: /php-fpm/,
        mends: "for file in /usr/sbin/php-fpm8*.away; do mv $file ${file%.away}; done",
      },
    ];
    for (const { what, breaks, said, mends } of broken)
      it(`says what the service said of ${what}, and goes on when that is mended`, async () => {
        await on.host.root(breaks);
        try {
          const message = await messageOf(on.host.build("v8.1.0"));
          assert.match(
            message,
            /^v8\.1\.0 could not be built in green on host "web1": start of v8\.1\.0 in green on host "web1" exited with code 1/,
          );
          assert.match(message.replace(/Job for [^]*?journalctl[^\n]*\n/, ""), said);
          assert.match(message, /\nNow users are still served from blue \(v8\.0\.0\)\./);
          assert.equal(await on.host.users(), "200 v8.0.0");
        } finally {
          await on.host.root(mends);
        }
        await on.host.deploy("v8.1.0");
      });

    it("is never shown to users while php.ini is broken, and a corrected one is noticed; users keep the settings that their php-fpm has read", async () => {
      const ini = "/etc/php/8.2/fpm/conf.d/99-mistake.ini";
      await on.host.root(`echo 'auto_prepend_file = /nowhere.php' >${ini}`);
      try {
        await on.host.build("v8.1.0");
        assert.match(await messageOf(on.host.ask("v8.1.0")), /answered 500, not 200/);
        assert.equal(await on.host.users(), "200 v8.0.0");
      } finally {
        await on.host.root(`rm ${ini}`);
      }
      await on.host.deploy("v8.1.0");
    });

    const bad = [
      { release: "v8.1.0-hangs", what: "gives no answer", said: /no answer within 2 s/ },
      { release: "v8.1.0-dies", what: "dies in a request", said: /answered 502, not 200/ },
    ];
    for (const { release, what, said } of bad)
      it(`that ${what} is never shown to users, and a corrected one takes its place`, async () => {
        await on.host.build(release);
        const message = await messageOf(on.host.ask(release, 2));
        assert.match(message, said);
        assert.match(message, /Users are still served from blue \(v8\.0\.0\)\./);
        assert.equal(await on.host.users(), "200 v8.0.0");
        await on.host.deploy("v8.1.0");
        assert.deepEqual(on.host.warnings, [], "nobody waits for what never served users");
      });

    /** A candidate that is being asked and gives no answer before the file /run/go is there. */
    const beingAsked = async (): Promise<{ ended: Promise<unknown> }> => {
      await on.host.build("v8.1.0-hangs");
      const folder = on.host.site.slot[await on.host.slotOf("v8.1.0-hangs")];
      const ended = on.host.ask("v8.1.0-hangs", 600);
      ended.catch(() => undefined);
      await waitFor("the candidate was asked", 60, async () => (await on.host.root(`ls ${folder}/var`)).includes("asked"));
      return { ended };
    };

    it("is asked once more when the connection is cut meanwhile, and users are where they were", async () => {
      const { ended } = await beingAsked();
      await on.host.cut();
      assert.equal(await on.host.users(), "200 v8.0.0");
      await on.host.root("touch /run/go");
      await ended;
      await on.host.deploy("v8.1.0-hangs");
    });

    it("is not taken for good when the host loses its power meanwhile, and users are where they were", async () => {
      const { ended } = await beingAsked();
      await on.host.powerCut();
      assert.match(await messageOf(ended), /Nothing was switched|could not be told|inconclusive/);
      await on.host.powerUp();
      assert.equal(await on.host.users(), "200 v8.0.0");
      await on.host.deploy("v8.1.0");
    });
  });
});
