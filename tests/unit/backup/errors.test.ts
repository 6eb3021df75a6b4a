import assert from "node:assert/strict";
import { refusals } from "../../../components/backup/commands";
import { failureOf, RightsMissing } from "../../../components/backup/errors";

const order = {
  ...{ directory: "/var/backups/selfhelp", id: "i", recipient: "age1", schema: "selfhelp", neededBytes: 30_400_000_000, ca: "" },
  ...{ server: "mariadb" as const, generated: [], leftOut: [], withHistory: false, withPosition: false },
};
const said = (exitCode: number, stdout: string, stderr = ""): string => failureOf("db1", order, { exitCode, stdout, stderr }).message;
const beginning = 'the database could not be backed up on host "db1": ';

describe("what is said when there is no backup", () => {
  it("names the packages to install", () => {
    assert.equal(
      said(refusals.packageMissing, "missing zstd age\n"),
      `${beginning}it lacks zstd and age; nothing was changed. Install there, then start again: sudo apt-get install zstd age`,
    );
  });

  it("says that MySQL's client was never tried with MariaDB's server, and that MariaDB's takes its place", () => {
    assert.equal(
      said(refusals.clientUntried, "client mysqldump  Ver 8.0.39 for Linux\n"),
      `${beginning}its database client is MySQL's, which was never tried with a MariaDB server: mysqldump  Ver 8.0.39 for Linux; nothing was changed. Install MariaDB's there (mariadb-client), but look first what goes for it: apt-get -s install mariadb-client`,
    );
  });

  it("says which tables MariaDB's client can't dump of a MySQL server", () => {
    const tables = { ...order, generated: ["a", "b", "c", "d", "e", "f"] };
    assert.match(
      failureOf("db1", tables, { exitCode: refusals.clientUnfit, stdout: "", stderr: "" }).message,
      /generated columns \(a, b, c, d, e and 1 more\); nothing was changed\. Install MySQL's own client programs/,
    );
  });

  it("tells who else is at it, and how to end that", () => {
    assert.equal(
      said(refusals.busy, "busy 807 2026-11-23T05:11:55Z\n"),
      `${beginning}another backup was begun there at 2026-11-23T05:11:55Z and is still running; nothing was changed. Wait until it is done, or end it there (sudo kill -- -807); then start again.`,
    );
  });

  it("compares what is free with what may be needed", () => {
    assert.match(
      said(refusals.diskFull, "free 21000000\n"),
      /the disk of \/var\/backups\/selfhelp has 21 MB free, the database's rows take 30400 MB; nothing was changed\. Make room there, or set selfhelp:backup\.directory/,
    );
  });

  it("names the stage that failed, with its own last lines", () => {
    assert.equal(
      said(refusals.stageFailed, "1000 encrypted\nfailed 2 mariadb-dump\n", "mariadb-dump: Got error: 1045\n"),
      `${beginning}mariadb-dump failed with code 2; its last lines:\n    mariadb-dump: Got error: 1045\nNothing was changed. When the cause is gone, start again.`,
    );
  });

  it("sees a full disk behind the failures that it causes", () => {
    assert.match(
      said(
        refusals.stageFailed,
        "failed 1 writing the archive\n",
        "tee: 'standard output': No space left on device\nmariadb-dump: Got errno 32 on write\n",
      ),
      /the disk of \/var\/backups\/selfhelp became full; /,
    );
  });

  it("shows the statement that could not be restored, but no row, also where the client's words are cut off", () => {
    const mark = "-".repeat(14);
    const failure = (words: string): string => said(refusals.notRestored, "failed 1 mariadb\n", words);
    assert.match(
      failure(`${mark}\nINSERT INTO \`users\` VALUES\n(1,'Zoe')\n${mark}\n\nERROR 4025 (23000) at line 7: CONSTRAINT failed\n`),
      /mariadb failed with code 1; its last lines:\n {4}-+\n {4}INSERT INTO `users` VALUES …\n {4}-+\n {4}\n {4}ERROR 4025 .*: CONSTRAINT failed\nNothing/,
    );
    assert.match(
      failure(`(1,'Zoe'),(2,'Bob')\n${mark}\n\nERROR 2006 (HY000) at line 41: Server has gone away\n`),
      /last lines:\n {4}ERROR 2006 .*gone away\nNothing was changed\. If that server still runs, a row is larger than what it takes at once: SET GLOBAL max_allowed_packet/,
    );
    const view = `${mark}\nCREATE VIEW \`names\` AS\nselect 1\n${mark}\nERROR 1054 (42S22): Unknown column\n`;
    assert.match(failure(view), /CREATE VIEW `names` AS\n {4}select 1\n/);
  });

  it("does not take a dump without its last line for a whole one", () => {
    assert.match(said(refusals.cutShort, ""), /the dump ended before it was complete; nothing was changed/);
  });

  it("gives the statements that an administrator must run", () => {
    const missing = [{ of: "events", grant: "GRANT EVENT ON `selfhelp`.* TO `deploy`@`localhost`;" }];
    assert.equal(
      new RightsMissing("db1", missing).message,
      `${beginning}its user lacks the right to read all events; nothing was changed. As an administrator of the database, run, then start again:\n    ${missing[0]?.grant}`,
    );
  });
});
