import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ReleaseInputs, ReleaseState } from "../../components/release/contract";
import { release } from "../../components/release/handler";
import type { SwitchInputs, SwitchState } from "../../components/switch/contract";
import { switchHandler } from "../../components/switch/handler";
import { readServing } from "../../components/switch/read-slots";
import type { SiteOptions } from "../../components/switch/site";
import { setUpCommand } from "../../components/switch/setup";
import type { ValidationState } from "../../components/validation/contract";
import { candidate } from "../../components/validation/handler";
import type { Host } from "../../host/host";
import { type Slot, siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { cutConnections, freshLab, hostOf, type Lab, powerCut, sshArguments, startHost, stopLab } from "../../lab/lab";
import { type Outcome, run } from "../../lab/process";
import type { Context } from "../../provider/handler";
import { Fixture } from "../unit/repository/fixture";
import { rootOn } from "./by-hand";
import { hold } from "./hold";
import { switchContext } from "./switch-context";

/** What the front controller of a release does before it answers, by the release's name. */
const frontControllers: Record<string, string> = {
  "v8.0.0": "",
  "v8.1.0": "",
  "v8.1.0-hangs":
    "file_put_contents(dirname(__DIR__) . '/var/asked', '1'); while (!file_exists('/run/go')) { usleep(50000); clearstatcache(); }",
  "v8.1.0-dies": "posix_kill(posix_getpid(), 9);",
  "v8.1.0-breaks-live": "if ($_SERVER['SERVER_PORT'] === '80') { http_response_code(500); }",
};

/** Makes each of these releases a commit; all but the first have a file that makes them 6 MB large. @returns the commits by release */
const commitReleases = (repository: Fixture): Record<string, string> =>
  Object.fromEntries(
    Object.entries(frontControllers).map(([release, code]) => {
      const files: Record<string, string | Buffer> = { "public/index.php": `<?php ${code} echo "${release}";` };
      if (release !== "v8.0.0") files["large.bin"] = randomBytes(6_000_000);
      return [release, repository.commit(files)];
    }),
  );

/** Where releases come from: a repository, and the commits that they are in it. */
interface Releases {
  repository: string;
  commits: Record<string, string>;
}

/** A host on which releases are built, asked and switched to by the handlers alone, and to which faults are done meanwhile. */
export class FaultHost {
  readonly site = siteOf("demo");
  /** What the steps have warned of. */
  readonly warnings: string[] = [];
  readonly #connection: Host & { close(): void };

  private constructor(
    readonly lab: Lab,
    readonly name: string,
    readonly releases: Releases,
  ) {
    this.#connection = connectHost({ ...hostOf(lab, name), privateKeyPath: lab.deployKeyPath });
  }

  /** A host whose users are served v8.0.0 from blue. @param prepare is done on it first, as root */
  static async start(lab: Lab, name: string, releases: Releases, prepare = ":"): Promise<FaultHost> {
    const host = new FaultHost(lab, name, releases);
    await host.root(prepare);
    await host.setUp();
    await host.build("v8.0.0");
    await host.switchTo("v8.0.0");
    return host;
  }

  close(): void {
    this.#connection.close();
  }

  /** What @pulumi/command does before all steps. */
  async setUp(options: Partial<SiteOptions> = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.trySetUp(options);
    assert.equal(exitCode, 0, stderr);
    return stdout;
  }

  /** The same, whether it is refused or not. */
  trySetUp(options: Partial<SiteOptions> = {}): Promise<Outcome> {
    const { create, stdin } = setUpCommand(this.site, { serverName: "_", admitted: [], ...options });
    return run([...sshArguments(this.lab, this.name), create], { stdin, timeoutSeconds: 60 });
  }

  /** By hand, as root. */
  root(script: string): Promise<string> {
    return rootOn(this.lab, this.name, script);
  }

  /** The step Release. @param over of its inputs */
  async build(tag: string, over: Partial<ReleaseInputs> = {}, progress?: (text: string) => void): Promise<ReleaseState> {
    const wanted: ReleaseInputs = {
      host: this.name,
      repository: this.releases.repository,
      release: tag,
      commit: this.#commit(tag),
      build: ["echo built >built"],
      shared: ["var/log"],
      buildTimeoutSeconds: 60,
      environment: "by hand",
      ...over,
    };
    const context = this.#context(progress);
    return release.act(await release.read(wanted, undefined, context), wanted, context);
  }

  /** The step Candidate. */
  async ask(tag: string, timeoutSeconds = 10): Promise<ValidationState> {
    const wanted = {
      host: this.name,
      slot: await this.slotOf(tag),
      commit: this.#commit(tag),
      release: tag,
      checks: [{ name: "health", path: "/", hostName: "_", timeoutSeconds, status: 200, contains: tag }],
      commands: [],
      schemaCommand: "",
      schema: { mapping: "fail", sync: "fail" } as const,
      newerDatabase: null,
      integrationTest: null,
    };
    return candidate.act(await candidate.read(wanted, undefined, this.#context()), wanted, this.#context());
  }

  /** The step Switch. */
  async switchTo(tag: string, progress?: (text: string) => void): Promise<SwitchState> {
    const [wanted, context] = [await this.switchInputs(tag), this.#context(progress)];
    return switchHandler.act(await switchHandler.read(wanted, undefined, context), wanted, context);
  }

  async switchInputs(tag: string): Promise<SwitchInputs> {
    return {
      hosts: [this.name],
      slots: { [this.name]: await this.slotOf(tag) },
      commits: { [this.name]: this.#commit(tag) },
      unproven: [],
      rollout: { batch: 1, pauseSeconds: 0, maxFailures: 0 },
      hooks: {},
      release: tag,
      probe: { name: "health", path: "/", hostName: "_", timeoutSeconds: 10, status: 200, contains: tag },
      probes: 2,
      inWindow: false,
    };
  }

  /** What a preview would say of the switch to a release: on which hosts users are, and who is unproven. */
  async unproven(): Promise<boolean> {
    return (await readServing(this.#connection, this.site)).switchingFrom !== undefined;
  }

  /** What users are answered under the public name. */
  async users(): Promise<string> {
    const answer = await fetch(`http://${hostOf(this.lab, this.name).address}/`, { signal: AbortSignal.timeout(10_000) });
    return `${answer.status} ${await answer.text()}`;
  }

  /** Everything from the transfer to the switch, as the next `pulumi up` does it. */
  async deploy(tag: string): Promise<void> {
    await this.build(tag);
    await this.ask(tag);
    await this.switchTo(tag);
    assert.equal(await this.users(), `200 ${tag}`);
    assert.equal(await this.unproven(), false);
  }

  /** Users on v8.0.0, and nothing else built: as after `start`. */
  async reset(): Promise<void> {
    const { slots } = await readServing(this.#connection, this.site);
    const standing = (["blue", "green"] as const).find((slot) => slots[slot]?.release === "v8.0.0");
    if (standing === undefined) await this.build("v8.0.0");
    await this.switchTo("v8.0.0");
    const idle = this.site.slot[(await this.slotOf("v8.0.0")) === "blue" ? "green" : "blue"];
    await this.root(`rm -f ${idle}/.release.json /run/go; rm -rf ${this.site.state}/repository`);
  }

  /** Stops a program that is run as root with these words. @returns waits until it does */
  hold(program: string, words: string): Promise<() => Promise<void>> {
    return hold((script) => this.root(script), program, words);
  }

  /** Ends the deployer's connection, and every other one. */
  async cut(): Promise<void> {
    await cutConnections(this.lab, this.name);
  }

  async powerCut(): Promise<void> {
    await powerCut(this.lab, this.name);
  }

  async powerUp(): Promise<void> {
    await startHost(this.lab, this.name);
  }

  /** Leaves no byte free on the disk of a folder while `work` is done. */
  async whileFull(folder: string, work: () => Promise<unknown>): Promise<void> {
    await run([...sshArguments(this.lab, this.name), `sudo sh -c 'cat /dev/zero >${folder}/ballast'`], { timeoutSeconds: 60 });
    try {
      await work();
    } finally {
      await this.root(`rm ${folder}/ballast`);
    }
  }

  /** Lets no file be made on the disk (see `ownDisk`) of a folder while `work` is done. */
  async whileNoFileFits(folder: string, work: () => Promise<unknown>): Promise<void> {
    await this.root(`mount -o remount,nr_inodes=$(df --output=iused ${folder} | tail -n 1 | tr -d ' ') ${folder}`);
    try {
      await work();
    } finally {
      await this.root(`mount -o remount,nr_inodes=100000 ${folder}`);
    }
  }

  /** The slot that a release stands in. */
  async slotOf(tag: string): Promise<Slot> {
    const { slots } = await readServing(this.#connection, this.site);
    const slot = (["blue", "green"] as const).find((name) => slots[name]?.release === tag);
    assert.ok(slot, `${tag} is not built`);
    return slot;
  }

  #commit(tag: string): string {
    return this.releases.commits[tag] ?? assert.fail(tag);
  }

  #context(progress?: (text: string) => void): Context {
    const warn = (text: string): void => void this.warnings.push(text);
    return switchContext(this.site, this.#connection, { warn, ...(progress === undefined ? {} : { progress }) });
  }
}

/** A disk of its own for a folder of a host, until the host is off. */
const ownDisk = (folder: string, megabytes: number): string => `mkdir -p ${folder} && mount -t tmpfs -o size=${megabytes}m tmpfs ${folder}`;

/** Two hosts on which each test of a suite begins as after `FaultHost.start`; those of `small` have a disk of 40 MB for releases, and one for the state. */
export function faultHosts(labName: string): { host: FaultHost; small: FaultHost } {
  const repository = new Fixture();
  const on = {} as { host: FaultHost; small: FaultHost };
  before(async () => {
    const releases = { repository: repository.repository, commits: commitReleases(repository) };
    const lab = await freshLab(labName, [
      { name: "web1", role: "web" },
      { name: "web2", role: "web" },
    ]);
    const disks = [ownDisk("/var/www", 40), ownDisk("/var/lib/demo", 40)].join("; ");
    [on.host, on.small] = await Promise.all([FaultHost.start(lab, "web1", releases), FaultHost.start(lab, "web2", releases, disks)]);
  });
  after(async () => {
    for (const one of Object.values(on)) one.close();
    await stopLab(labName);
    repository.remove();
  });
  afterEach(async () => {
    for (const one of Object.values(on)) await one.reset();
  });
  return on;
}
