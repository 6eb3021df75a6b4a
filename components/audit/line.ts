import { z } from "zod";
import type { AuditLine } from "./contract";

const seconds = z.number();
const step = z.string();

const link = { previous: z.string(), at: z.iso.datetime(), deployment: z.string() };
const goal = { release: z.string(), commit: z.string(), databaseVersion: z.string() };
const any = z.object({ ...link, event: z.string() });

/** What each event has; a later release of this tool may write others, which are part of the chain all the same. */
const events: Record<string, z.ZodType> = {
  begun: z.object({ ...link, purpose: z.string(), operator: z.string(), run: z.string().nullable(), wanted: z.object(goal).optional() }),
  "step begun": z.object({ ...link, step }),
  "step done": z.object({ ...link, step, change: z.string(), seconds }),
  "step failed": z.object({ ...link, step, reason: z.string(), takenBack: z.array(z.string()), seconds }),
  confirmed: z.object({ ...link, box: z.string(), commit: z.string(), operator: z.string() }),
  "preflight passed": z.object({ ...link, release: z.string(), commit: z.string(), operator: z.string() }),
  done: z.object({ ...link, ...goal }),
};

/** @returns null for what this tool would never have written */
export function parseLine(text: string): AuditLine | null {
  const line = valueIn(text) as AuditLine | null | undefined;
  const schema = (Object.hasOwn(events, line?.event ?? "") ? events[line?.event ?? ""] : undefined) ?? any;
  return schema.safeParse(line).success ? (line as AuditLine) : null;
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
