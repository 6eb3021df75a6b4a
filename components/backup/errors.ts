import { DeploymentError } from "../../host/errors";
import { named } from "../named";
import { logsAndTrustsNobody } from "./binary-log";
import { refusals, type BackupOrder } from "./commands";
import type { MissingRight } from "./rights";
import type { Unreadable } from "./unreadable";

/** There is no new backup, so nothing may be changed; what was begun of it is removed. */
export class BackupFailed extends DeploymentError {
  constructor(
    readonly host: string,
    readonly reason: string,
    /** What to type or correct. */
    readonly remedy: string,
  ) {
    super(
      `the database could not be backed up on host "${host}": ${reason}${reason.includes("\n") ? "\nN" : "; n"}othing was changed. ${remedy}`,
    );
  }
}

/** The dump would leave things out. */
export class RightsMissing extends BackupFailed {
  constructor(
    host: string,
    readonly missing: readonly MissingRight[],
  ) {
    const what = missing.map(({ of }) => of).join(", ");
    super(host, `its user lacks the right to read all ${what}`, asAdministrator(missing.map(({ grant }) => grant)));
  }
}

/** There is nowhere to restore it. */
export class CopyRefused extends BackupFailed {
  /** @param server where in the stack's config the server of the copies is described, when it isn't the database's own */
  constructor(host: string, statements: readonly string[], server?: string) {
    const who = server === undefined ? "its user may not make the copy beside it" : `the user of ${server} may not make the copy`;
    super(host, `${who} that proves a backup`, asAdministrator(statements));
  }
}

/** A dump would stop at them, or hold what nobody can restore. */
export class ViewsBroken extends BackupFailed {
  constructor(
    host: string,
    readonly views: readonly Unreadable[],
  ) {
    const what = indented(views.map(({ name, reason }) => `${name}: ${reason}`));
    const drop = views.map(({ name }) => `DROP VIEW ${identifier(name)};`);
    super(
      host,
      `these views can't be read, nor restored:\n${what}`,
      ["Mend or drop them, then start again (SHOW CREATE VIEW tells what they are):", indented(drop)].join("\n"),
    );
  }
}

/** Functions and triggers could not be restored. */
export class FunctionsRefused extends BackupFailed {
  /** @param server as in `CopyRefused` */
  constructor(host: string, statement: string, server?: string) {
    super(
      host,
      `${server === undefined ? "its server" : `the server of ${server}`} ${logsAndTrustsNobody}: the copy that proves a backup could not have them`,
      asAdministrator([statement]),
    );
  }
}

const identifier = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

const asAdministrator = (grants: readonly string[]): string =>
  ["As an administrator of the database, run, then start again:", ...grants.map((grant) => `    ${grant}`)].join("\n");

/** Why `makeBackup` made none, from what it exited with and printed. */
export function failureOf(
  host: string,
  order: BackupOrder,
  { exitCode, stdout, stderr }: { exitCode: number; stdout: string; stderr: string },
): BackupFailed {
  const last = stdout.trim().split("\n").at(-1) ?? "";
  const [, ...words] = last.split(" ");
  const fail = (reason: string, remedy: string): BackupFailed => new BackupFailed(host, reason, remedy);
  if (exitCode === refusals.packageMissing)
    return fail(`it lacks ${words.join(" and ")}`, `Install there, then start again: sudo apt-get install ${words.join(" ")}`);
  if (exitCode === refusals.clientUntried) return fail(...untriedClient(words));
  if (exitCode === refusals.clientUnfit)
    return fail(
      `its database client is MariaDB's, and a MySQL server would not take back what that dumps of tables with generated columns (${named(order.generated)})`,
      "Install MySQL's own client programs (mysql-client) there in the place of mariadb-client, then start again.",
    );
  if (exitCode === refusals.busy)
    return fail(
      `another backup was begun there ${words[1] === undefined ? "in this second" : `at ${words[1]} and is still running`}`,
      words[0] === undefined ? "Start again." : `Wait until it is done, or end it there (sudo kill -- -${words[0]}); then start again.`,
    );
  if (exitCode === refusals.diskFull)
    return fail(
      `the disk of ${order.directory} has ${sizeOf(Number(words[0]))} free, the database's rows take ${sizeOf(order.neededBytes)}`,
      "Make room there, or set selfhelp:backup.directory to a larger disk; then start again.",
    );
  if (exitCode === refusals.noRoomForCopy)
    return fail(
      `the disk of the database (${order.copy?.dataFolder}) has ${sizeOf(Number(words[0]))} free, and the copy that proves a backup needs ${sizeOf(order.copy?.neededBytes ?? 0)}`,
      "Make room there, or name another server in selfhelp:rehearsal.database; then start again.",
    );
  if (exitCode === refusals.notRestored)
    return fail(`it was made, but could not be restored into ${order.copy?.schema}: ${stageText(words, stderr)}`, remedyFor(stderr));
  if (exitCode === refusals.differs)
    return fail(
      `it was made and restored, but the copy differs from what was dumped in:\n${indented(stdout.trim().split("\n").slice(1))}`,
      "Look at what is special about them; selfhelp:backup.verify: false goes on without this proof.",
    );
  if (exitCode === refusals.cutShort)
    return fail("the dump ended before it was complete", "Look at the database server's log, then start again.");
  return stageFailure(words, order, stderr, fail);
}

function stageFailure(
  [code, ...stage]: string[],
  { directory }: BackupOrder,
  stderr: string,
  fail: (reason: string, remedy: string) => BackupFailed,
): BackupFailed {
  if (/No space left on device/.test(stderr))
    return fail(
      `the disk of ${directory} became full`,
      "Make room there, or set selfhelp:backup.directory to a larger disk; then start again.",
    );
  return fail(stageText([code ?? "", ...stage], stderr), "When the cause is gone, start again.");
}

export function stageText([code, ...stage]: string[], stderr: string): string {
  const lines = withoutRows(stderr.trim().split("\n"));
  return `${stage.join(" ")} failed with code ${code}${stderr.trim() === "" ? "" : `; its last lines:\n${lastLines(lines)}`}`;
}

/** The client shows the statement that failed, between two such lines; rows are nobody's business here. */
const aroundStatement = "-".repeat(14);

function withoutRows(lines: readonly string[]): string[] {
  const isCutOff = lines.filter((line) => line === aroundStatement).length % 2 === 1;
  return lines
    .slice(isCutOff ? lines.indexOf(aroundStatement) + 1 : 0)
    .join("\n")
    .replace(/^(-{14}\nINSERT INTO .*?\bVALUES)[^]*?(\n-{14})$/gm, "$1 …$2")
    .trim()
    .split("\n");
}

/** What to do about a failed restore, as far as the client's words tell that. */
export const remedyFor = (stderr: string): string =>
  /Temp file write failure/.test(stderr)
    ? "The server's folder for temporary files is full (SHOW VARIABLES LIKE 'tmpdir'): make room there, then start again."
    : packetRemedy(stderr);

const packetRemedy = (stderr: string): string =>
  /gone away|max_allowed_packet/.test(stderr)
    ? "If that server still runs, a row is larger than what it takes at once: SET GLOBAL max_allowed_packet = 1073741824; and the same in its configuration. Then start again."
    : "When the cause is gone, start again.";

/** What is wrong with a host whose client is MySQL's while the server is MariaDB's, and what to do. @param version what it says of itself, by word */
export const untriedClient = (version: readonly string[]): [string, string] => [
  `its database client is MySQL's, which was never tried with a MariaDB server: ${version.join(" ")}`,
  "Install MariaDB's there (mariadb-client), but look first what goes for it: apt-get -s install mariadb-client",
];

/** At most ten, each indented and no longer than 300 characters. */
export const lastLines = (lines: readonly string[]): string => indented(lines.slice(-10));

const indented = (lines: readonly string[]): string => lines.map((line) => `    ${line.slice(0, 300)}`).join("\n");

export const sizeOf = (bytes: number): string => (bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`);
