import { readLock } from "../../host/lock";
import { textOf } from "../../host/errors";
import type { Host } from "../../host/host";
import type { Context } from "../../provider/handler";
import type { StackConfig } from "../deployment/config";
import { checkCertificate } from "../validation/certificate";
import { vitals } from "../validation/measures";
import { type Box, failed, type Judged, ok } from "./contract";
import { boxOf, clockBox } from "./judge";
import { look } from "./look";

/** Each host: whether it is the one that it should be, and fit. One that can't be reached is told once. */
export async function lookAtHosts(config: StackConfig, context: Context): Promise<Box[]> {
  const all = await Promise.all(config.hosts.map(({ name }) => lookAtHost(context.inventory.host(name), config, context)));
  return [...all.flat(), ...(await certificateBox(config, context))];
}

async function lookAtHost(host: Host, config: StackConfig, context: Context): Promise<Box[]> {
  const connection = { box: `connection to ${host.name}`, ...(await connectionBox(host)) };
  if (connection.result !== "ok") return [connection];
  const { clockSeconds } = config.preflight;
  const [clock, lock, measured] = await Promise.all([
    look(`clock of ${host.name}`, async () => {
      const { seconds, uncertain } = await clockOf(host);
      return clockBox(seconds, uncertain, clockSeconds);
    }),
    look(`nobody deploys to ${host.name}`, () => lockBox(host, context)),
    vitalBoxes(host, config, context),
  ]);
  return [connection, clock, lock, ...measured];
}

async function connectionBox(host: Host): Promise<Judged> {
  try {
    await host.run({ run: ["true"] }, { as: "root", purpose: "a look at host and sudo", timeoutSeconds: 20 });
    return ok("the host has the key that it should have, and lets this user sudo");
  } catch (error) {
    return failed(textOf(error));
  }
}

/** The host's clock against this machine's, by half of the way there and back. */
async function clockOf(host: Host): Promise<{ seconds: number; uncertain: number }> {
  const asked = Date.now();
  const { stdout } = await host.run({ run: ["date", "+%s.%N"] }, { purpose: "reading the clock", timeoutSeconds: 20 });
  const answered = Date.now();
  const uncertain = (answered - asked) / 2000;
  return { seconds: Number(stdout.trim()) - (asked + answered) / 2000, uncertain };
}

async function lockBox(host: Host, { inventory }: Context): Promise<Judged> {
  const holder = await readLock(host, inventory.site);
  return holder === null ? ok("nobody holds the lock") : failed(`${holder.operator} does, since ${holder.since}: ${holder.purpose}`);
}

async function vitalBoxes(host: Host, { validation, backup }: StackConfig, context: Context): Promise<Box[]> {
  const { schema: _, ...limits } = validation;
  const backupDirectory = backup.directory ?? context.inventory.site.backups;
  const found: Box[] = [];
  const told = await look(`resources of ${host.name}`, async () => {
    const results = await vitals({ limits, backupDirectory }, { host }, context);
    found.push(...results.map((one) => ({ box: `${one.check} on ${host.name}`, ...boxOf(one) })));
    return ok("");
  });
  return told.result === "ok" ? found : [told];
}

/** Only where users come by TLS. */
async function certificateBox({ url, validation, hosts }: StackConfig, { inventory }: Context): Promise<Box[]> {
  const [first] = hosts;
  if (first === undefined || url?.startsWith("https:") !== true) return [];
  const result = await checkCertificate(new URL(url), inventory.host(first.name), validation.certificateDays);
  return [{ box: `certificate of ${new URL(url).hostname}`, ...boxOf(result) }];
}
