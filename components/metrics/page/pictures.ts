import type { Metrics } from "../metrics";
import { count, time } from "../words";
import { attemptsChart, outcomes, timesChart } from "./charts";
import type { Draw } from "./draw";
import { type Html, html } from "./html";
import type { Part } from "./parts";
import { attemptsFigures, figures } from "./tables";

/** The same picture for wide screens, for paper and for a phone, so that its text is never small; the page shows one of them. */
const sizes = [
  { name: "wide", width: 1030, height: 270 },
  { name: "middle", width: 680, height: 250 },
  { name: "narrow", width: 320, height: 230 },
];
const small = { width: 320, height: 210 };

/** Attempts by result. */
export function attemptsPicture(draw: Draw, unit: string, parts: readonly Part[]): Html {
  const total = (of: (part: Part) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  const told = outcomes.map(({ outcome, title }) => ({ outcome, title, number: count(total(({ byOutcome }) => byOutcome[outcome])) }));
  const label = `Deployments by ${unit} and result: ${told.map(({ title, number }) => `${number} ${title}`).join("; ")}.`;
  const legend = told.map(({ outcome, title, number }) => html`<li><i class="${outcome.replace(" ", "-")}"></i>${title}: ${number}</li> `);
  return html`<figure class="card whole">
    <figcaption><h3>Deployments by ${unit}</h3></figcaption>
    <ul class="legend">
      ${legend}
    </ul>
    ${sizes.map(({ name, ...size }) => html`<div class="${name}">${draw(attemptsChart(parts), size, label)}</div> `)}
    ${behind(attemptsFigures(unit, parts))}
  </figure>`;
}

interface TimesPicture {
  title: string;
  note: string;
  bar: keyof Metrics;
  mark?: keyof Metrics;
  head: string[];
  nothing: string;
}

const timesPictures: TimesPicture[] = [
  {
    title: "How long they took",
    note: "Bar: the one in the middle. Dash: 95 of 100 took no longer.",
    bar: "medianSeconds",
    mark: "slowestTwentiethSeconds",
    head: ["in the middle", "95 of 100"],
    nothing: "No deployment came to its end.",
  },
  {
    title: "Lead time",
    note: "From a commit to the end of the first deployment that had it, in the middle.",
    bar: "leadSeconds",
    head: ["in the middle"],
    nothing: "Not known: it needs the application’s repository, and a commit that was deployed.",
  },
  {
    title: "Time to recovery",
    note: "From the end of a deployment that users were taken back from to the end of the way back, in the middle.",
    bar: "recoverySeconds",
    head: ["in the middle"],
    nothing: "Users were never taken back.",
  },
];

/** Times by part: of deployments, from a commit to users, until users were back. */
export const timePictures = (draw: Draw, unit: string, parts: readonly Part[]): Html =>
  html`${timesPictures.map((picture) => timePicture(draw, unit, parts, picture))}`;

function timePicture(draw: Draw, unit: string, parts: readonly Part[], { title, note, bar, mark, head, nothing }: TimesPicture): Html {
  const seconds = (part: Part, measure: keyof Metrics): number | null => nonNegative(part.metrics[measure]);
  const known = parts.filter((part) => seconds(part, bar) !== null);
  if (known.length === 0)
    return html`<figure class="card">
      <figcaption>
        <h3>${title}</h3>
        <p class="note">${nothing}</p>
      </figcaption>
    </figure> `;
  const shown = [bar, ...(mark === undefined ? [] : [mark])];
  const chart = timesChart(parts, (part) => seconds(part, bar), mark === undefined ? undefined : (part) => seconds(part, mark));
  const last = known.at(-1) as Part;
  const label = `${title} by ${unit}, in the middle: ${known.length} of ${parts.length} have a figure, the last one (${last.label}) ${time(seconds(last, bar))}.`;
  return html`<figure class="card">
    <figcaption>
      <h3>${title}</h3>
      <p class="note">${note}</p>
    </figcaption>
    ${draw(chart, small, label)}
    ${behind(
      figures(
        title,
        [unit, ...head],
        parts.map((part) => [part.label, ...shown.map((measure) => time(seconds(part, measure)))]),
      ),
    )}
  </figure> `;
}

/** A clock that was set back between two runs. */
const nonNegative = (value: number | null): number | null => (value === null ? null : Math.max(0, value));

/** The figures behind a picture. */
const behind = (table: Html): Html =>
  html`<details>
    <summary>Figures</summary>
    ${table}
  </details>`;
