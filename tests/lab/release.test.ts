import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type { ReleaseInputs, ReleaseState } from "../../components/release/contract";
import { release } from "../../components/release/handler";
import { receivePack } from "../../components/release/held";
import { setUpCommand } from "../../components/switch/setup";
import type { Host } from "../../host/host";
import { fpmUnit, siteOf } from "../../host/site";
import { Secret } from "../../host/secret";
import { connectHost } from "../../host/ssh";
import { type Lab, sshArguments, freshLab, stopLab } from "../../lab/lab";
import { run, waitFor } from "../../lab/process";
import type { Context, Live } from "../../provider/handler";
import { rootOn } from "./by-hand";

const site = siteOf("demo");
const { blue, green } = site.slot;

describe("a release, on a real host", function () {
  this.timeout(120_000);

  let lab: Lab;
  let host: Host & { close(): void };
  let repository: string;
  const commits: Record<string, string> = {};

  before(async () => {
    lab = await freshLab("releasetest", [{ name: "web1", role: "web" }]);
    host = connect();
    const { create, stdin } = setUpCommand(site, { serverName: "_", admitted: [] });
    const { exitCode, stderr } = await run([...sshArguments(lab, "web1"), create], { stdin, timeoutSeconds: 60 });
    assert.equal(exitCode, 0, stderr);
    await root(`echo "APP_ENV='prod'" >${site.shared}/.env.local`);
    repository = mkdtempSync(join(tmpdir(), "release-test-"));
    git("init", "--quiet", "--initial-branch=main");
    commit("v8.0.0", { "public/index.php": "<?php echo 'v8.0.0';", "public/uploads/.gitkeep": "", "blob.bin": randomText(1_000_000) });
    commit("v8.0.1", { "public/index.php": "<?php echo 'v8.0.1';" });
    commit("v8.1.0", { "public/index.php": "<?php echo 'v8.1.0';" });
    commit("v8.2.0", { "public/index.php": "<?php echo 'v8.2.0';" });
    symlinkSync("/etc", join(repository, "config"));
    commit("v9.0.0", {});
  });

  after(async () => {
    host?.close();
    await stopLab("releasetest");
    if (repository !== undefined) rmSync(repository, { recursive: true });
  });

  const git = (...words: string[]): string =>
    execFileSync("git", ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "core.safecrlf=false", ...words], {
      encoding: "utf8",
    }).trim();

  const commit = (tag: string, files: Record<string, string>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
      chmodSync(join(repository, path), 0o644);
    }
    git("add", "--all");
    git("commit", "--quiet", "--message", tag);
    git("tag", tag);
    commits[tag] = git("rev-parse", "HEAD");
  };

  const connect = (): Host & { close(): void } => {
    const [web1] = lab.hosts;
    assert.ok(web1);
    return connectHost({ ...web1, privateKeyPath: lab.deployKeyPath });
  };

  /** By hand, as root. */
  const root = (script: string): Promise<string> => rootOn(lab, "web1", script);

  const inputs = (tag: string, more: Partial<ReleaseInputs> = {}): ReleaseInputs => ({
    host: "web1",
    repository,
    release: tag,
    commit: commits[tag] ?? "",
    build: ["echo built >>public/uploads/built", "mkdir -p var/cache && echo $APP_ENV $APP_DEBUG $(id -un) $HOME >var/cache/built"],
    shared: [".env.local", "public/uploads"],
    buildTimeoutSeconds: 60,
    environment: "by hand",
    ...more,
  });

  const context = (over: { signal?: AbortSignal; host?: Host; progress?: (text: string) => void; environment?: Secret } = {}): Context =>
    ({
      inventory: { site, host: () => over.host ?? host, environment: over.environment },
      signal: over.signal ?? new AbortController().signal,
      progress: over.progress ?? (() => undefined),
    }) as unknown as Context;

  const read = (wanted: ReleaseInputs, over: Parameters<typeof context>[0] = {}): Promise<Live<ReleaseInputs, ReleaseState>> =>
    release.read(wanted, undefined, context(over));
  const deploy = async (wanted: ReleaseInputs, over: Parameters<typeof context>[0] = {}): Promise<ReleaseState> =>
    release.act(await read(wanted, over), wanted, context(over));
  const users = (slot: string): Promise<string> => root(`ln -sfn ${slot} ${site.current}`);
  const candidate = (): Promise<string> => root("curl -s --max-time 10 http://127.0.0.1:8080/");
  const hasMarker = (slot: string): Promise<string> => root(`[ -e ${slot}/.release.json ] && echo yes || echo no`);
  const packs = async (): Promise<number[]> =>
    (await root(`stat -c %s $(ls -tr ${site.state}/repository/objects/pack/*.pack)`)).split("\n").map(Number);

  it("builds the first release in blue and shows it on 127.0.0.1:8080, while users are served nothing yet", async () => {
    const wanted = inputs("v8.0.0");
    const live = await read(wanted);
    assert.equal(live.inputs.commit, "none");
    assert.equal(release.plan(live, wanted).change, "in blue, the first release");
    const state = await deploy(wanted);
    assert.deepEqual([state.slot, state.commit, state.previousRelease], ["blue", commits["v8.0.0"], null]);
    assert.equal(await candidate(), "v8.0.0");
    assert.equal(await root(`[ -e ${site.current} ] && echo yes || echo no`), "no");
  });

  it("builds as the runtime user, in a production environment, with a home that it can write to", async () => {
    assert.equal(await root(`cat ${blue}/var/cache/built`), "prod 0 www-data /var/cache/demo-build");
    assert.equal(await root(`find ${blue}/ -not -name .release.json -not -user www-data`), "");
    assert.equal(await root(`find ${blue}/ -perm /022 -not -type l`), "");
  });

  it("links what releases share before the build, in the place of what the release brings", async () => {
    assert.equal(
      await root(`readlink ${blue}/public/uploads ${blue}/.env.local`),
      `${site.shared}/public/uploads\n${site.shared}/.env.local`,
    );
    assert.equal(await root(`stat -c %U ${site.shared}/public/uploads; cat ${site.shared}/public/uploads/built`), "www-data\nbuilt");
  });

  it("builds the next release in the other slot and sends only what is new", async () => {
    await users(blue);
    const wanted = inputs("v8.0.1");
    const state = await deploy(wanted);
    assert.deepEqual([state.slot, state.previousRelease, state.change], ["green", "v8.0.0", "in green, replacing v8.0.0"]);
    assert.equal(await candidate(), "v8.0.1");
    assert.equal(await root("curl -s http://127.0.0.1/"), "v8.0.0");
    const [first = 0, second = 0] = await packs();
    assert.ok(first > 700_000 && second < 2_000, `${first} and ${second} bytes`);
  });

  it("does not build again what stands finished in the idle slot, and brings its php-fpm back", async () => {
    await root(`systemctl stop ${fpmUnit("demo", "green")}; rm ${site.candidate}`);
    const builds = await root(`wc -l <${site.shared}/public/uploads/built`);
    const wanted = inputs("v8.0.1");
    assert.equal((await deploy(wanted)).change, "already built in green");
    assert.equal(await candidate(), "v8.0.1");
    assert.equal(await root(`wc -l <${site.shared}/public/uploads/built`), builds);
  });

  it("finds nothing to do when users are on the wanted commit", async () => {
    const live = await read(inputs("v8.0.0"));
    assert.equal(live.inputs.commit, commits["v8.0.0"]);
    assert.deepEqual([live.state.slot, live.state.change], ["blue", "unchanged"]);
  });

  it("sends nothing when the host holds the commit already", async () => {
    await root(`rm ${green}/.release.json`);
    const before = await packs();
    await deploy(inputs("v8.0.1"));
    assert.deepEqual(await packs(), before);
  });

  it("says which build command failed, its exit code and last lines, and leaves users and no marker", async () => {
    const wanted = inputs("v8.1.0", { build: ["echo one", "echo it broke >&2; (exit 3) | cat", "echo three"] });
    await assert.rejects(deploy(wanted), (error: Error) => {
      assert.equal(
        error.message,
        'v8.1.0 could not be built in green on host "web1": build command 2, "echo it broke >&2; (exit 3) | cat", exited with code 3; its last lines:\n' +
          "    it broke\nNow users are still served from blue (v8.0.0). Correct it, then start again: the slot is filled anew.",
      );
      return true;
    });
    assert.equal(await root("curl -s http://127.0.0.1/"), "v8.0.0");
    assert.equal(await hasMarker(green), "no");
  });

  it("ends a build command that takes too long, with everything it started", async () => {
    const wanted = inputs("v8.1.0", { build: ["setsid sleep 1001 & sleep 1002"], buildTimeoutSeconds: 1 });
    await assert.rejects(deploy(wanted), /build command 1, .* took longer than 1 s/);
    assert.equal(await root("pgrep -fc '^sleep 100[12]' || true"), "0");
  });

  /** A build that started something in the background, and what was said of it. */
  const endlessBuild = (): { wanted: ReleaseInputs; begun: Promise<void>; progress: (text: string) => void } => {
    let begin: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    return {
      wanted: inputs("v8.1.0", { build: ["setsid sleep 1001 & echo begun; sleep 1002"] }),
      begun,
      progress: (text) => void (text.endsWith(": begun") && begin()),
    };
  };

  it("stops a build when it is cancelled: no process is left, no marker, and the next run continues", async () => {
    const { wanted, begun, progress } = endlessBuild();
    const cancel = new AbortController();
    const ended = assert.rejects(deploy(wanted, { signal: cancel.signal, progress }), {
      name: "Cancelled",
      message: "build of v8.1.0 in green was cancelled; users are still served from blue (v8.0.0)",
    });
    await begun;
    cancel.abort();
    await ended;
    assert.equal(await root("pgrep -fc '^sleep 100[12]' || true"), "0");
    assert.equal(await hasMarker(green), "no");
    assert.equal((await deploy(inputs("v8.1.0"))).slot, "green");
    assert.equal(await candidate(), "v8.1.0");
  });

  it("leaves no build behind when the deployer's connection goes", async () => {
    await root(`rm ${green}/.release.json`);
    const { wanted, begun, progress } = endlessBuild();
    const dying = connect();
    const ended = assert.rejects(deploy(wanted, { host: dying, progress }), /lost its connection/);
    await begun;
    dying.close();
    await ended;
    await waitFor("the build is gone", 15, async () => (await root("pgrep -fc '^sleep 100[12]' || true")) === "0");
    assert.equal((await deploy(inputs("v8.1.0"))).change, "in green, replacing v8.0.0");
  });

  it("ends what a dead deployer left running in the slot", async () => {
    await root("systemd-run --quiet --unit=demo-build-green-1.service sleep 1003");
    await deploy(inputs("v8.2.0"));
    assert.equal(await root("pgrep -fc '^sleep 1003' || true"), "0");
    assert.equal(await candidate(), "v8.2.0");
  });

  it("names a shared file that is missing before it changes anything", async () => {
    const wanted = inputs("v8.1.0", { shared: [".env.local", "config/keys.json"] });
    await assert.rejects(
      deploy(wanted),
      /the shared file \/var\/www\/demo-shared\/config\/keys\.json does not exist; users are still served from blue/,
    );
    assert.equal(await candidate(), "v8.2.0");
    assert.equal(await hasMarker(green), "yes");
  });

  it("gives each slot the stack's environment, for root and php-fpm alone, and makes a release anew for another one or one changed by hand", async () => {
    const wanted = inputs("v8.1.0", { shared: ["public/uploads"], environment: "0123", build: ["cat .env.local >read-by-build"] });
    const first = { environment: new Secret("APP_ENV='prod'\nPASSWORD='a'\n") };
    await deploy(wanted, first);
    assert.equal(
      await root(`stat -c '%F %a %U:%G' ${green}/.env.local; cat ${green}/read-by-build`),
      "regular file 640 root:www-data\nAPP_ENV='prod'\nPASSWORD='a'",
    );
    await users(green);
    const changeFor = async (over: typeof first): Promise<string> => `${release.plan(await read(wanted, over), wanted).change.toString()}`;
    assert.equal(await changeFor(first), "unchanged");
    const second = { environment: new Secret("APP_ENV='prod'\nPASSWORD='b'\n") };
    assert.equal(await changeFor(second), "in blue, made anew: another environment");
    await deploy(wanted, second);
    assert.equal(
      await root(`tail -n 1 ${blue}/.env.local ${green}/.env.local`),
      `==> ${blue}/.env.local <==\nPASSWORD='b'\n\n==> ${green}/.env.local <==\nPASSWORD='a'`,
    );
    assert.equal(await changeFor(second), "already built in blue");
    await root(`echo DEBUG=1 >>${green}/.env.local`);
    assert.equal(await changeFor(first), "in blue, made anew: another environment");
    await users(blue);
    await deploy(inputs("v8.2.0"));
  });

  it("refuses a shared path that a link of the release takes elsewhere", async () => {
    await root("mkdir -p /etc/jwt && touch /etc/jwt/precious");
    await assert.rejects(
      deploy(inputs("v9.0.0", { shared: ["config/jwt"] })),
      /the shared path "config\/jwt" leads through a link of the release to somewhere else/,
    );
    assert.equal(await root("ls /etc/jwt"), "precious");
  });

  it("never touches the slot that users are served from, even when somebody switched after the look", async () => {
    const wanted = inputs("v8.2.0");
    await deploy(wanted);
    const live = await read(inputs("v8.1.0"));
    await users(green);
    await assert.rejects(release.act(live, inputs("v8.1.0"), context()), /users are served from green by now/);
    assert.equal(await root("curl -s http://127.0.0.1/"), "v8.2.0");
    assert.equal(await hasMarker(green), "yes");
    await users(blue);
  });

  it("does not give up the release before a switch that was cut short, the only one that is proven", async () => {
    await deploy(inputs("v8.1.0"));
    await users(green);
    await root(`printf %s ${blue} >${site.state}/switching`);
    await assert.rejects(
      deploy(inputs("v8.2.0")),
      /was cut short before it was proven, and blue holds the release before it[^]*selfhelp rollback/,
    );
    assert.equal(await hasMarker(blue), "yes");
    await root(`rm ${site.state}/switching`);
    await users(blue);
  });

  it("puts into the slot what the repository's own attributes make of a commit, and nothing of what git is told on the host", async () => {
    const attributes = [
      "id ident",
      "crlf text eol=crlf",
      "wide text working-tree-encoding=UTF-16LE",
      "about export-subst",
      "gone export-ignore",
    ];
    const wide = Buffer.from("a\nb\n", "utf16le").toString();
    commit("v8.4.0", {
      ".gitattributes": `${attributes.join("\n")}\nloud filter=loud\n`,
      ...{
        id: "$Id$\n",
        crlf: "a\nb\n",
        wide,
        about: "$Format:%H$\n",
        gone: "",
        loud: "quiet\n",
        plain: "a\nb\n",
        "composer.json": "{}\n",
      },
    });
    await root(`
      printf '[core]\\nautocrlf = true\\nhooksPath = /root/hooks\\n[filter "loud"]\\nsmudge = tee /root/filtered\\n' >/etc/gitconfig
      mkdir -p /root/.config/git /root/hooks; echo 'plain export-ignore' | tee /etc/gitattributes >/root/.config/git/attributes
      printf '#!/bin/sh\\ntouch /root/hooked\\n' >/root/hooks/reference-transaction; chmod 755 /root/hooks/reference-transaction`);
    let slot = "";
    try {
      slot = site.slot[(await deploy(inputs("v8.4.0", { build: [] }))).slot];
    } finally {
      await root("rm -r /etc/gitconfig /etc/gitattributes /root/.config/git /root/hooks");
    }
    const names = ["id", "crlf", "wide", "about", "loud", "plain"];
    const bytes = (await root(`cd ${slot}; for name in ${names.join(" ")}; do base64 -w0 $name; echo; done; ls -d gone /root/filtered /root/hooked 2>/dev/null || true`)).split("\n"); // prettier-ignore
    assert.deepEqual(
      bytes.map((text) => Buffer.from(text, "base64").toString()),
      [`$Id: ${git("rev-parse", "v8.4.0:id")} $\n`, "a\r\nb\r\n", wide, `${commits["v8.4.0"]}\n`, "quiet\n", "a\nb\n"],
    );
    rmSync(join(repository, ".gitattributes"));
    commit("v8.4.1", {});
  });

  it("does not take a half transfer for a whole one, and recovers from it", async () => {
    commit("v8.3.0", { "public/index.php": "<?php echo 'v8.3.0';", "more.bin": randomText(500_000) });
    const id = commits["v8.3.0"] ?? "";
    const pack = execFileSync("git", ["-C", repository, "pack-objects", "--stdout", "--revs", "-q"], { input: `${id}\n`, maxBuffer: 1e8 });
    const half = Readable.from([pack.subarray(0, pack.length / 2)]);
    await assert.rejects(host.run(receivePack(site, id), { as: "root", purpose: "transfer", stdin: half, timeoutSeconds: 30 }), {
      name: "CommandFailed",
    });
    assert.equal(await root(`git -C ${site.state}/repository for-each-ref refs/releases/${id}`), "");
    await deploy(inputs("v8.3.0"));
    assert.equal(await candidate(), "v8.3.0");
    assert.equal(await root(`find ${site.state}/repository/objects -name 'tmp_*'`), "");
  });

  describe("whose author means harm", () => {
    before(async () => {
      await users(blue);
      await root("echo precious >/etc/precious; chmod 600 /etc/precious");
    });
    afterEach(async () => assert.equal(await root("stat -c '%a %U:%G' /etc/precious; cat /etc/precious"), "600 root:root\nprecious"));

    it("gains nothing by links that its build plants where root writes next", async () => {
      const plant = "for name in .release.json .release.json.next .env.local; do ln -sfn /etc/precious $name; done";
      await deploy(inputs("v8.2.0", { build: [plant] }));
      assert.equal(await root(`stat -c '%F %U' ${green}/.release.json`), "regular file root");
      assert.equal(await hasMarker(green), "yes");
    });

    it("gains nothing by links that what runs as its user plants again and again while a slot is filled", async () => {
      const planting = `while sleep 0.001; do ln -sfn /etc/precious ${green}/.env.local 2>/dev/null; done`;
      await root(`systemd-run --quiet --unit=planting --uid=www-data bash -c '${planting.replaceAll("$", "$$$$")}'`);
      const wanted = inputs("v8.1.0", { shared: ["public/uploads"], environment: "0123", build: [] });
      try {
        for (const secret of ["a", "b", "c"]) await deploy(wanted, { environment: new Secret(`SECRET='${secret}'\n`) });
      } finally {
        await root("systemctl stop planting");
      }
      await deploy(wanted, { environment: new Secret("SECRET='d'\n") });
      assert.equal(await root(`cat ${green}/.env.local`), "SECRET='d'");
    });

    const object = (type: string, content: Buffer | string): string =>
      execFileSync("git", ["-C", repository, "hash-object", "-t", type, "-w", "--literally", "--stdin"], { input: content })
        .toString()
        .trim();
    const tree = (...entries: [mode: string, name: string, id: string][]): string =>
      object(
        "tree",
        Buffer.concat(entries.map(([mode, name, id]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]))),
      );
    /** A commit of a tree that git itself would never make. */
    const forged = (tag: string, ...entries: Parameters<typeof tree>): void => {
      commits[tag] = git("commit-tree", "-m", tag, tree(...entries));
      git("tag", tag, commits[tag]);
    };

    it("gains nothing by a tree whose paths lead out of the slot", async () => {
      const file = object("blob", "planted");
      const folder = tree(["100644", "planted", file]);
      forged("v9.1.0", ["40000", "..", folder]);
      forged("v9.2.0", ["120000", "out", object("blob", "/etc")], ["40000", "out", folder]);
      forged("v9.3.0", ["100644", "../planted", file]);
      for (const tag of ["v9.1.0", "v9.2.0", "v9.3.0"])
        await deploy(inputs(tag, { shared: ["public/uploads"], build: [] })).catch(() => undefined);
      assert.equal(await root("find /etc /var/www -name planted -not -path '/var/www/demo-green/*'"), "");
    });
  });

  it("leaves nothing of what the slot held before", async () => {
    await root(`touch ${green}/left-over`);
    await deploy(inputs("v8.1.0"));
    assert.equal(await root(`ls -A ${green}`), ".env.local\n.release.json\nblob.bin\npublic\nvar");
    await waitFor("the former files are removed", 20, async () =>
      (await root("ls /var/www")).split("\n").every((name) => !name.endsWith(".old")),
    );
  });

  it("takes over what was installed for the same composer.lock, from users' slot or the former one, unless it was changed since", async () => {
    commit("v10.0.0", { "composer.lock": "one" });
    commit("v10.0.1", { "public/index.php": "<?php echo 'v10.0.1';" });
    commit("v10.1.0", { "composer.lock": "two" });
    commit("v10.1.1", { "composer.lock": "one" });
    const build = ["[ -e vendor/installed ] || { mkdir vendor; date +%s.%N >vendor/installed; }"];
    const installedFor = async (tag: string): Promise<string> => {
      const { slot } = await deploy(inputs(tag, { build }));
      await users(site.slot[slot]);
      return root(`cat ${site.slot[slot]}/vendor/installed; stat -c %U ${site.slot[slot]}/vendor/installed`);
    };
    const first = await installedFor("v10.0.0");
    assert.match(first, /^\d+\.\d+\nwww-data$/);
    assert.equal(await installedFor("v10.0.1"), first, "from the slot that users are served from");
    const other = await installedFor("v10.1.0");
    assert.notEqual(other, first);
    assert.equal(await installedFor("v10.0.0"), first, "from what was in the slot before");
    await root(`for slot in ${blue} ${green}; do echo by hand >$slot/vendor/installed; done`);
    assert.match(await installedFor("v10.1.1"), /^\d+\.\d+\n/);
  });

  it("refuses a release with packages that are for development only, and names them", async () => {
    const tools = { name: "demo/tools", version: "1.0.0" };
    const repositories = [{ type: "path", url: "packages/tools" }, { "packagist.org": false }];
    rmSync(join(repository, "composer.lock"));
    commit("v11.0.0", {
      "packages/tools/composer.json": JSON.stringify(tools),
      "composer.json": JSON.stringify({ name: "demo/app", repositories, "require-dev": { [tools.name]: "*" } }),
    });
    await assert.rejects(
      deploy(inputs("v11.0.0", { build: ["composer install --no-interaction"] })),
      /the build has installed packages that are for development only: demo\/tools; users are still served from .* --no-dev/,
    );
    const { slot } = await deploy(inputs("v11.0.0", { build: ["composer install --no-dev --no-interaction"] }));
    assert.equal(await hasMarker(site.slot[slot]), "yes");
  });
});

const randomText = (length: number): string => randomBytes(length).toString("base64").slice(0, length);
