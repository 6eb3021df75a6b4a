import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parser } from "@prometheus-io/lezer-promql";
import { parse } from "yaml";
import { projectFolder } from "../../../lab/places";

interface Rule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string };
}

interface Dashboard {
  panels: { id: number; title: string; gridPos: Record<"x" | "y" | "w" | "h", number>; targets: { expr: string }[] }[];
  templating: { list: { name: string }[] };
}

const read = (file: string): string => readFileSync(join(projectFolder, "docs/monitoring", file), "utf8");
/** What Prometheus' own grammar can't read in an expression: the text from where it gives up, for each such place. */
function unreadable(expression: string): string[] {
  const places: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ type, from }) => {
      if (type.isError) places.push(expression.slice(from));
    },
  });
  return places;
}

describe("what comes with the metrics", () => {
  it("rules: each with a name of its own, an expression, a severity and a summary that says of what", () => {
    const { groups } = parse(read("alerts.yml")) as { groups: { name: string; rules: Rule[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    assert.ok(rules.length > 5);
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
    for (const { alert, expr, labels, annotations, for: time = "0s" } of rules) {
      assert.deepEqual(unreadable(expr), [], `${alert}: ${expr}`);
      assert.match(expr, /selfhelp_/);
      assert.match(labels.severity, /^(critical|warning)$/);
      assert.match(annotations.summary, /\{\{ \$labels\.app \}\} \{\{ \$labels\.stack \}\}/);
      assert.match(time, /^\d+[smh]$/);
    }
  });

  it("dashboard: panels that don't lie over each other, and ask for the stack that is chosen", () => {
    const { panels, templating } = JSON.parse(read("dashboard.json")) as Dashboard;
    const variables = templating.list.map(({ name }) => name);
    const taken = new Map<string, string>();
    for (const { title, gridPos, targets } of panels) {
      const { x, y, w, h } = gridPos;
      assert.ok(x + w <= 24, title);
      for (let column = x; column < x + w; column++)
        for (let row = y; row < y + h; row++) {
          assert.equal(taken.get(`${column},${row}`), undefined, title);
          taken.set(`${column},${row}`, title);
        }
      for (const { expr } of targets) {
        assert.deepEqual(unreadable(expr), [], expr);
        for (const [, name = ""] of expr.matchAll(/\$(\w+)/g)) assert.ok(variables.includes(name), expr);
        assert.match(expr, /selfhelp_\w+\{app=~"\$app",stack=~"\$stack"\}/);
      }
    }
  });
});
