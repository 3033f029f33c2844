import { spawnSync } from 'node:child_process';
import { type Browser, chromium, type Page } from 'playwright-core';
import { closeAfter, type Closing } from './cleanup.ts';

/** Longest wait for anything a page does, ms: of use only to a test that would hang. */
const PATIENCE_MS = 120_000;

const found = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
  (path) => path !== undefined && spawnSync(path, ['--version']).status === 0,
);

/** Why tests in a browser are left out; `false`: they are not. */
export const noBrowser: string | false =
  found === undefined && 'no Chromium here: install one, or name it by CHROMIUM_PATH';

/** A page in a browser of its own, and what went wrong in it. */
export interface OpenedPage {
  readonly page: Page;
  /** What the browser logged as errors: exceptions, files not found, breaches of the content security policy. */
  readonly errors: readonly string[];
}

/** Opens a URL in a Chromium that is closed after the test. */
export async function openPage(t: Closing, url: string): Promise<OpenedPage> {
  const browser = await launch(t);
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.setDefaultTimeout(PATIENCE_MS);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') errors.push(line.text());
  });
  await page.goto(url);
  return { page, errors };
}

async function launch(t: Closing): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: found ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    timeout: PATIENCE_MS,
  });
  closeAfter(t, () => browser.close());
  return browser;
}
