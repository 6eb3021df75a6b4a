import { acknowledgementProblems } from "../../components/migration/lint/acknowledge";
import { fileProblems } from "../../components/migration/lint/files";
import { rules } from "../../components/migration/lint/rules";
import { version } from "../../package.json";
import { plainJson } from "../../host/plain";
import { type Found, type Report, severity } from "./report";

/** SARIF 2.1.0; what is accepted is a suppressed result. */
export function asSarif({ found }: Report): string {
  const driver = { name: "selfhelp-lint", version, rules: described() };
  const run = { tool: { driver }, columnKind: "utf16CodeUnits", results: found.map(result) };
  return `${plainJson({ $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] })}\n`;
}

function described(): object[] {
  const ofStatements = rules.map(({ id, title, why, instead }) => ({
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: instead },
  }));
  const others = Object.entries({ ...fileProblems, ...acknowledgementProblems }).map(([id, { title }]) => ({
    id,
    shortDescription: { text: title },
  }));
  return [...ofStatements, ...others];
}

function result({ finding, path }: Found): object {
  return {
    ruleId: finding.rule,
    level: severity(finding),
    message: { text: `${finding.message}. ${finding.instead}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path.split("/").map(encodeURIComponent).join("/") },
          region: { startLine: finding.line, startColumn: finding.column },
        },
      },
    ],
    suppressions: finding.acknowledged === undefined ? [] : [{ kind: "external", status: "accepted", justification: finding.acknowledged }],
  };
}
