import assert from "node:assert/strict";
import { splitStatements } from "../../components/migration/split";
import { MigrationHost } from "./migration-host";

const scripts = {
  "no delimiter at the end": "SELECT 1; SELECT 2;\nSELECT 3",
  "delimiters in strings and names": "SELECT 'a;b', \"c;d\", 'it''s;', 'it\\'s;', \"say \"\";\"; SELECT 1 AS `a;b\\`; SELECT '\\\\';",
  "unpaired quotes in comments": "SELECT 1 -- it's; not\n, 2; SELECT 3 /* don't ; \" */ + 1; SELECT 4 # '\n;",
  "a minus of a minus": "SELECT 5--1; SELECT 2;",
  "executable comments": "/*!40101 SET @a = 1 */; /*!99999 SELECT 3 */; SELECT 1 /*! + 1; */; SELECT /*+ hint ; */ 2;",
  "MariaDB's own comments": "/*M!100100 SELECT ';' */; SELECT 1;",
  "a comment over several lines": "SELECT 1 /* open ;\n still ;\n */ + 1;\n\nSELECT\n\n2;",
  "DELIMITER, from one to the next":
    "DELIMITER $$\nSELECT 1; $$\nDELIMITER ;;\nSELECT 2;;\ndelimiter\t//\nBEGIN NOT ATOMIC SELECT ';'; END//\nDELIMITER ;\nSELECT 3;",
  "END without a blank": "DELIMITER $$\nCREATE PROCEDURE p()\nBEGIN -- it's\n  SELECT 1;\nEND$$\nDELIMITER ;\nDROP PROCEDURE p;",
  "a quoted delimiter, and words behind one": "DELIMITER '//'\nSELECT 1 //\nDELIMITER || -- why\nSELECT 2||",
  "lines of strings like commands": "SELECT '\nDELIMITER //\nuse other;\n\\\\g\n'; SELECT 2;",
  "empty statements": "SELECT 1;;SELECT 2; ;\n;\nSELECT 3;",
  "ends of lines as on Windows": "SELECT 'a\r\nb';\r\nDELIMITER //\r\nSELECT 2//\r\nDELIMITER ;\r\nSELECT 3",
  "a byte order mark, and letters of all kinds": "\uFEFFSELECT 'é;ü', 'ж';",
};

describe("a script is cut where the mariadb client cuts it", function () {
  this.timeout(120_000);

  const on = new MigrationHost("clienttest");

  before(() => on.root("SET GLOBAL log_output = 'TABLE', GLOBAL general_log = ON"));

  /** The statements of the client, as the server received them. */
  const sentByClient = async (script: string): Promise<string[]> => {
    await on.root("TRUNCATE mysql.general_log");
    await on.byClient(`SELECT 'begin';\n${script}`.replace(/^(.*\n)\uFEFF/, "\uFEFF$1"), "--force");
    const user = on.lab.database.deployUser;
    const sent = await on.root(
      `SELECT HEX(CONVERT(argument USING binary)) FROM mysql.general_log WHERE command_type = 'Query' AND user_host LIKE '${user}%' ORDER BY event_time`,
    );
    const texts = sent.split("\n").map((hex) => Buffer.from(hex, "hex").toString("utf8"));
    return texts.slice(texts.indexOf("SELECT 'begin'") + 1);
  };

  for (const [name, script] of Object.entries(scripts)) {
    it(`with ${name}`, async () => {
      const ours = splitStatements(script).map(({ text }) => logged(text));
      assert.deepEqual(ours, await sentByClient(script));
    });
  }

  /** As the general log has it: the server takes a last `;` away. */
  const logged = (text: string): string => text.replace(/[\s;]+$/, "");
});
