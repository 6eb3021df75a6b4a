import { z } from "zod";
import { line, secretText } from "../config-parts";

/** What of a stack's config says who may log in to the database. */

/** The plugin of @pulumi/mysql puts names and passwords between quotes as they are. */
const password = secretText.pipe(
  z
    .string()
    .min(12, "must have at least 12 characters")
    .regex(
      /^[^'"`\\\p{C}]*$/u,
      "must be without quotes, backslashes and control characters, for example what this prints: openssl rand -hex 24",
    ),
);

const user = line.regex(/^[A-Za-z0-9_.-]{1,32}$/, 'must be 1 to 32 letters, digits, "_", "." and "-", for example "selfhelp_app"');

const schemaOrAll = /^(\*|[^`'"\\.*\p{C}]{1,64})\.(\*|[^`'"\\.*\p{C}]{1,64})$/u;

const login = z.strictObject({
  /** The account's name. */
  user,
  /** Set it with `pulumi config set --secret --path`. */
  password,
});

const account = login.extend({
  /** Where this account logs in from, as the server sees it; `%` stands for any text. Default: 127.0.0.1 where the database is on the only host, else everywhere. */
  from: line.regex(/^[A-Za-z0-9.:%_/-]{1,60}$/, 'must be an address as the server sees it, for example "10.0.0.%"').optional(),
  /** Whether the server refuses it without TLS; default: yes, but for an application on the database's own host. */
  requireTls: z.boolean("must be true or false").optional(),
  /** Rights beside those of its role. */
  also: z
    .array(
      z.strictObject({
        /** As GRANT names them. */
        privileges: z
          .array(line.regex(/^[A-Z][A-Z_ ]*[A-Z]$/, 'must be a privilege as the server names it, for example "SET USER"'))
          .min(1, "must name one"),
        /** Where they hold. */
        on: line.regex(schemaOrAll, 'must be SCHEMA.TABLE, for example "*.*" or "reports.*"'),
      }),
    )
    .default([]),
});

/** What is found of a server's own set-up, and can be removed. */
export const serverFindings = ["anonymous users", "remote root", "test database", "local_infile"] as const;

/** `access` */
export const accessConfig = z
  .strictObject({
    /** Makes the other accounts and is used for nothing else: it needs CREATE USER and the rights that it grants, each WITH GRANT OPTION. */
    administrator: z.strictObject({
      /** Its name; it exists already. */
      user: line.max(80),
      /** Set it with `pulumi config set --secret --path selfhelp:access.administrator.password`. */
      password: secretText,
    }),
    /** The server as the deployer dials it itself; default: through the SSH connection to its host. */
    endpoint: line.regex(/^[A-Za-z0-9.:[\]-]+:\d{1,5}$/, 'must be HOST:PORT, for example "db.example.org:3306"').optional(),
    /** Of `endpoint`; "skip-verify" for a certificate that no public authority has signed. */
    tls: z.enum(["true", "skip-verify", "false"], { error: 'must be "true", "skip-verify" or "false"' }).default("true"),
    /** The application: reads and writes rows, calls procedures. */
    application: account
      .extend({
        /** What it logged in as before: what users are served from, and what they may be taken back to, still does. */
        previous: login.optional(),
      })
      .optional(),
    /** Migrations, and all else that this tool does in the database; in the place of database.user. */
    migration: account.optional(),
    /** Backups: reads everything of the database, writes nothing. */
    backup: account.optional(),
    /** Reads the database's version, nothing else. */
    monitoring: account.optional(),
    /** What is removed from the server when it is found: "anonymous users", "remote root", "test database", "local_infile". */
    remove: z.array(z.enum(serverFindings, { error: `must be one of: ${serverFindings.join(", ")}` })).default([]),
  })
  .superRefine((access, context) => {
    const names = rolesOf(access).flatMap((role) => {
      const previous = role === "application" ? access.application?.previous?.user : undefined;
      return [
        { path: [role, "user"], name: access[role]?.user },
        ...(previous === undefined ? [] : [{ path: [role, "previous", "user"], name: previous }]),
      ];
    });
    const all = [{ path: ["administrator", "user"], name: access.administrator.user }, ...names];
    all.forEach(({ path, name }, index) => {
      if (all.findIndex((other) => other.name === name) < index)
        context.addIssue({ code: "custom", path, message: `"${name}" is the name of another account, too; each needs its own` });
    });
  });

export type AccessConfig = z.infer<typeof accessConfig>;
export type AccountConfig = z.infer<typeof account>;

/** What an account is for. */
export const roles = ["application", "migration", "backup", "monitoring"] as const;
export type Role = (typeof roles)[number];

/** The accounts that a stack has. */
export const rolesOf = (access: Partial<Record<Role, unknown>>): Role[] => roles.filter((role) => access[role] !== undefined);
