import assert from "node:assert/strict";
import { join } from "node:path";
import { byHand, type ReleaseInputs, type ReleaseState } from "../../components/release/contract";
import { release } from "../../components/release/handler";
import type { SwitchInputs, SwitchState } from "../../components/switch/contract";
import { switchHandler } from "../../components/switch/handler";
import { readSlots } from "../../components/switch/read-slots";
import { setUpCommand } from "../../components/switch/setup";
import { type Slot, siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { createHistory } from "../../lab/app/history";
import { freshLab, hostOf, type Lab, sshArguments, stopLab } from "../../lab/lab";
import { must } from "../../lab/process";
import type { Context } from "../../provider/handler";
import { resolveCommit } from "../../repository/resolve";
import { switchContext } from "./switch-context";

const build = [
  `printf '%s\\n' APP_ENV=prod APP_SECRET=load DATABASE_URL=mysql://none DATABASE_CA= >.env.local`,
  "composer install --no-dev --optimize-autoloader --no-interaction",
  "php bin/console cache:clear --env=prod --no-interaction",
];

/** A host that serves the demo application without its database, whose users are switched and whose slots are filled by the handlers alone. */
export class SwitchHost {
  readonly site = siteOf("selfhelp");

  readonly #host;

  private constructor(readonly lab: Lab) {
    this.#host = connectHost({ ...hostOf(lab, "web1"), privateKeyPath: lab.deployKeyPath });
  }

  /** A new lab with both slots built: users are served v8.1.0 from green, v8.0.1 stands in blue. */
  static async start(name: string): Promise<SwitchHost> {
    const lab = await freshLab(name, [{ name: "web1", role: "web" }]);
    await createHistory(join(lab.folder, "selfhelp-backend"));
    const { create, stdin } = setUpCommand(siteOf("selfhelp"), { serverName: hostOf(lab, "web1").address, admitted: [] });
    await must([...sshArguments(lab, "web1"), create], { stdin });
    const host = new SwitchHost(lab);
    for (const tag of ["v8.0.1", "v8.1.0"]) await host.switchTo((await host.build(tag)).slot);
    return host;
  }

  async stop(): Promise<void> {
    this.#host.close();
    await stopLab(this.lab.name);
  }

  get address(): string {
    return hostOf(this.lab, "web1").address;
  }

  /** The slot that users are served from, and its release. */
  async served(): Promise<{ slot: Slot; release: string }> {
    const slots = await readSlots(this.#host, this.site);
    assert.ok(slots.active);
    return { slot: slots.active, release: slots[slots.active]?.release ?? "none" };
  }

  /** What the step Release does: nothing but a start of php-fpm where the idle slot holds the release already. */
  async build(tag: string): Promise<ReleaseState> {
    const repository = join(this.lab.folder, "selfhelp-backend");
    const commit = await resolveCommit(repository, tag);
    const wanted: ReleaseInputs = {
      host: "web1",
      repository,
      release: tag,
      commit,
      build,
      shared: ["var/log"],
      buildTimeoutSeconds: 60,
      environment: byHand,
    };
    return release.act(await release.read(wanted, undefined, this.#context()), wanted, this.#context());
  }

  /** What the step Switch does, to a slot that is built. */
  async switchTo(slot: Slot): Promise<SwitchState> {
    const marker = (await readSlots(this.#host, this.site))[slot];
    const probe = { name: "release", path: "/cms-api/v1/release", hostName: this.address, timeoutSeconds: 10, status: 200 };
    const wanted: SwitchInputs = {
      hosts: ["web1"],
      slots: { web1: slot },
      commits: { web1: marker?.commit ?? "none" },
      unproven: [],
      rollout: { batch: 1, pauseSeconds: 0, maxFailures: 0 },
      hooks: {},
      release: marker?.release ?? "none",
      probe,
      probes: 3,
      inWindow: false,
    };
    return switchHandler.act(await switchHandler.read(wanted, undefined, this.#context()), wanted, this.#context());
  }

  #context(): Context {
    return switchContext(this.site, this.#host);
  }
}
