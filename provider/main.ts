import { serveSocket } from "../host/socket";
import { passOn } from "../host/tunnel";
import { version } from "../package.json";
import { openInventory } from "./inventory";
import { runPlugin } from "./plugin";
import { registry } from "./registry";

void runPlugin({
  registry,
  version,
  openInventory: async (settings) => {
    const inventory = openInventory(settings);
    const { tunnel, database } = settings;
    if (tunnel !== undefined)
      await serveSocket(tunnel, (socket) => void passOn(socket, inventory.databaseHost(), database).catch(() => undefined));
    return inventory;
  },
});
