import assert from "node:assert/strict";
import { lintScripts } from "../../../components/migration/lint/lint";
import { type Script, scriptOf } from "../../../components/migration/script";

const script = (file: string, source: string): Script => scriptOf({ file, from: "", to: "" }, Buffer.from(source));

/** What ten years of migrations have left. */
const base = script(
  "base.sql",
  `
CREATE TABLE users (
  id int(11) NOT NULL AUTO_INCREMENT,
  email varchar(180) NOT NULL,
  name varchar(100) DEFAULT NULL,
  roles longtext NOT NULL COMMENT '(DC2Type:json)',
  age smallint(5) unsigned DEFAULT NULL,
  status enum('active','blocked') NOT NULL DEFAULT 'active',
  balance decimal(10,2) NOT NULL DEFAULT '0.00',
  bio text,
  is_verified tinyint(1) NOT NULL DEFAULT 0,
  id_genders int(11) DEFAULT NULL,
  created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  UNIQUE KEY UNIQ_1483A5E9E7927C74 (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE pages (id int(11) NOT NULL AUTO_INCREMENT, keyword varchar(100) NOT NULL, url varchar(255) DEFAULT NULL, parent int(11) DEFAULT NULL,
  params json DEFAULT NULL, PRIMARY KEY (id), KEY parent (parent), CONSTRAINT FK_parent FOREIGN KEY (parent) REFERENCES pages (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE logs (id bigint unsigned NOT NULL AUTO_INCREMENT, id_users int(11) DEFAULT NULL, code int NOT NULL, callback_date datetime DEFAULT NULL,
  text varchar(1000) DEFAULT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE lookups (id int NOT NULL AUTO_INCREMENT, type_code varchar(100) NOT NULL, code varchar(100) NOT NULL, PRIMARY KEY (id),
  UNIQUE KEY type_code (type_code, code)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE genders (id int NOT NULL AUTO_INCREMENT, name varchar(20) NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
`,
);

const found = (source: string): string[] =>
  lintScripts([script("40_update_v8.0.0_v8.1.0.sql", `UPDATE version SET version = 'v8.1.0';\n${source}`)], { earlier: [base] }).map(
    ({ rule }) => rule,
  );

/** A release's statements, each with what is to be found in it and nothing else. */
const corpus: Record<string, [sql: string, ...rules: string[]][]> = {
  "what Doctrine writes": [
    ["ALTER TABLE users ADD reset_token VARCHAR(64) DEFAULT NULL, ADD reset_at DATETIME DEFAULT NULL COMMENT '(DC2Type:datetime_immutable)'"],
    ["ALTER TABLE users ADD locale VARCHAR(5) DEFAULT 'en' NOT NULL"],
    ["ALTER TABLE users ADD uuid BINARY(16) NOT NULL COMMENT '(DC2Type:uuid)'", "not-null-without-default"],
    ["ALTER TABLE users CHANGE name name VARCHAR(100) DEFAULT NULL"],
    ["ALTER TABLE users CHANGE name name VARCHAR(190) DEFAULT NULL, CHANGE roles roles LONGTEXT NOT NULL COMMENT '(DC2Type:array)'"],
    ["ALTER TABLE users CHANGE roles roles JSON NOT NULL COMMENT '(DC2Type:json)'", "copies-table"],
    ["ALTER TABLE users CHANGE age age SMALLINT UNSIGNED DEFAULT NULL, CHANGE id id INT AUTO_INCREMENT NOT NULL"],
    ["ALTER TABLE users CHANGE is_verified is_verified TINYINT(1) DEFAULT '0' NOT NULL"],
    ["ALTER TABLE users CHANGE created_at created_at DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL COMMENT '(DC2Type:datetime_immutable)'"],
    ["ALTER TABLE users CHANGE created_at created_at DATETIME NOT NULL", "not-null-without-default"],
    ["ALTER TABLE logs CHANGE code code BIGINT NOT NULL", "copies-table"],
    ["ALTER TABLE logs CHANGE text text VARCHAR(500) DEFAULT NULL", "change-type", "copies-table"],
    ["ALTER TABLE logs ADD CONSTRAINT FK_F08FC65CFA06E4D9 FOREIGN KEY (id_users) REFERENCES users (id) ON DELETE SET NULL", "add-foreign-key"],
    ["ALTER TABLE logs DROP FOREIGN KEY FK_1; DROP INDEX IDX_1 ON logs; CREATE INDEX IDX_F08FC65CFA06E4D9 ON logs (id_users)"],
    ["DROP INDEX UNIQ_1483A5E9E7927C74 ON users; CREATE UNIQUE INDEX uniq_email ON users (email)"],
    ["CREATE UNIQUE INDEX uniq_both ON users (name, email); ALTER TABLE users ADD UNIQUE (name)", "add-unique"],
    ["ALTER TABLE pages DROP FOREIGN KEY FK_parent; ALTER TABLE pages ADD CONSTRAINT FK_2074E5753D8E604F FOREIGN KEY (parent) REFERENCES pages (id) ON DELETE SET NULL", "copies-table"],
    ["SET FOREIGN_KEY_CHECKS=0; ALTER TABLE pages DROP FOREIGN KEY FK_parent, ADD CONSTRAINT FK_2 FOREIGN KEY (parent) REFERENCES pages (id); SET FOREIGN_KEY_CHECKS=1"],
    ["ALTER TABLE pages ADD CONSTRAINT FK_3 FOREIGN KEY (parent) REFERENCES logs (id)", "add-foreign-key"],
    ["ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (id)"],
    ["ALTER TABLE logs CHANGE callback_date callback_date DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL COMMENT '(DC2Type:datetime_immutable)'", "not-null-without-default"],
    ["ALTER TABLE genders CHANGE name name VARCHAR(100) NOT NULL", "copies-table"],
    ["ALTER TABLE users ADD is_blocked BOOL DEFAULT FALSE NOT NULL FIRST, ADD seen_at TIMESTAMP NULL DEFAULT NULL, ADD INDEX (seen_at)"],
    ["ALTER TABLE pages DROP FOREIGN KEY FK_parent, DROP INDEX parent, DROP COLUMN parent", "drop-column"],
    ["ALTER TABLE users RENAME INDEX uniq_1483a5e9e7927c74 TO unique_email"],
    ["CREATE TABLE messenger_messages (id BIGINT AUTO_INCREMENT NOT NULL, body LONGTEXT NOT NULL, headers LONGTEXT NOT NULL, queue_name VARCHAR(190) NOT NULL, available_at DATETIME NOT NULL, delivered_at DATETIME DEFAULT NULL, INDEX IDX_75EA56E0FB7336F0 (queue_name), PRIMARY KEY(id)) DEFAULT CHARACTER SET utf8mb4 COLLATE `utf8mb4_unicode_ci` ENGINE = InnoDB"],
    ["CREATE TABLE tag (id INT AUTO_INCREMENT NOT NULL, name VARCHAR(50) NOT NULL, UNIQUE INDEX UNIQ_389B7835E237E06 (name), PRIMARY KEY(id)) DEFAULT CHARACTER SET utf8 COLLATE `utf8_unicode_ci` ENGINE = InnoDB", "charset"],
    ["CREATE TABLE users_tags (id_users INT NOT NULL, id_tags INT NOT NULL, INDEX IDX_1 (id_users), PRIMARY KEY(id_users, id_tags)); ALTER TABLE users_tags ADD CONSTRAINT FK_1 FOREIGN KEY (id_users) REFERENCES users (id) ON DELETE CASCADE"],
    ["ALTER TABLE users ADD id_tags INT DEFAULT NULL; UPDATE users SET id_tags = 1; ALTER TABLE users CHANGE id_tags id_tags INT NOT NULL", "not-null-without-default"],
    ["ALTER TABLE users DROP bio, DROP age", "drop-column"],
    ["CREATE SEQUENCE seq START WITH 1 INCREMENT BY 1; DO NEXTVAL(seq)"],
  ],
  "rows that come with a release": [
    ["INSERT IGNORE INTO lookups (type_code, code) VALUES ('A', 'it''s; -- no comment'), ('B', \"say \\\"x\\\"\")"],
    ["INSERT INTO lookups (type_code, code) SELECT 'A', 'b' FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM lookups l WHERE l.type_code = 'A' AND l.code = 'b')"],
    ["INSERT INTO lookups (type_code, code) SELECT * FROM (SELECT 'A' AS t, 'b' AS c) AS tmp WHERE NOT EXISTS (SELECT id FROM lookups WHERE code = 'b') LIMIT 1"],
    ["INSERT INTO lookups (type_code, code) VALUES ('A', 'b') ON DUPLICATE KEY UPDATE code = VALUES(code)"],
    ["INSERT INTO lookups (type_code, code) VALUES ('A', 'b') AS new ON DUPLICATE KEY UPDATE lookups.code = new.code"],
    ["INSERT INTO lookups (type_code, code) SELECT p.keyword, p.url FROM pages p LEFT JOIN lookups l ON l.code = p.url WHERE l.id IS NULL"],
    ["INSERT INTO lookups SET type_code = 'A', code = 'b'", "plain-insert"],
    ["INSERT INTO lookups (type_code, code) VALUES ('A', 'b') RETURNING id", "plain-insert"],
    ["REPLACE INTO lookups (id, type_code, code) VALUES (1, 'A', 'b')", "replace-into"],
    ["SET @id = (SELECT id FROM pages WHERE keyword = 'home' LIMIT 1); INSERT IGNORE INTO logs (id_users, code) VALUES (@id, 1); SET @last = LAST_INSERT_ID()"],
    ["INSERT IGNORE INTO pages (keyword, params) VALUES ('x', JSON_OBJECT('a', JSON_ARRAY(1, 2), 'b', NULL))"],
    ["DELETE FROM lookups WHERE type_code = 'old' AND code IN ('a', 'b')"],
    ["DELETE p, l FROM pages p JOIN logs l ON l.code = p.id WHERE p.keyword = 'gone'"],
    ["DELETE FROM l USING logs AS l LEFT JOIN users AS u ON u.id = l.id_users WHERE u.id IS NULL"],
    ["DELETE logs FROM logs LEFT JOIN users ON users.id = logs.id_users", "delete-without-where"],
    ["DELETE FROM logs ORDER BY id LIMIT 100", "delete-without-where"],
    ["INSERT INTO logs (id_users, code) SELECT u.id, p.id FROM users u, pages p WHERE u.name = 'a' AND (u.id, p.id) NOT IN (SELECT id_users, code FROM logs)"],
  ],
  "data that is moved": [
    ["UPDATE users u INNER JOIN genders g ON g.id = u.id_genders SET u.name = CONCAT(g.name, ' ', u.name)"],
    ["UPDATE users, genders SET users.name = genders.name WHERE users.id_genders = genders.id"],
    ["UPDATE users u LEFT JOIN logs l ON l.id_users = u.id SET u.is_verified = 0 WHERE l.id IS NULL"],
    ["UPDATE pages SET params = JSON_SET(COALESCE(params, '{}'), '$.old', TRUE) WHERE JSON_EXTRACT(params, '$.old') IS NULL"],
    ["UPDATE pages SET url = REPLACE(url, 'http://', 'https://') WHERE url LIKE 'http://%'"],
    ["UPDATE users SET email = LOWER(TRIM(email))", "update-without-where"],
    ["SET @place = 0; UPDATE logs SET code = (@place := @place + 1) ORDER BY id", "update-without-where"],
    ["WITH RECURSIVE tree AS (SELECT id, parent FROM pages WHERE parent IS NULL UNION ALL SELECT p.id, p.parent FROM pages p JOIN tree t ON t.id = p.parent) SELECT COUNT(*) FROM tree"],
    ["WITH last AS (SELECT id_users, MAX(id) AS id FROM logs GROUP BY id_users) UPDATE logs l JOIN last ON last.id = l.id SET l.code = 0"],
    ["UPDATE logs l JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY id_users ORDER BY id) AS place FROM logs) n ON n.id = l.id SET l.code = n.place"],
    ["SELECT id, LAG(code) OVER w FROM logs WINDOW w AS (PARTITION BY id_users ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"],
    ["SELECT j.name FROM pages, JSON_TABLE(params, '$[*]' COLUMNS (name VARCHAR(100) PATH '$.name')) AS j"],
    ["CREATE TEMPORARY TABLE doubles AS SELECT MIN(id) AS id FROM users GROUP BY email HAVING COUNT(*) > 1; DELETE u FROM users u JOIN doubles d ON d.id = u.id; DROP TEMPORARY TABLE doubles"],
    ["CREATE TABLE logs_new LIKE logs; INSERT INTO logs_new SELECT * FROM logs; RENAME TABLE logs TO logs_old, logs_new TO logs"],
    ["START TRANSACTION; UPDATE users SET name = NULL WHERE name = ''; COMMIT"],
    ["LOCK TABLES logs WRITE; /*!40000 ALTER TABLE logs DISABLE KEYS */; UNLOCK TABLES", "lock-tables"],
  ],
  "tables as they are today": [
    ["ALTER TABLE users ADD full_name VARCHAR(300) GENERATED ALWAYS AS (CONCAT(name, ' ', email)) VIRTUAL"],
    ["ALTER TABLE users ADD full_name VARCHAR(300) AS (CONCAT_WS(' ', name, email)) STORED", "copies-table"],
    ["ALTER TABLE pages ADD FULLTEXT INDEX ft_url (url)", "copies-table"],
    ["CREATE FULLTEXT INDEX ft_text ON logs (text)", "copies-table"],
    ["CREATE TABLE places (id INT NOT NULL PRIMARY KEY, at POINT NOT NULL, SPATIAL INDEX (at)) ENGINE=InnoDB"],
    ["ALTER TABLE users ADD CONSTRAINT chk_age CHECK (age < 150)", "add-check"],
    ["CREATE TABLE prices (id INT NOT NULL, net DECIMAL(10,2) NOT NULL CHECK (net >= 0), CONSTRAINT pk PRIMARY KEY (id), CHECK (id > 0))"],
    ["ALTER TABLE users MODIFY status ENUM('active','blocked','deleted') NOT NULL DEFAULT 'active'"],
    ["ALTER TABLE users MODIFY status ENUM('active','deleted','blocked') NOT NULL DEFAULT 'active'", "copies-table"],
    ["ALTER TABLE users MODIFY status ENUM('active') NOT NULL DEFAULT 'active'", "change-type", "copies-table"],
    ["ALTER TABLE users MODIFY balance DECIMAL(12,2) NOT NULL DEFAULT 0", "copies-table"],
    ["ALTER TABLE pages CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", "copies-table"],
    ["ALTER TABLE pages DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci, COMMENT = 'shown'"],
    ["ALTER TABLE users AUTO_INCREMENT = 1000"],
    ["ALTER TABLE users ENGINE = InnoDB, ROW_FORMAT = DYNAMIC"],
    ["CREATE TABLE `notes` (`id` int(11) NOT NULL, `text` text NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4; ALTER TABLE `notes` ADD PRIMARY KEY (`id`); ALTER TABLE `notes` MODIFY `id` int(11) NOT NULL AUTO_INCREMENT, AUTO_INCREMENT=5"],
    ["ALTER TABLE logs PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (1000), PARTITION p1 VALUES LESS THAN MAXVALUE)", "copies-table"],
    ["ALTER TABLE logs REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (2000), PARTITION p2 VALUES LESS THAN MAXVALUE)", "copies-table"],
    ["ALTER TABLE logs ADD PARTITION (PARTITION p3 VALUES LESS THAN (3000))"],
    ["ALTER TABLE logs DROP PARTITION p0, p1", "truncate-table"],
    ["ALTER TABLE users ADD COLUMN IF NOT EXISTS nick varchar(50) NULL AFTER name, ADD INDEX IF NOT EXISTS idx_nick (nick), ALGORITHM=INPLACE, LOCK=NONE"],
    ["ALTER TABLE users ALTER COLUMN is_verified SET DEFAULT 1; ALTER TABLE users ALTER INDEX idx_nick INVISIBLE"],
    ["ALTER TABLE users ADD COLUMN data JSON DEFAULT (JSON_ARRAY()) NOT NULL", "copies-table"],
  ],
  "what stands around them": [
    ["-- what it's for\n# don't ask\n/* ALTER TABEL */ ALTER TABLE /* why; */ users -- 'a\n ADD /*!50003 nick */ varchar(10) /* 'x */ NULL # (\n"],
    ["SET NAMES utf8mb4; SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO'; SET SQL_MODE=@OLD_SQL_MODE"],
    ["DELIMITER $$\nDROP TRIGGER IF EXISTS users_bi$$\nCREATE TRIGGER users_bi BEFORE INSERT ON users FOR EACH ROW BEGIN IF NEW.name IS NULL THEN SET NEW.name = NEW.email; END IF; END$$\nDELIMITER ;"],
    ["DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER users_ai AFTER INSERT ON users FOR EACH ROW INSERT INTO logs (code) VALUES (1) */;;\nDELIMITER ;", "definer"],
    ["DROP VIEW IF EXISTS view_users; CREATE ALGORITHM=UNDEFINED SQL SECURITY INVOKER VIEW view_users AS SELECT u.id, g.name FROM users u LEFT JOIN genders g ON g.id = u.id_genders"],
    ["DELIMITER //\nDROP FUNCTION IF EXISTS age_of//\nCREATE FUNCTION age_of(born DATE) RETURNS INT DETERMINISTIC READS SQL DATA BEGIN DECLARE a INT; SELECT TIMESTAMPDIFF(YEAR, born, CURDATE()) INTO a; RETURN a; END//\nDELIMITER ;"],
    ["CREATE EVENT IF NOT EXISTS clean ON SCHEDULE EVERY 1 DAY DO DELETE FROM logs WHERE callback_date < NOW() - INTERVAL 1 YEAR"],
    ["SET @s = IF((SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME = 'nick') = 0, 'ALTER TABLE users ADD nick varchar(50) NULL', 'SELECT 1'); PREPARE s FROM @s; EXECUTE s; DEALLOCATE PREPARE s"],
    ["SELECT COUNT(*) INTO @n FROM information_schema.COLUMNS WHERE COLUMN_NAME = 'age'; SET @s = IF(@n > 0, 'ALTER TABLE users DROP COLUMN age', 'DO 0'); PREPARE s FROM @s; EXECUTE s", "drop-column"],
    ["ANALYZE TABLE users; OPTIMIZE TABLE logs; CHECK TABLE pages; SHOW WARNINGS; EXPLAIN SELECT 1; DESC users; FLUSH PRIVILEGES; KILL 5"],
  ],
}; // prettier-ignore

for (const [title, statements] of Object.entries(corpus))
  describe(`in ${title}`, () => {
    for (const [sql, ...rules] of statements)
      it(`${sql.replace(/\s+/g, " ")} → ${rules.join(", ") || "nothing"}`, () =>
        assert.deepEqual([...new Set(found(`${sql};`))].sort(), [...rules].sort()));
  });
