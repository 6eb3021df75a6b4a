import type { LedgerRow } from "./ledger";

/** What a person found out about a script that stopped: the statement whose end nobody saw, or that the rest was done by hand. */
export type Resolution = "took effect" | "no effect" | "by hand";

/** What the ledger then says: pure. */
export function resolved(
  row: LedgerRow,
  resolution: Resolution,
): Pick<LedgerRow, "state" | "done" | "done_checksum"> | { problem: string } {
  if (row.state === "applied" || row.state === "resolved") return { problem: `${row.script} is done already (${row.state})` };
  if (resolution === "by hand") return { state: "resolved", done: row.statements, done_checksum: "" };
  if (row.state === "failed")
    return {
      problem: `how statement ${row.done + 1} of ${row.script} ended is known: it failed, or was never sent; pulumi up continues there`,
    };
  return resolution === "no effect"
    ? { state: "failed", done: row.done, done_checksum: row.done_checksum }
    : { state: "failed", done: row.done + 1, done_checksum: "" };
}
