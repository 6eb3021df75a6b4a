import type { Column } from "../../sql/statement";
import type { Rule } from "../rule";

export const noCharset: Rule = {
  id: "no-charset",
  class: "encoding",
  title: "creates a table without a character set",
  why: "Its texts get the database's own, which isn't the same on every server: utf8mb4 here, latin1 there.",
  instead: "End CREATE TABLE with DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci.",
  bad: ["CREATE TABLE made (id int NOT NULL PRIMARY KEY, name varchar(100) NOT NULL) ENGINE=InnoDB;"],
  good: [
    "CREATE TABLE made (id int NOT NULL PRIMARY KEY, name varchar(100) NOT NULL) CHARACTER SET = utf8mb4;",
    "CREATE TABLE made (id_users int NOT NULL, id_roles int NOT NULL, PRIMARY KEY (id_users, id_roles));",
    "CREATE TEMPORARY TABLE found (name varchar(10));",
    "CREATE TABLE made LIKE users;",
  ],
  ofEffect: (effect) => {
    if (effect.is !== "create table" || effect.temporary || effect.from !== undefined) return undefined;
    const isSaid = effect.options["CHARSET"] !== undefined || effect.options["COLLATE"] !== undefined;
    const texts = effect.columns.filter((column) => isText(column) && column.charset === undefined && column.collate === undefined);
    return isSaid || texts.length === 0
      ? undefined
      : `creates ${effect.table.name} without a character set for ${texts.map(({ name }) => name).join(", ")}`;
  },
};

const isText = ({ type }: Column): boolean => /^(var)?char$|text$|^enum$|^set$/.test(type);
