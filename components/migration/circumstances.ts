/** Failures that the server's state or other sessions are to blame for, not the script: how they are told, and what helps. */
const circumstances: { told: RegExp; remedy: string }[] = [
  {
    // Many errors only pass on the operating system's one, or the storage engine's.
    told: /^error (14|20|1021|1114) |\b28 ("|- )No space left on device|\b13[56] "No more room in (record|index) file/,
    remedy: "make room on the disk of the database server (SELECT @@datadir, @@tmpdir tells where), then type: pulumi up.",
  },
  { told: /^error (1205|1213) /, remedy: "it was in somebody else's way: type pulumi up, at a time when fewer users write." },
  { told: /^error (1969|3024) /, remedy: "set selfhelp:migration.statementSeconds to what it needs, then type: pulumi up." },
  {
    told: /^error 1419 /,
    remedy:
      "the server keeps a binary log, and lets only some make triggers and functions then: as an administrator of the database, run " +
      "SET PERSIST log_bin_trust_function_creators = ON (on MariaDB SET GLOBAL, and in its configuration), then type: pulumi up.",
  },
  { told: /^error 1317 /, remedy: "somebody ended it on the server (KILL): find out why, then type: pulumi up." },
];

/** What to do about an error ("error 1114 (HY000): …") that no other script would have kept away; undefined: the script is to be corrected. */
export const remedyOfCircumstances = (reason: string): string | undefined => circumstances.find(({ told }) => told.test(reason))?.remedy;
