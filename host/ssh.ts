import { awake, Connection, forward } from "./connection";
import { PortUnreachable } from "./errors";
import type { Host, HostSettings } from "./host";
import { reasonOf } from "./reason";
import type { Hide } from "./redact";
import { runIn } from "./run";
import { Sessions } from "./sessions";
import { uploadBy } from "./upload";

/**
 * A host over SSH. Nothing is contacted before its first use; `close` ends the connection and what runs over it.
 * @param hide takes out of errors what must not be seen
 */
export function connectHost(settings: HostSettings, hide: Hide = (text) => text): Host & { close(): void } {
  const connection = new Connection(settings);
  const sessions = new Sessions(connection);
  const run: Host["run"] = (command, options) => runIn(sessions, { ...settings, hide }, command, options);
  return {
    name: settings.name,
    hide,
    run,
    upload: (content, path, options) => uploadBy(run, content, path, options),
    connectTo: async (address, port) => {
      const client = await connection.client();
      await awake(client);
      return await forward(client, address, port).catch((error: Error) => {
        throw new PortUnreachable(settings.name, address, port, reasonOf(error));
      });
    },
    close: () => connection.close(),
  };
}
