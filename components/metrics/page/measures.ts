import { type Band, bandOf, type Scale, scales } from "../bands";
import type { Metrics } from "../metrics";
import { frequency, measures, percent, type Shown, time } from "../words";
import { type Html, html } from "./html";

/** In plain words: what it is called, asks, why it may be unknown, and how it is told. */
interface Words {
  title: string;
  question: string;
  unknown: string;
  shown: Shown;
  /** The worst values of elite, high and medium. */
  limits: readonly [string, string, string];
}

const dora: Partial<Record<keyof Metrics, Words>> = {
  deploymentsPerDay: {
    title: "How often",
    question: "Deployments that came to their end.",
    unknown: "nothing was deployed",
    shown: frequency,
    limits: ["1 a day", "1 a week", "1 a month"],
  },
  leadSeconds: {
    title: "Lead time",
    question: "From a commit to users, in the middle.",
    unknown: "it needs the application’s repository",
    shown: time,
    limits: ["1 day", "1 week", "1 month"],
  },
  changeFailureRate: {
    title: "Change failure rate",
    question: "Deployments that users were taken back from.",
    unknown: "nothing was deployed",
    shown: percent,
    limits: ["5 %", "10 %", "15 %"],
  },
  recoverySeconds: {
    title: "Time to recovery",
    question: "Until users were back, in the middle.",
    unknown: "users were never taken back",
    shown: time,
    limits: ["1 hour", "1 day", "1 week"],
  },
};

/** The four measures of DORA, each with its band. */
export const doraCards = (metrics: Metrics): Html =>
  html`<ul class="cards">
    ${scales.map((scale) => card(scale, metrics))}
  </ul> `;

function card(scale: Scale, metrics: Metrics): Html {
  const words = dora[scale.measure];
  if (words === undefined) return html``;
  const { title, question, unknown, shown, limits } = words;
  const value = metrics[scale.measure];
  const band = bandOf(scale.measure, metrics);
  const sign = scale.isBetter === "more" ? "≥" : "≤";
  return html`<li class="card">
    <h3>${title}</h3>
    <p class="value">${value === null ? "not known" : shown(value)}</p>
    <p class="band">${band === null ? unknown : html`${meter(band)}<b>${band}</b>`}</p>
    <p class="note">${question}</p>
    <ul class="limits" aria-label="Groups">
      ${limits.map((limit, index) => html`<li>${names[index] ?? ""} ${sign} ${limit}</li> `)}
    </ul>
  </li>`;
}

const names = ["elite", "high", "medium"];
const bands: readonly Band[] = ["low", "medium", "high", "elite"];

/** One to four steps. */
const meter = (band: Band): Html =>
  html`<span class="meter" aria-hidden="true"
    >${bands.map((_, index) => html`<i class="${index <= bands.indexOf(band) ? "on" : "off"}"></i>`)}</span
  >`;

/** The other measures, in a row. */
export const otherMeasures = (metrics: Metrics): Html =>
  html`<dl class="others">
    ${measures
      .filter(({ measure }) => dora[measure] === undefined)
      .map(
        ({ measure, title, shown }) =>
          html`<div>
            <dt>${title}</dt>
            <dd>${shown(metrics[measure])}</dd>
          </div> `,
      )}
  </dl> `;
