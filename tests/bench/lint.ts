import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../lab/places";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 5;
const scripts = 40;
const statementsEach = 25;
/** What linting should take at most. */
const goalSeconds = 1;

/** `selfhelp lint` of ten years' scripts, from the start of its process to its end. */
export async function lint(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "bench-lint-"));
  try {
    for (let number = 1; number <= scripts; number++)
      writeFileSync(join(folder, `${number}_update_v1.${number}_v1.${number + 1}.sql`), script(number));
    const seconds = Array.from({ length: rounds + 1 }, () => lintOnce(folder)).slice(1); // the first is a warm-up
    return {
      ratio: rounded(median(seconds) / goalSeconds),
      goal: 1,
      seconds: rounded(median(seconds)),
      scripts,
      statements: scripts * statementsEach,
      rounds,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lintOnce(folder: string): number {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(join(projectFolder, "bin/selfhelp"), ["lint", folder], {
    encoding: "utf8",
    timeout: 60_000,
  });
  const seconds = (performance.now() - started) / 1000;
  const isWhole = stdout.includes(`in ${scripts} files, ${scripts * statementsEach} statements`);
  if (status !== 1 || !isWhole) throw new Error(`selfhelp lint ended with ${status}: ${stdout.slice(-500)}${stderr}`);
  return seconds;
}

/** A script as the application has them: a table, columns, indexes, calls, a procedure, long inserts. */
function script(number: number): string {
  const table = `things_${number}`;
  const rows = Array.from({ length: 40 }, (_, row) => `('CODE_${row}', 'it''s number ${row}; -- no comment', '{"a": [${row}, "x"]}')`).join(
    ",\n",
  );
  const kinds = [
    (n: number) => `ALTER TABLE \`users\` ADD COLUMN \`c_${number}_${n}\` varchar(255) DEFAULT NULL COMMENT 'a, (b)';`,
    (n: number) => `CALL add_index('${table}', 'i_${n}', 'code', FALSE);`,
    () => `INSERT INTO \`lookups\` (\`code\`, \`text\`, \`json\`) VALUES\n${rows};`,
    (n: number) => `UPDATE users u INNER JOIN ${table} t ON t.id = u.id SET u.c_${number}_${n} = t.code WHERE t.id > ${n}; -- why`,
    (n: number) =>
      `DELIMITER //\nCREATE PROCEDURE p_${number}_${n}(IN a INT)\nBEGIN\n  IF a = 1 THEN SELECT 'x;y'; ELSE DELETE FROM users; END IF;\nEND //\nDELIMITER ;`,
    (n: number) => `ALTER TABLE logs CHANGE a_${n} b_${n} ENUM('x', 'y') NOT NULL, DROP COLUMN c_${n};`,
  ];
  const first = [
    `UPDATE version SET version = 'v1.${number + 1}';`,
    `CREATE TABLE \`${table}\` (\`id\` int NOT NULL AUTO_INCREMENT, \`code\` varchar(100) NOT NULL, PRIMARY KEY (\`id\`)) CHARSET=utf8mb4;`,
  ];
  const more = Array.from({ length: statementsEach - first.length }, (_, index) => kinds[index % kinds.length]?.(index) ?? "");
  return `-- ${number}\n${[...first, ...more].join("\n\n")}\n`;
}
