import { plainJson, plainLines } from "../host/plain";

/** What a command found, as JSON or in words for people: in neither has anything of it orders to a terminal. */
export function print({ json }: { json?: boolean }, value: unknown, text: string): void {
  process.stdout.write(json === true ? `${plainJson(value)}\n` : plainLines(text));
}
