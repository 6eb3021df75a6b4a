import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Site } from "../../host/site";
import { type Exposure, exposuresIn } from "../hardening/exposure";
import type { SiteOptions } from "../switch/site";
import { packagesCommand, setUpCommand } from "../switch/setup";
import type { StackConfig } from "./config";
import type { DeployerFiles } from "./deployer";

export interface HostSetupInputs extends SiteOptions {
  hosts: StackConfig["hosts"];
  files: DeployerFiles;
  site: Site;
}

/** What a host needs before its first release: packages, folders, php-fpm services, vhosts. */
export class HostSetup extends pulumi.ComponentResource {
  /** Of each host, by its name, when it was last set up. */
  readonly exposures: Record<string, pulumi.Output<Exposure>> = {};

  constructor(name: string, inputs: HostSetupInputs, options: pulumi.ComponentResourceOptions) {
    super("selfhelp:deployment:HostSetup", name, {}, options);
    for (const host of inputs.hosts) {
      // sshd accepts no environment unless told to, and warns each time.
      const over = { connection: connectionTo(host, inputs.files), addPreviousOutputInEnv: false };
      const packages = new command.remote.Command(`${name}-${host.name}-packages`, { ...over, ...packagesCommand() }, { parent: this });
      const { stdout } = new command.remote.Command(
        `${name}-${host.name}-site`,
        { ...over, ...setUpCommand(inputs.site, inputs) },
        { parent: this, dependsOn: packages },
      );
      this.exposures[host.name] = stdout.apply(exposuresIn);
    }
    this.registerOutputs({});
  }
}

function connectionTo({ jump, ...host }: StackConfig["hosts"][number], files: DeployerFiles): command.types.input.remote.ConnectionArgs {
  const reach = ({ address, port, user, hostKey, privateKeyPath }: typeof host) => ({
    host: address,
    port,
    user,
    hostKey,
    ...(privateKeyPath === undefined ? {} : { privateKey: pulumi.secret(files.keys[privateKeyPath] ?? "") }),
  });
  return { ...reach(host), ...(jump === undefined ? {} : { proxy: reach(jump) }) };
}
