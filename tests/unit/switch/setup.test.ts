import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagesCommand, setUpCommand } from "../../../components/switch/setup";
import { siteFiles } from "../../../components/switch/site-files";
import { siteOf } from "../../../host/site";

const site = siteOf("demo");
const fileAt = (path: string, serverName = "cms.example.org"): string => {
  const file = siteFiles(site, { serverName, admitted: [] }).find((candidate) => candidate.path === path);
  assert.ok(file, path);
  return file.text;
};

describe("the files of a site", () => {
  it("choose php-fpm by where the release really stands", () => {
    assert.ok(
      fileAt("/etc/nginx/conf.d/demo.conf").includes(`map $release_root $demo_fpm {
    default unix:/run/demo-fpm-green/php.sock;
    ~/demo-blue/public$ unix:/run/demo-fpm-blue/php.sock;
}`),
    );
  });

  it("read the link once for each request, in a way that nginx keeps", () => {
    const texts = siteFiles(site, { serverName: "_", admitted: [] }).map(({ text }) => text);
    assert.equal(texts.join("").match(/\$realpath_root/g)?.length, 1);
    assert.match(fileAt("/etc/nginx/conf.d/demo.conf"), /map "" \$demo_link \{\n +default \$realpath_root;\n\}/);
    assert.match(fileAt("/etc/nginx/snippets/demo.conf"), /^set \$release_root \$demo_link;$/m);
  });

  it("answer 503 during maintenance to users, but not to the checks of the candidate", () => {
    const [live, candidate] = fileAt("/etc/nginx/conf.d/demo.conf").split("listen 127.0.0.1:8080;");
    assert.match(live ?? "", /if \(-f \/var\/lib\/demo\/maintenance\) \{\n +set \$closed 1;[^]*if \(\$closed\) \{\n +return 503;/);
    assert.doesNotMatch(candidate ?? "", /maintenance/);
  });

  it("take one name, or every name on a host that serves nothing else", () => {
    assert.match(fileAt("/etc/nginx/conf.d/demo.conf"), /listen 80;\n.*\n +server_name cms\.example\.org;/);
    assert.match(fileAt("/etc/nginx/conf.d/demo.conf", "_"), /listen 80 default_server;\n.*\n +server_name _;/);
  });

  it("give variables that nginx can read to an application with a dash in its name", () => {
    assert.match(siteFiles(siteOf("self-help"), { serverName: "_", admitted: [] })[2]?.text ?? "", /map \$release_root \$self_help_fpm \{/);
  });

  it("let a stopping php-fpm end the requests under way before systemd loses its patience", () => {
    const unit = fileAt("/etc/systemd/system/demo-fpm@.service");
    const patience = Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]);
    const end = Number(/process_control_timeout = (\d+)s/.exec(fileAt("/etc/demo/fpm-blue.conf"))?.[1]);
    assert.ok(patience > end, `${patience} > ${end}`);
    assert.match(unit, /KillSignal=SIGQUIT/);
  });

  it("give each slot a socket and a log of its own", () => {
    assert.match(fileAt("/etc/demo/fpm-blue.conf"), /^listen = \/run\/demo-fpm-blue\/php\.sock$/m);
    assert.match(fileAt("/etc/demo/fpm-green.conf"), /^syslog\.ident = demo-fpm-green$/m);
  });
});

describe("the set-up command", () => {
  it("is short on the command line, since Pulumi shows it when it fails, and carries the rest on stdin", () => {
    const { create, stdin } = setUpCommand(site, { serverName: "cms.example.org", admitted: [] });
    assert.ok(create.length < 500, create);
    assert.ok(create.startsWith("'sudo' '-n' '-H' '-u' 'root' '--' 'timeout' "), create);
    assert.ok(
      stdin.includes(`nginx /etc/nginx/conf.d/demo.conf ${Buffer.from(fileAt("/etc/nginx/conf.d/demo.conf")).toString("base64")}\n`),
    );
  });

  it("does nothing when its script arrives only in part", () => {
    const { stdin } = setUpCommand(site, { serverName: "_", admitted: [] });
    const folder = mkdtempSync(join(tmpdir(), "setup-"));
    try {
      const parameters = ["demo", "_", "root", `${folder}/shared`, `${folder}/state`, `${folder}/backups`];
      const { status } = spawnSync("bash", ["-euo", "pipefail", "-s", "--", ...parameters], {
        input: stdin.slice(0, -5),
        encoding: "utf8",
      });
      assert.notEqual(status, 0);
      assert.equal(spawnSync("ls", ["-A", folder], { encoding: "utf8" }).stdout, "");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are one line for the login shell, as a csh needs it", () => {
    for (const { create } of [packagesCommand(), setUpCommand(site, { serverName: "_", admitted: [] })]) assert.doesNotMatch(create, /\n/);
  });

  it("are bash that parses, all of them", () => {
    const both = [packagesCommand(), setUpCommand(site, { serverName: "_", admitted: [] })];
    for (const text of both.flatMap(({ create, stdin }) => [create, stdin]))
      assert.equal(spawnSync("bash", ["-n"], { input: text, encoding: "utf8" }).stderr, "");
  });
});
