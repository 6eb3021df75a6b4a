import { deployerPath } from "../../components/deployment/deployer";
import { HostUnreachable } from "../../host/errors";
import type { HostSettings } from "../../host/host";
import { plain } from "../../host/plain";
import { type Answers, type Asking, complete, type Given } from "./answers";
import { trustedKey } from "./host";

/**
 * All answers, and the host that they name with the key that it is trusted by. Whoever sits here is asked for another place as long as there is no host.
 * @param given what was answered already, and becomes what was answered
 * @param expected fingerprint of the host's key
 * @throws DeploymentError when nobody can be asked and there is no host, or its key is not trusted
 */
export async function reach(
  given: Given,
  expected: string | undefined,
  asking: Asking,
): Promise<{ answers: Answers; settings: HostSettings }> {
  const answers = await complete(given, asking);
  const settings = settingsOf(answers);
  try {
    return { answers, settings: { ...settings, hostKey: await trustedKey(settings, expected, asking.ask) } };
  } catch (error) {
    if (asking.ask === null || !(error instanceof HostUnreachable)) throw error;
    process.stdout.write(`  ${error.address} can't be reached: ${plain(error.reason)}\n`);
    const before = { address: given.address, port: given.port };
    delete given.address;
    delete given.port;
    return reach(given, expected, { ...asking, before });
  }
}

function settingsOf({ address, port, user, key }: Answers): Omit<HostSettings, "hostKey"> {
  return { name: "web1", address, port: Number(port), user, ...(key === "" ? {} : { privateKeyPath: deployerPath(key) }) };
}
