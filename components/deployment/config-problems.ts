import type { z } from "zod";

/** One thing in a stack's config that can't be accepted. */
export interface Problem {
  /** As `pulumi config set --path` takes it: `selfhelp:hosts[0].hostKey` */
  key: string;
  reason: string;
}

/** What a missing key should look like, by its path without positions. */
const examples: Record<string, string> = {
  release: "v8.1.0",
  repository: "https://git.example.org/selfhelp-backend.git",
  hosts:
    '[{"name": "web1", "address": "203.0.113.7", "user": "deploy", "hostKey": "ssh-ed25519 AAAAC3Nz…", "privateKeyPath": "/home/me/.ssh/deploy"}]',
  "hosts.name": "web1",
  "hosts.address": "203.0.113.7",
  "hosts.user": "deploy",
  "hosts.hostKey": "ssh-ed25519 AAAAC3Nz… (as `ssh-keyscan -t ed25519 ADDRESS` prints it behind the address)",
  database: '{"name": "selfhelp_production", "user": "selfhelp_deploy"} and the password as a secret',
  "database.name": "selfhelp_production",
  "database.user": "selfhelp_deploy",
  "database.password": "pulumi config set --secret --path selfhelp:database.password",
  "database.tls.caPath": "/etc/ssl/certs/database-ca.pem",
  backup: '{"recipient": "age1…"}',
  "backup.recipient": "age1… (as `age-keygen` prints it)",
  "backup.offsite": '{"bucket": "example-selfhelp-backups", "region": "eu-central-1", "manage": true}',
  "backup.offsite.bucket": "example-selfhelp-backups",
  "backup.offsite.region": "eu-central-1",
  "base.script": "db/base.sql",
  "base.version": "v8.0.0",
  "hardening.tls.certificatePath": "/etc/letsencrypt/live/selfhelp.example.org/fullchain.pem",
  "hardening.tls.keyPath": "/etc/letsencrypt/live/selfhelp.example.org/privkey.pem",
  "monitoring.webhook.url": "https://hooks.example.org/T0/B0/…",
  "monitoring.email.command": 'mail -s "$SUBJECT" operators@example.org',
  "checks.name": "login page",
  "checks.path": "/cms-api/v1/health",
};

/** One of the schema's issues in words; never with the value of a secret. */
export function problemOf(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ key: keyOf([...issue.path, key]), reason: "is not a known key" }));
  if (issue.code === "invalid_key") return issue.issues.map((inner) => ({ key: keyOf(issue.path), reason: inner.message }));
  const key = keyOf(issue.path);
  if (issue.code === "invalid_type") return [{ key, reason: typeReason(issue) }];
  if (issue.code === "invalid_union" && issue.input === undefined) return [{ key, reason: `is missing${example(issue.path)}` }];
  return [{ key, reason: issue.message }];
}

function typeReason(issue: z.core.$ZodIssueInvalidType): string {
  return (issue.input === undefined ? "is missing" : `must be ${article(issue.expected)}`) + example(issue.path);
}

function example(path: readonly PropertyKey[]): string {
  const text = examples[path.filter((part) => typeof part === "string").join(".")];
  return text === undefined ? "" : `, for example: ${text}`;
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

function keyOf(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  return rest.reduce<string>(
    (key, part) => (typeof part === "number" ? `${key}[${part}]` : `${key}.${String(part)}`),
    first === undefined ? "selfhelp" : `selfhelp:${String(first)}`,
  );
}

/** The whole list as one message. */
export function problemsText(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(({ key, reason }) => `  - ${key} ${reason}`);
  return [`The stack's config has ${count}; no host was contacted:`, ...lines].join("\n");
}
