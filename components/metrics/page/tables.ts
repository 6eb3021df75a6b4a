import { type Attempt, isDone } from "../attempts";
import type { Metrics } from "../metrics";
import { count, measures, time } from "../words";
import { outcomes } from "./charts";
import { type Html, html } from "./html";
import type { Part } from "./parts";

type Cell = string | number | Html;

/** A table of figures, which scrolls in itself where it is too wide. */
export function figures(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const cells = (row: readonly Cell[]) =>
    row.map((cell, index) => (index === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`));
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table class="figures">
      <thead>
        <tr>
          ${head.map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${cells(row)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A table of things that happened, of which each is a card of its own on a phone; hence the roles, which such a layout takes away. */
function events(name: string, caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const cell = (value: Cell) => html`<td role="cell">${value}</td>`;
  return html`<table class="events ${name}" role="table" aria-label="${caption}">
    <thead role="rowgroup">
      <tr role="row">
        ${head.map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${row.map(cell)}
          </tr> `,
      )}
    </tbody>
  </table>`;
}

/** The newest ones first. */
export const deploymentsTable = (attempts: readonly Attempt[]): Html =>
  events(
    "deployments",
    "Last deployments",
    ["when (UTC)", "who", "from → to", "result", "took"],
    attempts.map((attempt) => [
      when(attempt.began),
      who(attempt),
      html`${attempt.from ?? "nothing"} → ${whereTo(attempt)}`,
      badge(attempt),
      time(Math.max(0, attempt.recorded.seconds)),
    ]),
  );

function whereTo(attempt: Attempt): string {
  const { release, wanted } = attempt.recorded;
  if (isDone(attempt)) return release ?? "unknown";
  return wanted === null ? "not finished" : `${wanted.release}, not finished`;
}

/** What went wrong, the newest first, and what came of it. @param all of the log, to see what came next */
export const troublesTable = (troubles: readonly Attempt[], all: readonly Attempt[]): Html =>
  events(
    "troubles",
    "Failures and recoveries",
    ["when (UTC)", "what", "why", "then"],
    troubles.map((attempt) => [when(attempt.began), badge(attempt), reasonOf(attempt), html`${afterwards(attempt, all)}`]),
  );

/** "step selfhelp-switch-hosts: a probe failed" */
function reasonOf({ recorded, outcome }: Attempt): string {
  if (outcome === "taken back") return `users were on ${recorded.release ?? "it"}, deployed by ${recorded.operator}`;
  const stopped = (how: "failed" | "cut short") => recorded.steps.find(({ result }) => result === how);
  const step = stopped("failed") ?? stopped("cut short");
  if (step === undefined) return "the log does not tell";
  return step.detail === "" ? `it died in the step ${step.step}` : `${step.step}: ${step.detail.split("\n")[0]}`;
}

function afterwards(attempt: Attempt, all: readonly Attempt[]): string {
  const next = all.slice(all.indexOf(attempt) + 1).find(isDone);
  if (next === undefined) return "nothing was deployed since";
  const release = next.recorded.release ?? "an unknown release";
  const later = time(Math.max(0, (next.ended - attempt.ended) / 1000));
  return next.outcome === "way back" ? `back on ${release} after ${later}` : `${release} was deployed ${later} later`;
}

const badge = ({ outcome }: Attempt): Html => html`<b class="badge ${outcome.replace(" ", "-")}">${outcome}</b>`;

function who({ recorded: { operator, run } }: Attempt): Html {
  const isAddress = run !== null && /^https?:\/\//.test(run);
  return isAddress ? html`${operator} (<a href="${run}" rel="noreferrer">run</a>)` : html`${operator}`;
}

const when = (milliseconds: number): Html => {
  const text = new Date(milliseconds).toISOString();
  return html`<time datetime="${text}">${text.slice(0, 16).replace("T", " ")}</time>`;
};

/** What is behind the picture of attempts. */
export const attemptsFigures = (unit: string, parts: readonly Part[]): Html =>
  figures(
    "Deployments by result",
    [unit, ...outcomes.map(({ title }) => title)],
    parts.map(({ label, byOutcome }) => [label, ...outcomes.map(({ outcome }) => count(byOutcome[outcome]))]),
  );

/** All measures by month, the newest first. */
export const monthsFigures = (months: readonly { month: string; metrics: Metrics }[]): Html =>
  figures(
    "All measures by month",
    ["month", ...measures.map(({ title }) => title)],
    months.toReversed().map(({ month, metrics }) => [month, ...measures.map(({ measure, shown }) => shown(metrics[measure]))]),
  );
