import type { StackHistory } from "../attempts";
import { monthlyMetrics, metricsOf, type Period } from "../metrics";
import { count } from "../words";
import { type Draw, loadDraw } from "./draw";
import { type Html, html } from "./html";
import { doraCards, otherMeasures } from "./measures";
import { partsOf } from "./parts";
import { attemptsPicture, timePictures } from "./pictures";
import { style } from "./style";
import { deploymentsTable, monthsFigures, troublesTable } from "./tables";

/** How many of the newest are listed. */
const most = { deployments: 20, troubles: 10 };

/**
 * One page with all that is known of some stacks' deployments in a time. It is whole in itself: it loads nothing and runs nothing, and its policy
 * forbids both to whatever a log may hold.
 */
export async function reportPage(stacks: readonly StackHistory[], period: Period): Promise<string> {
  const draw = await loadDraw();
  const days = `${dayOf(period.from)} to ${dayOf(period.to)}`;
  const title = `Deployments: ${stacks.map(({ stack }) => stack).join(", ")}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>${title}, ${days}</title>
        <style>
          ${style}
        </style>
      </head>
      <body>
        <header>
          <h1>Deployments</h1>
          <p>${days}, by UTC. Written on <time datetime="${new Date(period.to).toISOString()}">${minuteOf(period.to)}</time>.</p>
          ${stacks.length < 2 ? null : html`<nav aria-label="Stacks">${stacks.map(({ stack }, index) => html`<a href="#s${index}">${stack}</a> `)}</nav>`}
        </header>
        <main>${stacks.map((stack, index) => section(stack, index, period, draw))}</main>
        <footer>
          <p>
            Read from the audit log that each deployment writes. A deployment counts when it came to its end; commands (a backup, a
            maintenance window) do not. A release that failed before users saw it is a failed attempt, not a failed change. In the middle:
            half of them took longer, half did not.
          </p>
          <p>Elite, high, medium and low are the groups of DORA’s “Accelerate State of DevOps Report 2023”.</p>
        </footer>
      </body>
    </html> `;
  return page.text;
}

function section(stack: StackHistory, index: number, period: Period, draw: Draw): Html {
  const attempts = stack.attempts.filter(({ began }) => began >= period.from && began < period.to);
  const metrics = metricsOf(attempts, period, stack.committedAt);
  const inside =
    attempts.length === 0 ? html`<p class="card">Nothing was deployed in this time.</p>` : filled(stack, attempts, period, draw);
  return html`<section id="s${index}" aria-labelledby="h${index}">
    <h2 id="h${index}">${stack.stack}</h2>
    ${doraCards(metrics)} ${inside}
  </section>`;
}

function filled(stack: StackHistory, attempts: StackHistory["attempts"], period: Period, draw: Draw): Html {
  const { unit, parts } = partsOf({ ...stack, attempts }, period);
  const troubles = attempts.filter(({ outcome }) => outcome !== "stayed" && outcome !== "way back");
  return html` ${otherMeasures(metricsOf(attempts, period, stack.committedAt))}
    <div class="pictures">${attemptsPicture(draw, unit, parts)} ${timePictures(draw, unit, parts)}</div>
    <div class="card">
      <h3>${newest("Last deployments", attempts.length, most.deployments)}</h3>
      ${deploymentsTable(attempts.slice(-most.deployments).toReversed())}
    </div>
    <div class="card">
      <h3>${newest("Failures and recoveries", troubles.length, most.troubles)}</h3>
      ${troubles.length === 0 ? html`<p class="note">Nothing failed, and nothing was taken back.</p>` : troublesTable(troubles.slice(-most.troubles).toReversed(), stack.attempts)}
    </div>
    <div class="card">
      <h3>By month</h3>
      ${monthsFigures(monthlyMetrics(attempts, period, stack.committedAt))}
    </div>`;
}

const newest = (title: string, all: number, shown: number): string => (all > shown ? `${title}: ${shown} of ${count(all)}` : title);

const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10);
const minuteOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 16).replace("T", " ");
