import { Cursor, listed, mentions } from "./cursor";
import type { Token } from "./tokens";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** What a statement of MariaDB 10.3 to 12 or of MySQL 5.7 to 9 can begin with, after the grammars of both (sql/sql_yacc.yy). */
const verbs = words(`
  ALTER ANALYZE BACKUP BEGIN BINLOG CACHE CALL CASE CHANGE CHECK CHECKSUM CLONE COMMIT CREATE DEALLOCATE DECLARE DELETE DESC DESCRIBE DO DROP
  EXECUTE EXPLAIN FLUSH FOR GET GRANT HANDLER HELP IF IMPORT INSERT INSTALL KILL LOAD LOCK LOOP OPTIMIZE PREPARE PURGE RELEASE RENAME REPAIR
  REPEAT REPLACE RESET RESIGNAL RESTART REVOKE ROLLBACK SAVEPOINT SELECT SET SHOW SHUTDOWN SIGNAL SLAVE START STOP TABLE TRUNCATE UNINSTALL
  UNLOCK UPDATE USE VALUES WHILE WITH XA`);

/** What can be created, altered or dropped. */
const kinds = words(`
  TABLE TABLES INDEX VIEW PROCEDURE FUNCTION TRIGGER EVENT SEQUENCE PACKAGE DATABASE SCHEMA USER ROLE SERVER TABLESPACE LOGFILE RESOURCE INSTANCE
  LIBRARY MASKING REFERENCE CATALOG PREPARE`);

/** What may stand before that. */
const modifiers = words(
  `OR REPLACE TEMPORARY EXTERNAL UNIQUE FULLTEXT SPATIAL VECTOR ONLINE OFFLINE IGNORE AGGREGATE UNDO JSON RELATIONAL DUALITY PUBLIC`,
);

/** What an action of ALTER TABLE begins with, options of the table included. */
const actions = words(`
  ADD ALTER CHANGE MODIFY DROP RENAME CONVERT ORDER ENABLE DISABLE DISCARD IMPORT FORCE PARTITION REMOVE REORGANIZE COALESCE TRUNCATE ANALYZE
  CHECK OPTIMIZE REBUILD REPAIR EXCHANGE UPGRADE WITH WITHOUT DEFAULT SECONDARY_LOAD SECONDARY_UNLOAD WAIT NOWAIT SET START
  ALGORITHM AUTOEXTEND_SIZE AUTO_INCREMENT AVG_ROW_LENGTH CHAR CHARACTER CHARSET CHECKSUM COLLATE COMMENT COMPRESSION CONNECTION DATA
  DELAY_KEY_WRITE ENCRYPTED ENCRYPTION ENCRYPTION_KEY_ID ENGINE ENGINE_ATTRIBUTE IETF_QUOTES INDEX INSERT_METHOD ITEF_QUOTES KEY_BLOCK_SIZE LOCK
  MAX_ROWS MIN_ROWS NODEGROUP PACK_KEYS PAGE_CHECKSUM PAGE_COMPRESSED PAGE_COMPRESSION_LEVEL PASSWORD RAID_TYPE ROW_FORMAT SECONDARY_ENGINE
  SECONDARY_ENGINE_ATTRIBUTE SEQUENCE STATS_AUTO_RECALC STATS_PERSISTENT STATS_SAMPLE_PAGES STORAGE TABLESPACE TABLE_CHECKSUM TRANSACTIONAL TYPE
  UNION`);

/**
 * Why neither MariaDB nor MySQL can read a statement. Undefined means that no slip is seen, not that there is none: a server's whole grammar isn't in
 * here, so that nothing is called wrong which one of them knows.
 */
export function slipIn(all: readonly Token[]): string | undefined {
  const [first, second] = all;
  if (first === undefined) return undefined;
  const open = all.find(({ unclosed }) => unclosed);
  if (open !== undefined) return `a ${open.kind} is opened with a quote that is never closed`;
  const isLabel = second?.upper === ":" || first.upper === "<";
  if (!isLabel && first.upper !== "(" && !verbs.includes(first.upper)) return `"${shown(first)}" begins no statement${hint(first)}`;
  const cursor = new Cursor(all.slice(1));
  return parts[first.upper]?.(cursor, first.upper) ?? (isForeign(all) ? undefined : (bracketProblem(all) ?? commaProblem(all)));
}

const shown = ({ text }: Token): string => (text.length > 30 ? `${text.slice(0, 29)}…` : text);

const hint = ({ upper }: Token): string =>
  ["END", "ELSE", "ELSEIF", "UNTIL"].includes(upper) ? ": is there no DELIMITER before the routine's body?" : "";

type Check = (behind: Cursor, verb: string) => string | undefined;

const hasRows: Check = (behind, verb) => {
  const rest = behind.rest();
  const isThere = ["VALUES", "VALUE", "SELECT", "SET", "TABLE"].some((word) => mentions(rest, word));
  return isThere ? undefined : `${verb} without VALUES, SET or SELECT`;
};

/** What is missing behind a statement's first word. */
const parts: Partial<Record<string, Check>> = {
  CREATE: wrongKind,
  DROP: wrongKind,
  ALTER: (behind, verb) => (behind.isOneOf("TABLE") ? wrongAction(behind) : wrongKind(behind, verb)),
  RENAME: (behind) => (behind.isOneOf("TABLE", "TABLES", "USER") ? undefined : "RENAME without TABLE or USER"),
  UPDATE: (behind) => (behind.upTo("SET"), behind.isAtEnd ? "UPDATE without SET" : undefined),
  DELETE: (behind) => (mentions(behind.rest(), "FROM") ? undefined : "DELETE without FROM"),
  INSERT: hasRows,
  REPLACE: hasRows,
};

function wrongKind(behind: Cursor, verb: string): string | undefined {
  while (behind.takeOneOf(...modifiers) !== undefined);
  if (behind.isOneOf("ALGORITHM", "DEFINER", "SQL")) behind.upTo(...kinds);
  if (behind.isOneOf(...kinds)) return undefined;
  return behind.token === undefined ? `${verb} of nothing` : `${verb} ${shown(behind.token)}: there is no such thing`;
}

function wrongAction(behind: Cursor): string | undefined {
  behind.next();
  behind.takeIfExists();
  behind.qualified();
  const rest = behind.rest();
  // Their lists have commas of their own.
  if (mentions(rest, "PARTITION") || mentions(rest, "ORDER")) return undefined;
  const wrong = listed(rest).find(([word, next]) => word?.kind === "word" && next?.upper !== "=" && !actions.includes(word.upper));
  return wrong?.[0] === undefined ? undefined : `ALTER TABLE … ${shown(wrong[0])}: there is no such action`;
}

/** A routine in another language than SQL. */
const isForeign = (all: readonly Token[]): boolean => mentions(all, "LANGUAGE") && !mentions(all, "LANGUAGE", "SQL");

function bracketProblem(all: readonly Token[]): string | undefined {
  let depth = 0;
  for (const { upper } of all) {
    if (upper === "(") depth++;
    else if (upper === ")" && --depth < 0) return "a bracket is closed that wasn't opened";
  }
  return depth === 0 ? undefined : `${depth === 1 ? "a bracket is" : `${depth} brackets are`} never closed`;
}

function commaProblem(all: readonly Token[]): string | undefined {
  const isLoose = all.some(({ upper }, index) => upper === "," && (all[index + 1] === undefined || all[index + 1]?.upper === ")"));
  return isLoose ? "nothing stands behind a comma" : undefined;
}
