import { Server } from "@grpc/grpc-js";
import { version } from "../package.json";
import { openInventory } from "./inventory";
import { registry } from "./registry";
import { implementation, listen, serverOptions } from "./server";

/** The plugin's process: prints its port alone on the first line, as Pulumi's engine expects it. */
async function main(): Promise<void> {
  const engine = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const port = await listen(new Server(serverOptions), implementation({ registry, openInventory, version, engine }));
  process.stdout.write(`${port}\n`);
}

void main();
