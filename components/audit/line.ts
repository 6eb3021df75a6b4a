import { z } from "zod";
import type { AuditLine } from "./contract";

const seconds = z.number();
const step = z.string();

const link = z.looseObject({ previous: z.string(), at: z.iso.datetime(), deployment: z.string(), event: z.string() });

/** What each event has; a later release of this tool may write others, which are part of the chain all the same. */
const events: Record<string, z.ZodType> = {
  begun: z.looseObject({ purpose: z.string(), operator: z.string(), run: z.string().nullable() }),
  "step begun": z.looseObject({ step }),
  "step done": z.looseObject({ step, change: z.string(), seconds }),
  "step failed": z.looseObject({ step, reason: z.string(), takenBack: z.array(z.string()), seconds }),
  confirmed: z.looseObject({ box: z.string(), commit: z.string(), operator: z.string() }),
  "preflight passed": z.looseObject({ release: z.string(), commit: z.string(), operator: z.string() }),
  done: z.looseObject({ release: z.string(), commit: z.string(), databaseVersion: z.string() }),
};

/** @returns null for what this tool would never have written */
export function parseLine(text: string): AuditLine | null {
  const line = link.safeParse(valueIn(text)).data;
  if (line === undefined) return null;
  const event = Object.hasOwn(events, line.event) ? events[line.event] : undefined;
  return event === undefined || event.safeParse(line).success ? (line as unknown as AuditLine) : null;
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
