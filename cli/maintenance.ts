import { Command } from "commander";
import { closeOn, openOn, readWindows } from "../components/maintenance/hosts";
import { isOurs, type Window } from "../components/maintenance/window";
import { print } from "./print";
import { openStack, withStackOption } from "./stack";

interface Options {
  stack?: string;
  json?: boolean;
}

/** The 503 that users of a stack's hosts are answered, by hand. */
export const maintenance = new Command("maintenance").description("Whether users of a stack's hosts are answered 503, and since when.");

withStackOption(maintenance.command("status"))
  .description("Says it of each host. Exit code: 0 users are served on all hosts, 1 they are answered 503 somewhere.")
  .option("--json", "print JSON")
  .action(async ({ stack, json }: Options) => {
    const { config, inventory } = await openStack(stack);
    const windows = await readWindows(
      config.hosts.map(({ name }) => name),
      inventory,
    );
    const lines = Object.entries(windows).map(([name, window]) => `${name}: ${said(window)}\n`);
    print({ json }, windows, lines.join(""));
    process.exitCode = Object.values(windows).every((window) => window === "none") ? 0 : 1;
  });

withStackOption(maintenance.command("on"))
  .description("Answers users 503 from now on. A deployment leaves this window open; `off` ends it.")
  .action(async ({ stack }: Options) => {
    const { config, inventory } = await openStack(stack);
    await inventory.lock("maintenance by hand");
    for (const { name } of config.hosts) await openOn(name, `by hand, ${inventory.operator}, ${new Date().toISOString()}`, inventory);
    process.stdout.write("users are answered 503; end it with: selfhelp maintenance off\n");
  });

withStackOption(maintenance.command("off"))
  .description("Serves users again, whoever had opened the window.")
  .action(async ({ stack }: Options) => {
    const { config, inventory } = await openStack(stack);
    await inventory.lock("the end of the maintenance");
    for (const { name } of config.hosts) await closeOn(name, inventory);
    process.stdout.write("users are served again\n");
  });

const said = (window: Window): string => {
  if (window === "none") return "users are served";
  return isOurs(window) ? `503, opened by a deployment of ${window.operator} at ${window.openedAt}` : "503, opened by hand";
};
