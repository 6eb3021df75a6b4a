import * as pulumi from "@pulumi/pulumi";
import { chainToken } from "../../components/migration/contract";
import { commitToken } from "../../components/release/contract";

/** A resource as the program declared it. */
export interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

export const commit = "85412fd000000000000000000000000000000000";

const scripts = [
  { file: "39_update_v7.6.0_v8.0.0.sql", from: "v7.6.0", to: "v8.0.0", statements: 4, checksum: "sha256:39" },
  { file: "40_update_v8.0.0_v8.1.0.sql", from: "v8.0.0", to: "v8.1.0", statements: 12, checksum: "sha256:40" },
];

/** What handlers would answer, as far as the program reads it. */
const states: Record<string, Record<string, unknown>> = {
  "apphost:backup:Backup": { backupId: "20260101T000000Z-v8.0.0", lastBackup: null, copy: "selfhelp_verify_1", change: "of v8.0.0" },
  "apphost:rehearsal:Rehearsal": {
    schema: { "table users": "0123" },
    durations: { "40_update_v8.0.0_v8.1.0.sql": { "3": 40_000 } },
    change: "1 script, 12 statements on a copy in 40 s",
  },
  "apphost:release:Release": { slot: "green", previousRelease: "v8.0.0", change: "in green" },
  "apphost:migration:DatabaseVersion": {
    appliedScripts: scripts.map((script) => script.file),
    changedAt: "2026-01-01T00:00:00Z",
    change: "v8.0.0 -> v8.1.0",
    findings: ["40_update_v8.0.0_v8.1.0.sql:3:1 plain-insert: inserts into lookups, whatever is there"],
  },
  "apphost:switch:Switch": {
    activeSlot: "green",
    previousRelease: "v8.0.0",
    maintenance: false,
    changedAt: "2026-01-01T00:01:00Z",
    change: "blue -> green",
  },
};

/** Replaces Pulumi's engine; what the program declares is gathered in order. */
export async function mockEngine(): Promise<Declared[]> {
  const declared: Declared[] = [];
  const monitor: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs }) => {
      declared.push({ type, name, inputs: inputs as Record<string, unknown> });
      return { id: `${name}-id`, state: { ...(inputs as object), ...states[type] } };
    },
    call: ({ token }) => {
      if (token === commitToken) return { commit };
      if (token === chainToken) return { scripts, helpers: [], end: "v8.1.0" };
      throw new Error(`unexpected question ${token}`);
    },
  };
  await pulumi.runtime.setMocks(monitor, "selfhelp", "production", false);
  return declared;
}

export const valueOf = <Value>(output: pulumi.Output<Value>): Promise<Value> => new Promise((resolve) => output.apply(resolve));
