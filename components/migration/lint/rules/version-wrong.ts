import { sameVersion } from "../../version";
import type { Rule } from "../rule";
import { versionsSet } from "../version-set";

const file = "40_update_v8.0.0_v8.1.0.sql";

export const versionWrong: Rule = {
  id: "version-wrong",
  class: "version",
  title: "sets another version than its name says",
  why: "The database would call itself another version than the one it has; the migration refuses the chain.",
  instead: "Set the version that the file's name ends with, as a plain text.",
  bad: [
    { file, source: "UPDATE version SET version = 'v8.0.1';" },
    { file, source: "UPDATE version SET version = CONCAT('v', '8.1.0');" },
    { file, source: "UPDATE version SET version = 'v8.1.0';\nUPDATE version SET version = 'v8.2.0';" },
  ],
  good: [
    { file, source: "UPDATE version SET version = '8.1';" },
    { file, source: "UPDATE version SET version = 'v8.1.0' WHERE id = 1;" },
  ],
  ofScript: (script) => {
    const { to } = script;
    if (to === undefined) return [];
    return versionsSet(script).flatMap(({ statement, version }) => {
      if (version !== undefined && sameVersion(version, to)) return [];
      return [
        {
          statement,
          message:
            version === undefined
              ? `computes the version; its name leads to ${to}`
              : `sets the version to ${version}, its name leads to ${to}`,
        },
      ];
    });
  },
};
