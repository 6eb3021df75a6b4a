import type { Checks, CheckResult, SchemaStrictness } from "./contract";

type Part = keyof SchemaStrictness;

const bits = { mapping: 1, sync: 2 } as const;
const fine = { mapping: "the mapping is correct", sync: "the database is in sync with it" } as const;
const wrong = { mapping: "the mapping is wrong", sync: "the database is not in sync with the mapping" } as const;
const quotedLines = 10;

/** Name of the schema command among the results, when it gave no answer of Doctrine's. */
export const schemaCheckName = "schema";

/** The halves of the schema check that count; a database that is newer than the release is never its mapping's. */
export function schemaOf({ schemaCommand, schema, newerDatabase }: Checks): SchemaStrictness {
  if (schemaCommand === "") return { mapping: "off", sync: "off" };
  return { mapping: schema.mapping, sync: isNewer(newerDatabase) ? "off" : schema.sync };
}

export const partsOf = (schema: SchemaStrictness): Part[] => (["mapping", "sync"] as const).filter((part) => schema[part] !== "off");

/**
 * What Doctrine's exit code says of each half: 1 the mapping, 2 the database, 3 both. PHP also exits with 1 for an exception of any kind, so such a code
 * counts only with an answer that speaks of mapping or sync; else the command itself failed, which fails the check, whatever the strictness. (Only with a
 * newer database it is a warning: nothing should stand in the way back.)
 */
export function schemaResults(
  { exitCode, printed }: { exitCode: number; printed: readonly string[] },
  wanted: Checks,
): Pick<CheckResult, "check" | "result" | "detail">[] {
  const quoted = printed.slice(-quotedLines);
  if (exitCode !== 0 && !(exitCode <= 3 && printed.some((line) => /mapping|\bsync\b/i.test(line)))) {
    const result = isNewer(wanted.newerDatabase) ? "warning" : "failed";
    return [{ check: schemaCheckName, result, detail: [`exited with code ${exitCode}: ${wanted.schemaCommand}`, ...quoted].join("\n") }];
  }
  const schema = schemaOf(wanted);
  const isWrong = (part: Part): boolean => (exitCode & bits[part]) !== 0;
  const first = partsOf(schema).find(isWrong);
  return partsOf(schema).map((part) => ({
    check: `${schemaCheckName} ${part}`,
    result: !isWrong(part) ? "passed" : schema[part] === "fail" ? "failed" : "warning",
    detail: [isWrong(part) ? wrong[part] : fine[part], ...(part === first ? quoted : [])].join("\n"),
  }));
}

/** Pulumi leaves out what is null. */
const isNewer = (version: string | null): boolean => (version ?? null) !== null;
