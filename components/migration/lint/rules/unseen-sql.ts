import type { Rule } from "../rule";

const made = (body: string): string => `DELIMITER //\n${body} //\nDELIMITER ;\n`;

export const unseenSql: Rule = {
  id: "unseen-sql",
  class: "unreadable",
  title: "what this CALL does can't be seen",
  why: "The procedure runs a text that is put together of what only the server knows: names out of information_schema, values out of rows. Where it is made of plain texts and the CALL's arguments, it is read, and found to be what it is.",
  instead: "Look at the body, try it on a copy, and accept the finding; or write the statements out.",
  bad: [
    `${made("CREATE PROCEDURE clean() BEGIN SELECT CONCAT('DROP TABLE ', MIN(table_name)) INTO @s FROM information_schema.tables; PREPARE st FROM @s; EXECUTE st; END")}CALL clean();`,
  ],
  good: [
    `${made("CREATE PROCEDURE widen(t varchar(64)) BEGIN SET @s = CONCAT('ALTER TABLE ', t, ' ADD COLUMN a int NULL'); PREPARE st FROM @s; EXECUTE st; END")}CALL widen('users');`,
  ],
  ofEffect: (effect) => (effect.is === "unseen" ? "what this CALL does can't be seen" : undefined),
};
