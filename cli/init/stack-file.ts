import { stringify } from "yaml";
import type { Answers } from "./answers";

/** What was found out besides. */
export interface Found {
  /** "ssh-ed25519 AAAA…" */
  hostKey: string;
  /** age's public key. */
  recipient: string;
  /** The private one to it, a file; undefined: somebody else has it. */
  identityPath: string | undefined;
}

/** The config as Pulumi would hand it over; secrets are set later. */
export function configOf(answers: Answers, { hostKey, recipient, identityPath }: Found): Record<string, unknown> {
  const { repository, release, address, port, user, key, database, databaseUser, base, baseVersion, healthPath } = answers;
  return {
    release,
    repository,
    ...(base === "" ? {} : { base: { script: base, version: baseVersion } }),
    hosts: [
      {
        name: "web1",
        address,
        ...(port === "22" ? {} : { port: Number(port) }),
        user,
        hostKey,
        ...(key === "" ? {} : { privateKeyPath: key }),
      },
    ],
    database: { name: database, user: databaseUser },
    backup: { recipient, ...(identityPath === undefined ? {} : { identityPath }) },
    health: { path: healthPath },
    environment: { APP_ENV: "prod" },
  };
}

const comments: Record<string, string> = {
  release: "What should be live: a tag, a branch or a commit. Production changes when this line changes, if it is a tag.",
  repository: "The application's git repository, as this machine reaches it. The hosts never talk to the git server.",
  base: "How an empty database becomes the first version.",
  hosts: "Where it runs. hostKey is what the host proves itself with; without privateKeyPath the SSH agent is asked.",
  database:
    "On the host, unless `host` names another place. The password is added, encrypted, by: pulumi config set --secret --path selfhelp:database.password",
  backup: "Backups are encrypted to this key; the private half, needed to go back to one, stays off every host.",
  health: "Asked of the new release before any user sees it, and of users' address after it.",
  environment: "Becomes .env.local. Secrets, encrypted: pulumi config set --secret --path selfhelp:environment.DATABASE_URL",
};

/** Text of `Pulumi.STACK.yaml`. */
export function stackFile(config: Readonly<Record<string, unknown>>): string {
  const keys = Object.entries(config).map(([key, value]) => {
    const comment = comments[key];
    return `${comment === undefined ? "" : `# ${comment}\n`}${stringify({ [`selfhelp:${key}`]: value }, { lineWidth: 0 })}`;
  });
  const lines = keys.join("").trimEnd().split("\n");
  return [
    "# yaml-language-server: $schema=docs/stack-config.schema.json",
    "# Every key and its default: docs/reference.md",
    "config:",
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
