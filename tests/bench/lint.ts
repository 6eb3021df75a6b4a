import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../lab/places";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const rounds = 7;
const scripts = 40;
const statements = 1000;

/** A fresh `selfhelp lint` on a folder of 40 scripts with 1,000 statements, against one second. */
export function lint(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "bench-lint-"));
  try {
    for (let number = 1; number <= scripts; number++)
      writeFileSync(join(folder, `${number}_update_v1.${number - 1}_v1.${number}.sql`), script(number));
    const seconds = Array.from({ length: rounds + 1 }, () => lintOnce(folder)).slice(1); // the first one may have to bundle
    return Promise.resolve({ ratio: rounded(median(seconds)), goal: 1.0, seconds: rounded(median(seconds)), scripts, statements, rounds });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lintOnce(folder: string): number {
  const started = performance.now();
  const { status, stdout } = spawnSync(join(projectFolder, "bin/selfhelp"), ["lint", folder], { encoding: "utf8", maxBuffer: 2 ** 26 });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 1 || !stdout.includes(`${scripts} scripts, ${statements} statements`))
    throw new Error(`the lint failed: ${stdout.slice(-300)}`);
  return seconds;
}

/** One script of what real ones are made of. */
function script(number: number): string {
  const all = [`UPDATE version SET version = 'v1.${number}'`];
  for (let index = 1; all.length < statements / scripts; index++) all.push(kinds[index % kinds.length]!(`${number}_${index}`));
  return `${all.join(";\n\n-- and then\n")};\n`;
}

const kinds: ((name: string) => string)[] = [
  (name) =>
    `CREATE TABLE \`table_${name}\` (\n  \`id\` int NOT NULL AUTO_INCREMENT,\n  \`name\` varchar(100) NOT NULL,\n  PRIMARY KEY (\`id\`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  (name) => `ALTER TABLE users ADD COLUMN column_${name} varchar(255) DEFAULT NULL, DROP COLUMN old_${name}`,
  (name) => `CALL add_index('users', 'index_${name}', 'name', FALSE)`,
  (name) =>
    `INSERT INTO lookups (type_code, code, description) VALUES\n${Array.from({ length: 20 }, (_, row) => `('type_${name}', 'code_${row}', 'It''s a "description"; -- really')`).join(",\n")}`,
  (name) => `UPDATE pages p JOIN users u ON u.id = p.id_users SET p.name = '${name}' WHERE p.name IN ('a', 'b')`,
  (name) => `DROP PROCEDURE IF EXISTS p_${name}`,
];
