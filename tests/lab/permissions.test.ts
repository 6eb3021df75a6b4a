import assert from "node:assert/strict";
import { join } from "node:path";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, onHost, stopLab } from "../../lab/lab";
import { LabStack, removeConfig } from "../../lab/stack";
import { rootOn } from "./by-hand";

const shared = "/var/www/selfhelp-shared";

describe("permissions of a site's files, on a real host", function () {
  this.timeout(180_000);
  let lab: Lab;
  let stack: LabStack;
  let blue: string;

  before(async () => {
    lab = await freshLab("permissions");
    await createHistory(join(lab.folder, "selfhelp-backend"));
    stack = new LabStack(lab);
    await root("useradd --create-home second");
    await stack.configure({ release: "v8.0.1" });
  });
  after(async () => {
    await stopLab("permissions");
    removeConfig("permissions");
  });

  const root = (script: string): Promise<string> => rootOn(lab, "web1", script);
  /** Whether a user of the host may do something. */
  async function may(user: string, script: string): Promise<boolean> {
    const { exitCode } = await onHost(lab, "web1", ["sudo", "-n", "-u", user, "bash", "-c", script]);
    return exitCode === 0;
  }
  async function up(): Promise<string> {
    const { output, exitCode } = await stack.up();
    assert.equal(exitCode, 0, output);
    return output;
  }
  async function preview(): Promise<string> {
    const { output, exitCode } = await stack.preview("--diff");
    assert.equal(exitCode, 0, output);
    return output;
  }
  const hardening = async (): Promise<unknown> => (await stack.outputs())["hardening"];
  const modeOf = (path: string): Promise<string> => root(`stat -c '%a %U:%G' -- ${path}`);
  const served = async (): Promise<string> => {
    const answer = await fetch(`http://${hostOf(lab, "web1").address}/cms-api/v1/health`, { signal: AbortSignal.timeout(10_000) });
    return ((await answer.json()) as { release: string }).release;
  };
  /** Owners, modes and times of change of all but what PHP writes in. */
  const untouched = (): Promise<string> =>
    root(`find ${blue} ${shared} -xdev -not -path '*/var/*' -printf '%p %m %u:%g %C@\\n' | sort | sha256sum`);

  it("takes a release's code away from PHP before anybody is served from it, and leaves nothing for the next up", async () => {
    const before = await preview();
    assert.match(before, /permissions\s*: "of the release in blue, once it is built"/);
    await up();
    blue = await root("readlink /var/www/selfhelp-current");
    assert.equal(await modeOf(`${blue} ${blue}/public/index.php ${blue}/bin/console`), "755 root:root\n644 root:root\n755 root:root");
    assert.equal(await modeOf(`${blue}/.env.local ${blue}/var`), "640 root:www-data\n750 www-data:www-data");
    assert.equal(await root(`find ${blue}/ -not -path '*/var*' -not -type l \\( -not -user root -o -perm /022 \\)`), "");
    assert.deepEqual(await hardening(), { permissions: "as wanted" });
    const kept = await untouched();
    assert.match(await up(), /Resources:\s+\d+ unchanged/);
    assert.equal(await untouched(), kept);
  });

  it("leaves nothing of development in it", async () => {
    assert.equal(await root(`ls -d ${blue}/tests ${blue}/phpunit.xml.dist 2>/dev/null || true`), "");
  });

  it("lets PHP read what it needs and write where it has to, and nowhere else", async () => {
    const php = (script: string): Promise<boolean> => may("www-data", `cd ${blue} && ${script}`);
    for (const script of [
      "cat .env.local public/index.php config/jwt/private.pem",
      "touch var/new var/log/new public/uploads/new && rm var/new var/log/new public/uploads/new",
      "php bin/console cache:clear --env=prod --no-interaction",
    ])
      assert.equal(await php(script), true, script);
    for (const script of [
      "echo '<?php' >>public/index.php",
      "touch public/shell.php",
      "mv public away",
      "chmod u+w public/index.php",
      "echo APP_SECRET=mine >>.env.local",
      "rm .env.local",
      "echo mine >config/jwt/private.pem",
      "touch config/jwt/mine.pem",
      "ln -s /etc public/etc",
      "ls /var/backups/selfhelp",
      "touch .release.json",
    ])
      assert.equal(await php(script), false, script);
  });

  it("lets another user of the host read no secret, no log, no upload and no backup, and write nothing", async () => {
    assert.equal(await may("second", `cat ${blue}/public/index.php`), true);
    for (const script of [
      `cat ${blue}/.env.local`,
      `cat ${blue}/.env`,
      `cat ${shared}/config/jwt/private.pem`,
      `ls ${shared}/config/jwt`,
      `ls ${shared}/var/log`,
      `ls ${shared}/public/uploads`,
      `ls ${blue}/var/cache`,
      "ls /var/backups/selfhelp",
      `touch ${blue}/public/shell.php`,
      `touch ${shared}/x`,
      `echo >>${blue}/public/index.php`,
    ])
      assert.equal(await may("second", script), false, script);
  });

  it("shows by name what somebody changed by hand, corrects that alone, and follows no link out of the release", async () => {
    const odd = `$'${blue}/src/a\\n"b\\' -c.php'`;
    await root(`
      cd ${blue}
      chmod 666 public/index.php; chown www-data src/Kernel.php; mkdir -m 777 public/open; ln -s /etc public/etc; echo x >${odd}; chmod 622 ${odd}
      chmod 644 .env.local; mkdir tests; echo '<?php' >tests/Left.php; chmod 4755 bin/console; echo x >-rf; chmod 666 ./-rf
      echo foreign >/home/second/file; chown second /home/second/file; ln /home/second/file public/linked; chmod 666 /home/second/file
      chmod 755 ${shared}/config/jwt; touch ${shared}/public/uploads/of-root`);
    const bystanders = `stat -c '%n %a %U %Z' /etc /etc/passwd ${blue}/composer.json ${blue}/src/Release.php ${shared}/var/log; stat -c '%a %U' /home/second/file`;
    const before = await root(bystanders);
    const seen = await preview();
    for (const problem of [
      `${blue}/public/index.php is 666, not 644`,
      `${blue}/src/Kernel.php belongs to www-data:root, not root:root`,
      `${blue}/public/open is 777, not 755`,
      `${blue}/public/etc leads out of the release, to /etc`,
      `${blue}/tests is a development file`,
      "and 2 more",
    ])
      assert.ok(seen.includes(problem), `${problem}:\n${seen}`);
    assert.match(seen, /permissions\s*: .*"12 differ: /);
    assert.match(await up(), /permissions\s*: .*"12 corrected: /);
    assert.equal(await root(bystanders), before);
    assert.equal(await root(`cat /home/second/file ${blue}/public/linked; stat -c %h /home/second/file`), "foreign\nforeign\n1");
    assert.equal(
      await modeOf(`${blue}/public/index.php ${blue}/src/Kernel.php ${odd} ${blue}/.env.local ${blue}/public/linked ${shared}/config/jwt`),
      "644 root:root\n644 root:root\n644 root:root\n640 root:www-data\n644 root:root\n750 root:www-data",
    );
    assert.equal(await root(`ls -d ${blue}/tests ${blue}/public/etc 2>/dev/null || true`), "");
    assert.deepEqual(await hardening(), { permissions: "as wanted" });
    assert.match(await up(), /Resources:\s+\d+ unchanged/);
  });

  it("shows strange names so that they can't pass for anything else", async () => {
    await root(`echo x >$'${blue}/src/a\\ncount 0\\nend'; chmod 666 $'${blue}/src/a\\ncount 0\\nend'`);
    assert.match(await preview(), /src\/a\\+ncount 0\\+nend\\?" is 666, not 644/);
    await root(`rm $'${blue}/src/a\\ncount 0\\nend'`);
  });

  it("says what it could not correct, why, and what to type; then the next up goes on", async () => {
    await root(`chmod 666 ${blue}/composer.json ${blue}/src/Kernel.php; chattr +i ${blue}/composer.json`);
    const { output, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0);
    assert.match(output, /host "web1": 1 file is still not as wanted:\s+\S+composer\.json is 666, not 644: Operation not permitted/);
    assert.match(output, /sudo chattr -ia -- '\S+composer\.json'/);
    assert.match(output, /users are served from blue/);
    assert.equal(await modeOf(`${blue}/src/Kernel.php`), "644 root:root");
    assert.match(await preview(), /permissions\s*: .*"1 differ: \S+composer\.json is 666, not 644/);
    await stack.configure({ release: "v8.0.1", hardening: { permissions: { enabled: false } } });
    await up();
    await stack.configure({ release: "v8.0.1" });
    await root(`chattr -i ${blue}/composer.json`);
    await up();
    assert.equal(await modeOf(`${blue}/composer.json`), "644 root:root");
  });

  it("never changes a file of somebody else that has a second name in a release", async () => {
    await root(`echo secret >/root/secret; chmod 600 /root/secret; ln /root/secret ${blue}/public/linked-secret`);
    const { output, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0);
    assert.match(output, /linked-secret is 600, not 644 and has 2 names: it is a hard link, .*sudo rm -- '\S+linked-secret'/);
    assert.equal(await modeOf("/root/secret"), "600 root:root");
    await root(`rm ${blue}/public/linked-secret`);
    assert.match(await up(), /Resources:/);
  });

  it("takes another config for what is wanted, and shows what follows from it", async () => {
    await root(`echo x >${blue}/NOTES.md; chmod 644 ${blue}/NOTES.md`);
    await stack.configure({ release: "v8.0.1", hardening: { permissions: { developmentFiles: ["*.md"] } } });
    const seen = await preview();
    assert.ok(seen.includes(`${blue}/NOTES.md is a development file`), seen);
    await stack.configure({ release: "v8.0.1", hardening: { permissions: { enabled: false } } });
    assert.match(await preview(), /permissions\s*: .*"off"/);
    await stack.configure({ release: "v8.0.1" });
    await root(`rm ${blue}/NOTES.md`);
  });

  it("builds the next releases in slots that were hardened, and corrects what is served while another one is built", async () => {
    await root(`chmod 666 ${blue}/public/index.php`);
    await stack.configure({ release: "v8.1.0" });
    assert.match(
      await preview(),
      /permissions\s*: .*"1 differ: \S+blue\/public\/index\.php is 666, not 644; of the release in green, once it is built"/,
    );
    await up();
    assert.equal(await served(), "v8.1.0");
    assert.equal(await modeOf(`${blue}/public/index.php /var/www/selfhelp-green/public/index.php`), "644 root:root\n644 root:root");
    assert.match(await up(), /Resources:\s+\d+ unchanged/);
  });

  it("has nothing to explain after a gradual rollback, but corrects what was changed in that slot meanwhile", async () => {
    await root(`chmod 666 ${blue}/public/index.php`);
    const { output, exitCode } = await stack.selfhelp("rollback", "--yes");
    assert.equal(exitCode, 0, output);
    assert.match(output, /1 corrected: \S+blue\/public\/index\.php is 666, not 644/);
    assert.equal(await served(), "v8.0.1");
    assert.match(await up(), /Resources:\s+\d+ unchanged/);
  });

  it("gains whoever runs code in PHP, or had the backups' folder, nothing by links, pipes and endless files where root's steps write and read", async () => {
    const logging = (text: string, file: string): string =>
      `while sleep 0.2; do echo "[$(date -Is)] app.ERROR: ${text}" >>${file}; done`.replaceAll("$", "$$$$");
    await root(`
      mkdir /srv/precious /srv/backups; echo precious >/srv/precious/file; chmod 600 /srv/precious/file; chown second /srv/backups
      install -m 600 /dev/null /root/own.log
      systemd-run --quiet --unit=own bash -c '${logging("only for root", "/root/own.log")}'
      systemd-run --quiet --unit=planted --uid=www-data bash -c '${logging("its last", `${shared}/var/log/endless.log`)}'
      runuser -u second -- ln -s /srv/precious/file /srv/backups/.lock
      runuser -u www-data -- bash -c '
        cd ${shared}/var/log; ln -s /root/own.log planted.log; mkfifo pipe.log; ln -s /dev/zero device.log; truncate -s 4T endless.log; echo >>endless.log
        cd ../../public/uploads; ln -s /srv/precious media; ln -s /srv/precious/file file; ln -s /etc etc'`);
    const precious = "stat -c '%n %a %U:%G' /srv/precious /srv/precious/* /etc /etc/shadow; cat /srv/precious/file";
    const before = await root(precious);
    const backup = { recipient: lab.backup.recipient, identityPath: lab.backup.identityPath, directory: "/srv/backups" };
    const validation = { logErrors: { warn: 1, fail: false } };
    await stack.configure({ release: "v8.1.0", backup, shared: [".env.local", "config/jwt", "var/log", "public/uploads/media/pictures"] });
    const { output, exitCode } = await stack.up();
    assert.equal(await root(precious), before);
    assert.notEqual(exitCode, 0);
    assert.match(output, /mkdir: .*public\/uploads\/media\/pictures.*: Permission denied/);
    await stack.configure({ release: "v8.1.0", backup, validation });
    const said = await up();
    assert.equal(await root(precious), before);
    assert.match(said, /logged errors: \d+ since [^]*endless\.log: \[\S+\] app\.ERROR: its last/);
    assert.doesNotMatch(output + said, /only for root/);
    assert.equal(await modeOf("/srv/backups /srv/backups/.lock"), "700 root:root\n600 root:root");
    await root(`systemctl stop own planted; rm ${shared}/var/log/*.log`);
    await stack.configure({ release: "v8.1.0" });
    await up();
  });

  it("lets the next release be built there, and switched to", async () => {
    await stack.configure({ release: "v8.1.0" });
    await up();
    await stack.configure({ release: "v8.0.1" });
    await up();
    assert.equal(await served(), "v8.0.1");
    assert.deepEqual(await hardening(), { permissions: "as wanted" });
  });
});
