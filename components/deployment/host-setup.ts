import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Site } from "../../host/site";
import { environmentCommand, packagesCommand, setUpCommand } from "../switch/setup";
import type { StackConfig } from "./config";
import type { DeployerFiles } from "./deployer";
import { dotenvText } from "./dotenv";

export interface HostSetupInputs {
  hosts: StackConfig["hosts"];
  files: DeployerFiles;
  site: Site;
  /** Name that users reach the application under. */
  serverName: string;
  /** Lines of .env.local. */
  environment: Record<string, string>;
}

/** What a host needs before its first release: packages, folders, php-fpm services, vhosts, and the application's environment. */
export class HostSetup extends pulumi.ComponentResource {
  constructor(name: string, inputs: HostSetupInputs, options: pulumi.ComponentResourceOptions) {
    super("selfhelp:deployment:HostSetup", name, {}, options);
    const environment = pulumi.secret(dotenvText({ APP_ENV: "prod", APP_DEBUG: "0", ...inputs.environment }));
    for (const host of inputs.hosts) {
      // sshd accepts no environment unless told to, and warns each time.
      const over = { connection: connectionTo(host, inputs.files), addPreviousOutputInEnv: false };
      const packages = new command.remote.Command(
        `${name}-${host.name}-packages`,
        { ...over, create: packagesCommand() },
        { parent: this },
      );
      const site = new command.remote.Command(
        `${name}-${host.name}-site`,
        { ...over, ...setUpCommand(inputs.site, { serverName: inputs.serverName }) },
        { parent: this, dependsOn: packages },
      );
      new command.remote.Command(
        `${name}-${host.name}-environment`,
        { ...over, create: environmentCommand(inputs.site), stdin: environment, logging: "none" },
        { parent: this, dependsOn: site },
      );
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
