import { AppHost } from "./components/deployment/apphost";
import { Deployment, type StackOutputs } from "./components/deployment/component";
import { announce, circumstancesOf, resolveRelease, resolveServer } from "./components/deployment/resolve";
import { readStackConfig } from "./components/deployment/stack-config";
import { assertMayChange } from "./components/protect/guard";

/** One stack: the application of its config, at its release, on its hosts. */
export = async (): Promise<StackOutputs> => {
  const { config, files } = readStackConfig();
  const apphost = new AppHost(config.app, config, files);
  const [release, server] = await Promise.all([resolveRelease(config, apphost), resolveServer(config, apphost)]);
  await assertMayChange(config.protect, { name: config.release, commit: release.commit }, () => circumstancesOf(release, config, apphost));
  await announce(config, release, apphost);
  return new Deployment(config.app, { config, files, release, server }, { providers: { apphost } }).outputs;
};
