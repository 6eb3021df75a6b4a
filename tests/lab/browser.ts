import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

/** A real browser of this machine, without a window. */
export function startBrowser(): Promise<Browser> {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const executablePath = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (executablePath === undefined) throw new Error(`there is no browser on PATH, none of: ${names.join(", ")}; npm run setup`);
  // Chromium can't start its sandbox as root, which tests with lab hosts run as.
  return puppeteer.launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
}

export type Scheme = "light" | "dark";

/** A page as somebody sees it, and everything that it asked for or complained of. */
export interface Visit {
  page: Page;
  requests: string[];
  complaints: string[];
}

export async function visit(browser: Browser, file: string, width: number, scheme: Scheme): Promise<Visit> {
  const page = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(`file://${file}`);
  return { page, requests, complaints };
}
