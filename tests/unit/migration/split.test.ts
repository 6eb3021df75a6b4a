import assert from "node:assert/strict";
import { splitStatements } from "../../../components/migration/split";

const texts = (script: string): string[] => splitStatements(script).map(({ text }) => text);

describe("a script is cut into statements", () => {
  it("at semicolons, also without one at the end of the file", () => {
    assert.deepEqual(texts("SELECT 1; SELECT 2;\nSELECT 3"), ["SELECT 1", "SELECT 2", "SELECT 3"]);
    assert.deepEqual(texts(" ;; \n;-- nothing\n"), []);
  });

  it("with the line and column that each begins at, behind its comments", () => {
    assert.deepEqual(splitStatements("-- one\n  SELECT\n1; /* two\n */ SELECT 2;"), [
      { text: "SELECT\n1", line: 2, column: 3 },
      { text: "SELECT 2", line: 4, column: 5 },
    ]);
  });

  it("never inside strings and quoted names", () => {
    for (const one of [
      `SELECT 'a;b'`,
      `SELECT "a;b"`,
      "SELECT `a;b`",
      `SELECT 'it''s;'`,
      `SELECT 'it\\'s;'`,
      `SELECT "say ""hi;"""`,
      `SELECT '\\\\', ';'`,
    ])
      assert.deepEqual(texts(`${one};SELECT 2`), [one, "SELECT 2"]);
    assert.deepEqual(texts("SELECT `a\\`; SELECT 2"), ["SELECT `a\\`", "SELECT 2"]);
  });

  it("never inside comments, however unpaired their quotes are", () => {
    assert.deepEqual(texts("SELECT 1 -- it's; not\n, 2; SELECT 3"), ["SELECT 1 -- it's; not\n, 2", "SELECT 3"]);
    assert.deepEqual(texts("SELECT 1 # don't;\n; SELECT 2 /* ; ' */ ; SELECT 3"), ["SELECT 1 # don't;", "SELECT 2 /* ; ' */", "SELECT 3"]);
    assert.deepEqual(texts("--\n-- it's\n# it's\n/* it's */ SELECT 1"), ["SELECT 1"]);
    assert.deepEqual(texts("--without a blank; as the client sees it\nSELECT 1"), ["SELECT 1"]);
  });

  it("knows two dashes without a blank as a minus of a minus", () => {
    assert.deepEqual(texts("SELECT 5--1; SELECT 2"), ["SELECT 5--1", "SELECT 2"]);
  });

  it("keeps executable comments as the code that they are", () => {
    assert.deepEqual(texts("/*!40101 SET NAMES utf8 */; /*M!100 SELECT ';' */; /*! SELECT 1 */"), [
      "/*!40101 SET NAMES utf8 */",
      "/*M!100 SELECT ';' */",
      "/*! SELECT 1 */",
    ]);
  });

  it("at another delimiter after DELIMITER, in all its forms", () => {
    assert.deepEqual(texts("DELIMITER //\nBEGIN; END//\ndelimiter ;\nSELECT 1;"), ["BEGIN; END", "SELECT 1"]);
    assert.deepEqual(texts("DELIMITER $$\nBEGIN; END$$\nDELIMITER ;;\nBEGIN; END;;\nDelimiter\t;  \nSELECT 1"), [
      "BEGIN; END",
      "BEGIN; END",
      "SELECT 1",
    ]);
    assert.deepEqual(texts("DELIMITER '//'\nSELECT 1; // SELECT 2 //\n  DELIMITER ;\nSELECT 3"), ["SELECT 1;", "SELECT 2", "SELECT 3"]);
  });

  it("but lines of a string, or within a statement, that begin like a command are text", () => {
    assert.deepEqual(texts("SELECT '\nDELIMITER //\nuse other;\n'; SELECT 2"), ["SELECT '\nDELIMITER //\nuse other;\n'", "SELECT 2"]);
    assert.deepEqual(texts("SELECT\ndelimiter FROM t; SELECT 2"), ["SELECT\ndelimiter FROM t", "SELECT 2"]);
  });

  it("without a byte order mark, and with LF for CRLF, as the client sends them", () => {
    assert.deepEqual(splitStatements("\uFEFF-- x\r\nSELECT 'a\r\nb';\r\nDELIMITER //\r\nSELECT 2//\r\n"), [
      { text: "SELECT 'a\nb'", line: 2, column: 1 },
      { text: "SELECT 2", line: 5, column: 1 },
    ]);
  });

  it("a string that never ends is one statement, for the server to refuse", () => {
    assert.deepEqual(texts("SELECT 1; SELECT 'a; SELECT 2;"), ["SELECT 1", "SELECT 'a; SELECT 2;"]);
  });
});

describe("whatever statements a script is put together of", () => {
  /** Pseudo-random numbers, the same for a seed. */
  const randomOf = (seed: number) => {
    let state = seed;
    return (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  };
  const pieces = [
    "SELECT", "a", "5--1", "/", "*", "(", ")", "=", "@x:=1", "END", "\\N", "🙂", "x'00'", "use", "é",
    "'it''s; // $$ ;;'", "'\\';'", "'\\\\'", '"say "";"" #"', "`na``me;`", "'\ndelimiter //\nuse x;\n'", "'-- no'", "'/*'",
    "/* ; // ' \" ` */", "/*! ';' */", "-- it's; // $$\n", "# `\" ;; \n", "/*M!100 1 */",
  ]; // prettier-ignore
  const between = ["", " ", "\n", "\r\n", "-- it's a ; comment\n", "# another '\r\n", '/* and ;\n * // one more " */', "\t", "--bare\n"];
  const delimiters = [";", "//", "$$", ";;", "|", "END_OF_STATEMENT"];

  it("exactly those come out again, at their places", () => {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = randomOf(seed);
      const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)] as Item;
      let script = pick(["", "\uFEFF"]);
      let delimiter = ";";
      const expected: { text: string; line: number; column: number }[] = [];
      for (let count = random(8); count >= 0; count--) {
        if (random(3) === 0) {
          delimiter = pick(delimiters);
          script += `${pick(["\n", "\n  "])}${pick(["DELIMITER ", "delimiter\t", "Delimiter   "])}${delimiter}${pick(["\n", " \r\n", " -- why\n"])}`;
        }
        script += Array.from({ length: random(4) }, () => pick(between)).join("");
        const usable = pieces.filter((piece) => !withoutQuoted(piece).includes(delimiter));
        const text = ["S", ...Array.from({ length: random(9) }, () => pick(usable))].join(" ").trimEnd();
        const before = script.replace(/^\uFEFF/, "");
        const line = before.split("\n").length;
        expected.push({ text, line, column: before.length - before.lastIndexOf("\n") });
        script +=
          text +
          (/(--|#)[^\n]*$/.test(withoutQuoted(text)) ? "\n" : text.endsWith(delimiter.charAt(0)) ? " " : pick(["", " ", "\n"])) +
          delimiter +
          pick(["", "\n", " \n"]);
      }
      assert.deepEqual(splitStatements(script), expected, `seed ${seed}:\n${script}`);
    }
  });

  /** A piece without what hides delimiters: strings, names, and comments that end within it. */
  const withoutQuoted = (piece: string): string =>
    piece.replace(/'(?:\\.|''|[^'\\])*'|"(?:\\.|""|[^"\\])*"|`[^`]*`|\/\*(?!M?!)[\s\S]*?\*\/|(-- |#)[^\n]*\n/g, "");
});
