import type { Rule } from "../rule";
import { versionsSet } from "../version-set";

const file = "40_update_v8.0.0_v8.1.0.sql";

export const versionNotSet: Rule = {
  id: "version-not-set",
  class: "version",
  title: "never sets the version",
  why: "The database would not say that it is where the script's name leads to; the migration stops behind such a script.",
  instead: "Make UPDATE version SET version = '…' the first statement.",
  bad: [
    { file, source: "ALTER TABLE users ADD age int NULL;" },
    { file, source: "-- nothing yet\n" },
    { file, source: "-- UPDATE version SET version = 'v8.1.0';\nSELECT 1;" },
  ],
  good: [
    { file, source: "UPDATE version SET version = 'v8.1.0';" },
    { file: "styles.sql", source: "SELECT 1;" },
  ],
  ofScript: (script) =>
    script.to === undefined || versionsSet(script).length > 0 ? [] : [{ message: `never sets the version to ${script.to}` }],
};
