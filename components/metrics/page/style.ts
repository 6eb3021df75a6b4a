import { Html } from "./html";

/** Colours are named once, for light and for dark; each stands out from its ground by at least 3 to 1, text by 4.5 to 1. */
const light = `
--ground: #f4f6f8; --card: #ffffff; --text: #1c2128; --muted: #57606a; --line: #e3e8ed; --axis: #8c959f; --link: #0b5cad;
--stayed: #2f72c8; --taken-back: #c26a00; --way-back: #7c52b8; --failed: #cf2f2a; --cut-short: #7a838d; --mark: #1c2128; --off: #d5dbe1;
`;
const dark = `
--ground: #0f1419; --card: #181e25; --text: #e6eaee; --muted: #a0abb6; --line: #2a323b; --axis: #66717c; --link: #7cb3f5;
--stayed: #5b9cf0; --taken-back: #e9a23b; --way-back: #b08ce8; --failed: #f47067; --cut-short: #8f99a3; --mark: #e6eaee; --off: #39434d;
`;

export const style = new Html(`
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 16px; }
header { padding-top: 28px; }
h1, h2, h3 { line-height: 1.25; margin: 0; font-weight: 650; }
h1 { font-size: 1.7rem; }
h2 { font-size: 1.3rem; margin: 28px 0 12px; }
h3 { font-size: 1rem; }
p { margin: 0; }
a { color: var(--link); }
header p, footer { color: var(--muted); }
footer { font-size: .85rem; padding-top: 20px; padding-bottom: 40px; }
footer p + p { margin-top: 6px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 8px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px; margin: 0; }
section > .card { margin-top: 16px; }
.note { color: var(--muted); font-size: .85rem; margin-top: 4px; }
.cards { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(230px, 100%), 1fr)); gap: 16px; }
.cards h3 { color: var(--muted); font-weight: 550; }
.value { font-size: 1.75rem; font-weight: 650; line-height: 1.2; margin-top: 6px; }
.band { display: flex; align-items: center; gap: 8px; min-height: 1.5em; margin-top: 4px; color: var(--muted); }
.limits { list-style: none; margin: 8px 0 0; padding: 0; color: var(--muted); font-size: .85rem; display: flex; flex-wrap: wrap; gap: 0 14px; }
.band b { color: var(--text); font-weight: 600; }
.meter { display: inline-flex; gap: 3px; }
.meter i { width: 16px; height: 8px; border-radius: 2px; background: var(--off); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.meter .on { background: var(--stayed); }
.others { display: flex; flex-wrap: wrap; gap: 10px 28px; margin: 18px 2px; }
.others dt { color: var(--muted); font-size: .85rem; }
.others dd { margin: 0; font-weight: 600; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)); gap: 16px; }
.whole { grid-column: 1 / -1; }
figure { display: flex; flex-direction: column; min-width: 0; }
figure svg { display: block; width: 100%; height: auto; margin-top: 8px; }
figure details { margin-top: auto; padding-top: 8px; }
.middle, .narrow { display: none; }
@media (max-width: 900px) { .wide { display: none; } .middle { display: block; } }
@media (max-width: 560px) { .middle { display: none; } .narrow { display: block; } }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; padding: 0; font-size: .85rem; color: var(--muted); }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.legend .stayed { background: var(--stayed); }
.legend .taken-back { background: var(--taken-back); }
.legend .way-back { background: var(--way-back); }
.legend .failed { background: var(--failed); }
.legend .cut-short { background: var(--cut-short); }
summary { cursor: pointer; color: var(--link); font-size: .85rem; width: fit-content; }
.scroll { overflow-x: auto; margin-top: 8px; max-height: 22rem; overflow-y: auto; }
table { border-collapse: collapse; font-size: .88rem; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 6px 14px 6px 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); unicode-bidi: isolate; }
thead th { border-top: 0; color: var(--muted); font-weight: 550; vertical-align: bottom; }
.figures { overflow-wrap: normal; }
.figures td, .figures thead th + th { text-align: right; }
.figures td, .figures th[scope=row] { white-space: nowrap; }
.figures th[scope=row] { font-weight: 550; }
.events { margin-top: 8px; }
.events time { white-space: nowrap; }
.badge { font-weight: 600; white-space: nowrap; }
.badge::before { content: ""; display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 7px; background: currentColor; }
.badge.stayed::before { background: var(--stayed); }
.badge.taken-back::before { background: var(--taken-back); }
.badge.way-back::before { background: var(--way-back); }
.badge.failed::before { background: var(--failed); }
.badge.cut-short::before { background: var(--cut-short); }
.badge::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
@media (max-width: 640px) {
  .events, .events tbody, .events tr, .events td { display: block; }
  .events thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .events tr { border-top: 1px solid var(--line); padding: 9px 0; display: grid; grid-template-columns: 1fr auto; gap: 1px 12px; }
  .events td { border: 0; padding: 0; }
  .deployments td:nth-child(2) { grid-row: 3; color: var(--muted); }
  .deployments td:nth-child(4), .deployments td:nth-child(5) { grid-column: 2; text-align: right; }
  .deployments td:nth-child(4) { grid-row: 1; }
  .deployments td:nth-child(3), .deployments td:nth-child(5) { grid-row: 2; }
  .troubles td:nth-child(n+3) { grid-column: 1 / -1; }
  .troubles td:nth-child(4) { color: var(--muted); }
}
@media print {
  :root { ${light} --ground: #ffffff; }
  body { font-size: 10.5pt; }
  header, main, footer { max-width: none; padding: 0; }
  .card, tr { break-inside: avoid; }
  .scroll { max-height: none; overflow: visible; }
  .figures { font-size: 7pt; overflow-wrap: anywhere; }
  .figures th, .figures td { padding: 3px 5px 3px 0; }
  .figures td, .figures th[scope=row] { white-space: normal; }
  details, nav { display: none; }
}
`);
