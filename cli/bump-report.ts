import { endpointText } from "../components/migration/routes/compare";
import { isVersion, sameVersion } from "../components/migration/version";
import type { BumpOptions, BumpReport } from "./bump";

/** The report for a person. */
export function bumpText(report: BumpReport, options: BumpOptions): string {
  const { current, database, increment, next, reasons, verdict, warnings, routes } = report;
  const kind = increment === null ? "nothing to release" : increment;
  return [
    increment === null ? `${current}: ${kind}` : `${current} -> ${next} (${kind})`,
    section("Why", reasons),
    section("New routes", routes.added.map(endpointText)),
    section("Database", [...standing(database, options), ...(verdict === null ? [] : [verdictText(verdict, next)])]),
    section("Look at this", warnings),
    section("Next", [nextStep(report, options)]),
  ]
    .filter((part) => part !== "")
    .join("\n")
    .concat("\n");
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`;

const standing = (database: string | null, { from, scripts }: BumpOptions): string[] => [
  database === null ? `${from} has no numbered scripts in ${scripts}` : `the scripts of ${from} end at ${database}`,
];

const verdictText = ({ file, leadsTo, agrees }: NonNullable<BumpReport["verdict"]>, next: string): string =>
  `${file} leads to ${leadsTo}: ${agrees ? "agrees" : `contradicts, it should be ${next}`}`;

function nextStep({ increment, next, written, verdict, to }: BumpReport, options: BumpOptions): string {
  if (written !== null) return `write your statements into ${written}`;
  if (increment === null) return "there is nothing to do";
  if (verdict?.agrees === false) return `name it so, and set ${next} in it; if a database has had it, keep it and tag what it leads to`;
  if (increment === "major" && verdict === null) return `make its script: ${command(options)} --write "what it is for"`;
  if (isVersion(to.name) && sameVersion(to.name, next)) return `nothing: ${to.name} is named so already`;
  return `git tag ${next} ${to.name}`;
}

const command = ({ from, to, repository, scripts }: BumpOptions): string =>
  [
    `selfhelp bump --from ${from} --to ${to}`,
    ...(repository === "." ? [] : [`--repository ${repository}`]),
    ...(scripts === "db/update_scripts" ? [] : [`--scripts ${scripts}`]),
  ].join(" ");
