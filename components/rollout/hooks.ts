import { quote } from "../../host/command";
import { redact, spelled } from "../../host/redact";
import type { HookConfig, RolloutConfig } from "./config";
import type { Hook, Hooks } from "./contract";

interface Named {
  name: string;
  address: string;
}

/** The hooks of one host. @param programPath where a program is that is named by a relative path */
export function hooksOf({ drain, admit }: RolloutConfig, host: Named, programPath: (path: string) => string): Hooks {
  return {
    ...(drain === undefined ? {} : { drain: hookOf(drain, host, programPath) }),
    ...(admit === undefined ? {} : { admit: hookOf(admit, host, programPath) }),
  };
}

function hookOf({ command, url = "", ...rest }: HookConfig, { name, address }: Named, programPath: (path: string) => string): Hook {
  const { timeoutSeconds, environment, method, headers, body } = rest;
  const filled = (text: string): string => text.replaceAll("{host}", name).replaceAll("{address}", address);
  if (command === undefined)
    return { url: filled(url), method, headers, timeoutSeconds, ...(body === undefined ? {} : { body: filled(body) }) };
  const [program = "", ...words] = command.map(filled);
  return { command: [program.includes("/") ? programPath(program) : program, ...words], environment, timeoutSeconds };
}

/** The same for a person, on the deployer; what may be secret is left open. */
export function typed(hook: Hook): string {
  if ("command" in hook) {
    const variables = Object.keys(hook.environment).map((name) => `${name}=…`);
    return [...variables, ...hook.command.map(word)].join(" ");
  }
  const headers = Object.keys(hook.headers).map((name) => `-H ${word(`${name}: …`)}`);
  const body = hook.body === undefined ? [] : [`--data-raw ${word(hook.body)}`];
  return ["curl -fsS", `-X ${hook.method}`, ...headers, ...body, word(hook.url)].join(" ");
}

/** What others said, without the values of a hook that may be secret. */
export function withoutSecrets(text: string, hook: Hook): string {
  const values = Object.values("command" in hook ? hook.environment : hook.headers);
  const words = values.flatMap((value) => [value, ...value.split(/\s+/)]);
  return redact(text, spelled(words, shortestSecret));
}

const shortestSecret = 6;

const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : quote(text));
