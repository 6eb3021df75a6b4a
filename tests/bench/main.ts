import { backup } from "./backup";
import { capistrano } from "./capistrano";
import { cliStart, report } from "./cli";
import { fleet } from "./fleet";
import { lint } from "./lint";
import { migrationStatements } from "./migration-statements";
import { noopPreview } from "./noop-preview";
import { permissionsCheck } from "./permissions";
import { emergencyRollback, gradualRollback } from "./rollback";
import { secondDeploy } from "./second-deploy";
import { status } from "./status";
import { switchFailedRequests } from "./switch-failed-requests";
import { transferChange } from "./transfer";

/** One figure: a ratio of two things measured in the same run, and the ratio it should not exceed. */
export interface Figure {
  ratio: number;
  goal: number;
  [detail: string]: unknown;
}

const benches: Record<string, () => Promise<Figure>> = {
  backup,
  capistrano,
  "cli-start": cliStart,
  "emergency-rollback": emergencyRollback,
  fleet,
  "gradual-rollback": gradualRollback,
  lint,
  "migration-statements": migrationStatements,
  "noop-preview": noopPreview,
  permissions: permissionsCheck,
  report,
  "second-deploy": secondDeploy,
  status,
  "switch-failed-requests": switchFailedRequests,
  transfer: transferChange,
};

/** Runs the named benchmarks, or all; one JSON line a figure. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    console.error(`there is no benchmark ${unknown.join(", ")}, only: ${Object.keys(benches).join(", ")}`);
    return 2;
  }
  for (const [name, run] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(JSON.stringify({ bench: name, ...(await run()) }));
  }
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
