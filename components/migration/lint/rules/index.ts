import type { Rule } from "../rule";
import { accounts } from "./accounts";
import { addCheck } from "./add-check";
import { addForeignKey } from "./add-foreign-key";
import { addUnique } from "./add-unique";
import { changeType } from "./change-type";
import { charset } from "./charset";
import { clientCommand } from "./client-command";
import { copiesTable } from "./copies-table";
import { definer } from "./definer";
import { deleteWithoutWhere } from "./delete-without-where";
import { dropColumn } from "./drop-column";
import { dropDatabase } from "./drop-database";
import { dropTable } from "./drop-table";
import { dropViewOrRoutine } from "./drop-view-or-routine";
import { helperNotRepeatable } from "./helper-not-repeatable";
import { lockTables } from "./lock-tables";
import { lockWait } from "./lock-wait";
import { noCharset } from "./no-charset";
import { notNullWithoutDefault } from "./not-null-without-default";
import { otherDatabase } from "./other-database";
import { plainInsert } from "./plain-insert";
import { preparedStatement } from "./prepared-statement";
import { renameColumn } from "./rename-column";
import { renameTable } from "./rename-table";
import { replaceInto } from "./replace-into";
import { serverFile } from "./server-file";
import { setGlobal } from "./set-global";
import { settingLeft } from "./setting-left";
import { truncateTable } from "./truncate-table";
import { unknownHelper } from "./unknown-helper";
import { unknownStatement } from "./unknown-statement";
import { unseenSql } from "./unseen-sql";
import { updateWithoutWhere } from "./update-without-where";
import { versionNotFirst } from "./version-not-first";
import { versionNotSet } from "./version-not-set";
import { versionWrong } from "./version-wrong";

/** Every rule, by class. The ids of acknowledgement and chain problems are not among them: those can't be acknowledged. */
export const rules: readonly Rule[] = [
  dropDatabase,
  dropTable,
  dropColumn,
  truncateTable,
  deleteWithoutWhere,
  updateWithoutWhere,
  replaceInto,
  renameTable,
  renameColumn,
  changeType,
  notNullWithoutDefault,
  addUnique,
  addForeignKey,
  addCheck,
  dropViewOrRoutine,
  copiesTable,
  lockWait,
  lockTables,
  unknownStatement,
  versionNotFirst,
  versionNotSet,
  versionWrong,
  charset,
  noCharset,
  accounts,
  definer,
  otherDatabase,
  setGlobal,
  serverFile,
  plainInsert,
  helperNotRepeatable,
  settingLeft,
  clientCommand,
  preparedStatement,
  unknownHelper,
  unseenSql,
];
