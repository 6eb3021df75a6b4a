import { version } from "../package.json";
import { openInventory } from "./inventory";
import { runPlugin } from "./plugin";
import { registry } from "./registry";

void runPlugin({ registry, openInventory, version });
