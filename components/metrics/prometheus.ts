import type { Metrics } from "./metrics";

const described: { measure: keyof Metrics; name: string; help: string }[] = [
  { measure: "attempts", name: "deployment_attempts", help: "Deployments that were begun." },
  { measure: "deployments", name: "deployments", help: "Deployments that came to their end." },
  { measure: "rollbacks", name: "rollbacks", help: "Ways back that came to their end." },
  { measure: "deploymentsPerDay", name: "deployments_per_day", help: "Deployments of a day." },
  { measure: "medianSeconds", name: "deployment_duration_median_seconds", help: "Median time of a deployment." },
  { measure: "slowestTwentiethSeconds", name: "deployment_duration_p95_seconds", help: "Time that 95 of 100 deployments take at most." },
  { measure: "successRate", name: "deployment_success_ratio", help: "Attempts that came to their end." },
  { measure: "rollbackRate", name: "rollback_ratio", help: "Ways back for each deployment." },
  { measure: "leadSeconds", name: "lead_time_median_seconds", help: "Median time from a commit to the end of its deployment." },
  { measure: "changeFailureRate", name: "change_failure_ratio", help: "Deployments that users were taken back from." },
  {
    measure: "recoverySeconds",
    name: "recovery_time_median_seconds",
    help: "Median time from such a deployment to the end of the way back.",
  },
];

/** Gauges in Prometheus' text format, one line a stack; what isn't known is left out. */
export function prometheusText(stacks: readonly { stack: string; metrics: Metrics }[]): string {
  return described
    .map(({ measure, name, help }) => {
      const lines = stacks.flatMap(({ stack, metrics }) => {
        const value = metrics[measure];
        return value === null ? [] : [`selfhelp_${name}{stack="${label(stack)}"} ${value}\n`];
      });
      return lines.length === 0 ? "" : `# HELP selfhelp_${name} ${help}\n# TYPE selfhelp_${name} gauge\n${lines.join("")}`;
    })
    .join("");
}

const label = (text: string): string => text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
