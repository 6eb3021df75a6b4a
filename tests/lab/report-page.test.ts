import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import type { RecordedDeployment } from "../../components/audit/deployments";
import { attemptsOf } from "../../components/metrics/attempts";
import { reportPage } from "../../components/metrics/page/page";
import { period, recorded, rollback, start } from "../unit/metrics/recorded";
import { type Scheme, startBrowser, visit } from "./browser";

const hostile = `</script></style><img src="http://192.0.2.1/x" onerror="alert(1)"><script>alert(2)</script>`;

const history = (stack: string, log: RecordedDeployment[], committed: [string, number][] = []) => ({
  stack,
  attempts: attemptsOf(log),
  committedAt: new Map(committed),
});
const failed = (hours: number, reason: string): RecordedDeployment =>
  recorded(hours, {
    ...{ result: "failed", release: null, commit: null, seconds: 200 },
    steps: [{ step: "selfhelp-migration-database", result: "failed", detail: `${reason}\nand more`, beganSeconds: 1, seconds: 3 }],
  });

/** Two stay, one is taken back after two hours, one fails. */
const ordinary = [
  recorded(5, { release: "v8.0.0", operator: "ann@laptop" }),
  failed(30, "statement 12 of 21 failed"),
  recorded(50, { release: "v8.1.0", run: "https://ci.example.org/runs/7" }),
  rollback(52, { release: "v8.0.0", commit: "c5" }),
  recorded(100, { release: "v8.2.0", seconds: 90 }),
];

/** What is seen of a page: text of all that a selector finds. */
const texts = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent.replace(/\\s+/g, " ").trim())`,
  ) as Promise<string[]>;

/** Texts whose colour stands out too little from what they are on. */
const faint = `(() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (one) => {
    const colour = getComputedStyle(one).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" ? ground(one.parentElement) : colour;
  };
  const own = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
  const all = [...document.querySelectorAll("body *")].filter((one) => own(one) && one.checkVisibility());
  const ratio = (one) => {
    const style = getComputedStyle(one);
    const pair = [light(one.closest("svg") ? style.fill : style.color), light(ground(one))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  };
  return { looked: all.length, faint: all.filter((one) => ratio(one) < 4.5).map((one) => one.outerHTML.slice(0, 200)) };
})()`;

describe("the report's page in a browser", function () {
  this.timeout(120_000);
  let browser: Browser;
  let folder: string;
  const written = async (stacks: Parameters<typeof reportPage>[0]): Promise<string> => {
    const file = join(folder, `${stacks.length}-${Math.random()}.html`);
    writeFileSync(file, await reportPage(stacks, period));
    return file;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "report-page-"));
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it("says what the log says", async () => {
    const { page } = await visit(browser, await written([history("production", ordinary, [["c5", start]])]), 1280, "light");
    assert.deepEqual(await texts(page, ".cards .value"), ["2.1 a week", "5 h 1 min", "33.3 %", "2 h 0 min"]);
    assert.deepEqual(await texts(page, ".cards .band b"), ["high", "elite", "low", "high"]);
    assert.deepEqual(await texts(page, ".legend li"), [
      "deployed, and stayed: 2",
      "deployed, and taken back later: 1",
      "way back: 1",
      "failed: 1",
      "cut short: 0",
    ]);
    assert.deepEqual(await texts(page, ".deployments tbody tr td:nth-child(3)"), [
      "v8.0.0 → v8.2.0",
      "v8.1.0 → v8.0.0",
      "v8.0.0 → v8.1.0",
      "v8.0.0 → not finished",
      "nothing → v8.0.0",
    ]);
    assert.deepEqual(await texts(page, ".deployments tbody tr td:nth-child(4)"), ["stayed", "way back", "taken back", "failed", "stayed"]);
    assert.deepEqual(await texts(page, ".troubles tbody tr td:nth-child(n+3)"), [
      ...["users were on v8.1.0, deployed by ann@laptop", "back on v8.0.0 after 2 h 0 min"],
      ...["selfhelp-migration-database: statement 12 of 21 failed", "v8.1.0 was deployed 19 h 57 min later"],
    ]);
    const days = await texts(page, ".whole .figures tbody tr");
    assert.deepEqual([days.length, days[0], days[1]], [10, "1 Nov10000", "2 Nov00010"]);
  });

  for (const scheme of ["light", "dark"] as Scheme[])
    for (const width of [360, 1280])
      it(`asks for nothing, fits, and is readable, ${scheme}, ${width} px wide`, async () => {
        const stacks = [history("staging", ordinary, [["c5", start]]), history("production", [])];
        const file = await written(stacks);
        const { page, requests, complaints } = await visit(browser, file, width, scheme);
        assert.deepEqual([requests, complaints], [[`file://${file}`], []]);
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
        const seen = (await page.evaluate(faint)) as { looked: number; faint: string[] };
        assert.deepEqual(seen.faint, []);
        assert.ok(seen.looked > 100, `${seen.looked}`);
        const ground = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
        assert.equal(ground, scheme === "dark" ? "rgb(15, 20, 25)" : "rgb(244, 246, 248)");
        const pictures = `[...document.querySelectorAll("svg")].filter((one) => one.checkVisibility())`;
        assert.equal(await page.evaluate(`${pictures}.length`), 4);
        assert.ok(
          await page.evaluate(`${pictures}.every((one) => one.getAttribute("aria-label") && one.closest("figure").querySelector("table"))`),
        );
      });

  it("shows whatever a log holds as text", async () => {
    const log = [recorded(1, { operator: hostile, release: hostile, run: "javascript:alert(3)" }), failed(2, hostile), rollback(3)];
    const file = await written([history(hostile, log)]);
    const { page, requests, complaints } = await visit(browser, file, 360, "light");
    assert.deepEqual([requests, complaints], [[`file://${file}`], []]);
    assert.deepEqual(await texts(page, "script, img, iframe, object, .deployments a"), []);
    assert.equal((await texts(page, "h2"))[0], hostile);
    assert.deepEqual((await texts(page, ".deployments tbody tr:last-child td")).slice(1, 3), [hostile, `nothing → ${hostile}`]);
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
  });

  it("is right with none, with one, and with ten thousand", async () => {
    const none = await visit(browser, await written([history("production", [])]), 1280, "light");
    assert.match((await texts(none.page, "section"))[0] ?? "", /How often never .*Nothing was deployed in this time/);
    assert.deepEqual(await texts(none.page, "svg, table"), []);

    const one = await visit(browser, await written([history("production", [recorded(1)])]), 1280, "light");
    assert.deepEqual(await texts(one.page, ".others dd"), ["1", "1", "100 %", "0", "0 %", "60 s", "60 s"]);

    const log = Array.from({ length: 10_000 }, (_, index) => recorded((index * 10 * 24) / 10_000));
    const many = await visit(browser, await written([history("production", log)]), 1280, "light");
    assert.equal((await texts(many.page, ".legend li"))[0], "deployed, and stayed: 10,000");
    assert.deepEqual((await texts(many.page, ".whole .figures tbody tr")).slice(0, 2), ["1 Nov1,0000000", "2 Nov1,0000000"]);
    assert.equal((await texts(many.page, ".deployments tbody tr")).length, 20);
    assert.equal((await texts(many.page, "h3")).includes("Last deployments: 20 of 10,000"), true);
  });

  it("is whole on paper", async () => {
    const { page } = await visit(browser, await written([history("production", ordinary)]), 720, "dark");
    await page.emulateMediaType("print");
    assert.equal(await page.evaluate("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    const cut = `[...document.querySelectorAll(".scroll")].filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth).length`;
    assert.equal(await page.evaluate(cut), 0);
  });
});
