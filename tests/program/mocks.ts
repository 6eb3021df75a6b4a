import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { getMonitor } from "@pulumi/pulumi/runtime";
import { chainToken } from "../../components/migration/contract";
import { commitToken } from "../../components/release/contract";

/** A resource as the program declared it. */
export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Names of the resources that it waits for. */
  dependsOn: string[];
  /** URN and id of its provider instance; empty: the default one. */
  provider: string;
  /** Whether it stays when it is taken out of the stack. */
  retained: boolean;
}

export const commit = "85412fd000000000000000000000000000000000";

const scripts = [
  { file: "39_update_v7.6.0_v8.0.0.sql", from: "v7.6.0", to: "v8.0.0", statements: 4, checksum: "sha256:39" },
  { file: "40_update_v8.0.0_v8.1.0.sql", from: "v8.0.0", to: "v8.1.0", statements: 12, checksum: "sha256:40" },
];

/** What handlers would answer, as far as the program reads it. */
const states: Record<string, Record<string, unknown>> = {
  "apphost:backup:Backup": {
    backupId: "20260101T000000Z-v8.0.0",
    lastBackup: { id: "20260101T000000Z-v8.0.0" },
    copy: "selfhelp_verify_1",
    change: "of v8.0.0",
  },
  "apphost:offsite:OffsiteCopy": {
    offsite: { id: "20260101T000000Z-v8.0.0", url: "s3://…", since: "2026-01-01" },
    change: "20260101T000000Z-v8.0.0 to s3://…",
  },
  "aws:s3/bucket:Bucket": { arn: "arn:aws:s3:::example-backups" },
  "aws:kms/key:Key": { arn: "arn:aws:kms:key", keyId: "key" },
  "aws:iam/accessKey:AccessKey": { secret: "made by AWS", createDate: "2026-01-01T00:00:00Z" },
  "apphost:rehearsal:Rehearsal": {
    schema: { "table users": "0123" },
    durations: { "40_update_v8.0.0_v8.1.0.sql": { "3": 40_000 } },
    change: "1 script, 12 statements on a copy in 40 s",
  },
  "apphost:release:Release": { slot: "green", builtAt: "2026-01-01T00:00:00.000Z", previousRelease: "v8.0.0", change: "in green" },
  "apphost:hardening:Permissions": { permissions: "as wanted", change: "2 corrected: …" },
  "apphost:migration:DatabaseVersion": {
    appliedScripts: scripts.map((script) => script.file),
    changedAt: "2026-01-01T00:00:00Z",
    change: "v8.0.0 -> v8.1.0",
    findings: ["40_update_v8.0.0_v8.1.0.sql:3:1 plain-insert: inserts into lookups, whatever is there"],
  },
  "command:remote:Command": {
    stdout: "nothing to do\nselfhelp-fpm@blue.service: exposure 1.4\nselfhelp-fpm@green.service: exposure 1.4\n",
  },
  "apphost:validation:Candidate": { results: [{ check: "health", result: "passed", detail: "answered 200", milliseconds: 7 }] },
  "apphost:validation:Deployment": {
    results: [{ check: "health", result: "warning", detail: "answered 200, but late\n…", milliseconds: 9 }],
  },
};

/** The same on every host. */
const switchState = ({ hosts, slots, release }: { hosts: string[]; slots: object; release: string }): object => {
  const each = (value: unknown): object => Object.fromEntries(hosts.map((host) => [host, value]));
  return {
    ...{ activeSlots: slots, releases: each(release), previousReleases: each("v8.0.0"), maintenance: each(false) },
    ...{ changedAt: each("2026-01-01T00:01:00Z"), changes: each("blue -> green") },
  };
};

/** Replaces Pulumi's engine; what the program declares is gathered in order. */
export async function mockEngine(): Promise<Declared[]> {
  const declared: Declared[] = [];
  let options: Pick<Declared, "dependsOn" | "retained"> = { dependsOn: [], retained: false };
  const monitor: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, provider = "" }) => {
      declared.push({ type, name, inputs: inputs as Record<string, unknown>, provider, ...options });
      const state = type === "apphost:switch:Switch" ? switchState(inputs as Parameters<typeof switchState>[0]) : states[type];
      return { id: `${name}-id`, state: { ...(inputs as object), ...state } };
    },
    call: ({ token }) => {
      if (token === commitToken) return { commit };
      if (token === chainToken) return { scripts, helpers: [], end: "v8.1.0" };
      throw new Error(`unexpected question ${token}`);
    },
  };
  await pulumi.runtime.setMocks(monitor, "selfhelp", "production", false);
  watchOptions((seen) => (options = seen));
  return declared;
}

/** Tells what mocks aren't told, just before they are called. */
function watchOptions(tell: (options: Pick<Declared, "dependsOn" | "retained">) => void): void {
  const engine = getMonitor() as unknown as {
    registerResource(request: RegisterResourceRequest, answer: unknown): unknown;
    registerResourceHook(request: unknown, answer: (error: null, response: object) => void): void;
  };
  // The SDK's own mocks claim to have hooks, and have none.
  engine.registerResourceHook = (_request, answer) => answer(null, {});
  const register = engine.registerResource.bind(engine);
  engine.registerResource = (request, answer) => {
    const dependsOn = request.getDependenciesList().map((urn) => urn.split("::").at(-1) ?? "");
    tell({ dependsOn, retained: request.getRetainondelete() === true });
    return register(request, answer);
  };
}

export const valueOf = <Value>(output: pulumi.Output<Value>): Promise<Value> => new Promise((resolve) => output.apply(resolve));
