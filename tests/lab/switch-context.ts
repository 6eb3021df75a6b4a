import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import type { Context } from "../../provider/handler";
import { WayBack } from "../../provider/way-back";

/** What the handlers of releases, candidates and switches are given, with one host for every name. */
export const switchContext = (site: Site, host: Host, over: Partial<Pick<Context, "signal" | "progress" | "warn">> = {}): Context => {
  const quiet = (): void => undefined;
  const common = { inventory: { site, host: () => host }, wayBack: new WayBack(), signal: new AbortController().signal };
  return { ...common, progress: quiet, warn: quiet, ...over } as unknown as Context;
};
