import type { AuditLine } from "../../components/audit/contract";
import { readAuditLog } from "../../components/audit/read-log";
import { confirmation } from "../../components/preflight/answers";
import { type Box, type Judged, ok, untold } from "../../components/preflight/contract";
import { look } from "../../components/preflight/look";
import type { Context } from "../../provider/handler";
import type { Ask } from "../ask";

interface Question {
  /** What only a person can tell. */
  boxes: readonly string[];
  /** Those that were ticked with the command. */
  confirmed: readonly string[];
  commit: string;
}

/** Each asked once for a commit; who ticked it is recorded in the audit log. */
export async function personsBoxes({ boxes, confirmed, commit }: Question, ask: Ask, context: Context): Promise<Box[]> {
  if (boxes.length === 0) return [];
  const found: Box[] = [];
  const log = readAuditLog(context.inventory).then(({ lines }) => lines);
  log.catch(() => undefined); // each box tells it
  for (const box of boxes) found.push(await look(box, async () => ticked(box, await log, { confirmed, commit }, ask, context)));
  return found;
}

async function ticked(
  box: string,
  log: readonly AuditLine[],
  { confirmed, commit }: Pick<Question, "confirmed" | "commit">,
  ask: Ask,
  { inventory: { audit, operator } }: Context,
): Promise<Judged> {
  const before = confirmation(log, commit, box);
  if (before !== undefined) return ok(`${before.operator}, ${before.at.slice(0, 16).replace("T", " ")}`);
  const isTicked = confirmed.includes(box) || (ask !== null && /^y(es)?$/i.test(await ask(`${box}? (yes or no)`, "no")));
  if (!isTicked) return untold(`nobody has said so of this commit: selfhelp preflight --confirm "${box}"`);
  const written = await audit.note({ event: "confirmed", box, commit, operator });
  return written instanceof Error ? untold(`it could not be recorded: ${written.message}`) : ok(`${operator}, now`);
}
