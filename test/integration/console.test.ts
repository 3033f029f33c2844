import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Locator, Page } from 'playwright-core';
import { noBrowser, openPage } from '../helpers/browser.ts';
import { HeldRequests } from '../helpers/held-requests.ts';
import { fetchRaw } from '../helpers/raw-http.ts';
import { Relay } from '../helpers/relay.ts';
import { startHost } from '../helpers/start-host.ts';

const admin = { enabled: true, port: 0 };
const options = { skip: noBrowser };

test(
  'the console shows the pools, their threads, the extensions and the traffic',
  options,
  async (t) => {
    const pools = { default: { minThreads: 1, maxThreads: 2 }, other: { minThreads: 0 } };
    const { url, adminUrl } = await startHost(t, { fixtures: ['hello'], admin, pools });
    await fetch(`${url}/hello`);

    const { page, errors } = await openPage(t, adminUrl);
    const pool = page.getByRole('article', { name: 'Pool default' });

    await pool.getByText('serving').waitFor();
    await pool
      .getByText(/^\d+ idle$/)
      .first()
      .waitFor();
    await page.getByRole('article', { name: 'Pool other' }).waitFor();
    await rowOf(page, 'Extensions', 'hello').getByText('loaded', { exact: true }).waitFor();
    await page.getByText(/^done [\d.]+\/s$/).waitFor();
    assert.equal(await page.locator('canvas').count(), 2);
    assert.deepEqual(errors, []);
  },
);

test('a request in flight appears with its stage, and goes', options, async (t) => {
  const held = new HeldRequests(t);
  const { url, adminUrl } = await startHost(t, { fixtures: ['held'], admin });
  const { page, errors } = await openPage(t, adminUrl);
  await page.getByText('No request waits or runs.').waitFor();

  const answer = fetch(`${url}/held?console`);
  await held.until('console');
  const row = rowOf(page, 'Requests in flight', '/held?console');
  await row.getByText('running').waitFor();
  held.release('console');
  await answer;

  await row.waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
});

test('recycling asks first', options, async (t) => {
  const { host, adminUrl } = await startHost(t, { admin });
  const { page, errors } = await openPage(t, adminUrl);
  const dialog = page.getByRole('dialog', { name: 'Recycle pool default?' });

  await page.getByRole('button', { name: 'Recycle pool default' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });

  assert.equal(host.pools.get('default')?.status().generation, 1);
  assert.deepEqual(errors, []);
});

test('recycling raises the generation', options, async (t) => {
  const { adminUrl } = await startHost(t, { admin });
  const { page, errors } = await openPage(t, adminUrl);
  const dialog = page.getByRole('dialog', { name: 'Recycle pool default?' });

  await page.getByRole('button', { name: 'Recycle pool default' }).click();
  await dialog.getByRole('button', { name: 'Recycle' }).click();
  await page.getByText('Recycled: pool default is at generation 2').waitFor();
  await page.locator('dl > div', { hasText: /^Generation2$/ }).waitFor();
  assert.deepEqual(errors, []);
});

test('a reload that fails says why', options, async (t) => {
  const { adminUrl } = await startHost(t, { fixtures: ['top-level-throw'], admin });
  const { page } = await openPage(t, adminUrl);

  await page.getByRole('button', { name: 'Reload pool default' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reload' }).click();

  await page.getByText(/^Reload failed\. ISAPI_ERR_SWAP_FAILED: .*top-level-throw/).waitFor();
});

test('a pool out of service can be enabled, and draining begun and ended', options, async (t) => {
  const pools = { default: { rapidFailMax: 1 } };
  const { url, adminUrl } = await startHost(t, { fixtures: ['exits'], admin, pools });
  await fetch(`${url}/exits`);
  const { page, errors } = await openPage(t, adminUrl);
  const order = async (button: string, verb: string): Promise<void> => {
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('dialog').getByRole('button', { name: verb }).click();
  };

  await order('Enable pool default', 'Enable');
  await page.getByText('Enabled: pool default is at generation 2').waitFor();
  await page.getByRole('article').getByText('serving').waitFor();
  await order('Drain', 'Drain');
  await page.getByText('draining', { exact: true }).waitFor();
  await order('End draining', 'End draining');
  await page.getByText('draining', { exact: true }).waitFor({ state: 'detached' });

  assert.deepEqual(errors, []);
});

test('a fault appears with its reason', options, async (t) => {
  const { url, adminUrl } = await startHost(t, { fixtures: ['throws'], admin });
  const { page, errors } = await openPage(t, adminUrl);
  await page.getByText('Nothing has gone wrong since the host started.').waitFor();

  await fetch(`${url}/throws`);

  const row = rowOf(page, 'Recent faults', 'ext.throw');
  await row.getByText('secret of throws').waitFor();
  await row.getByText('ISAPI_ERR_EXTENSION_FAILED').waitFor();
  assert.deepEqual(errors, []);
});

test('a hostile URL is shown as text', options, async (t) => {
  const hostile = `/throws?<img/src=x/onerror=document.title='owned'><script>document.title='owned'</script>`;
  const { port, adminUrl } = await startHost(t, { fixtures: ['throws'], admin });
  await fetchRaw(t, port, hostile);

  const { page, errors } = await openPage(t, adminUrl);
  await rowOf(page, 'Recent faults', 'ext.throw').getByText(hostile, { exact: true }).waitFor();

  assert.equal(await page.locator('img').count(), 0);
  assert.equal(await page.title(), 'isapi-host console');
  assert.deepEqual(errors, []);
});

test('the keyboard is enough to recycle a pool', options, async (t) => {
  const { adminUrl } = await startHost(t, { admin });
  const { page } = await openPage(t, adminUrl);

  await page.getByRole('button', { name: 'Recycle pool default' }).waitFor();
  await pressUntil(page, 'Tab', 'Recycle pool default');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await pressUntil(page, 'Shift+Tab', 'Recycle');
  await page.keyboard.press('Enter');

  await page.getByText('Recycled: pool default is at generation 2').waitFor();
});

test('Escape closes the question, and the focus is where it was', options, async (t) => {
  const { adminUrl } = await startHost(t, { admin });
  const { page } = await openPage(t, adminUrl);

  await page.getByRole('button', { name: 'Recycle pool default' }).waitFor();
  await pressUntil(page, 'Tab', 'Recycle pool default');
  await page.keyboard.press('Space');
  await page.getByRole('dialog').waitFor();
  const asked = await focused(page);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  assert.equal(asked, 'Cancel');
  assert.equal(await focused(page), 'Recycle pool default');
});

test('the page is dark for those who want it dark, and fits a phone', options, async (t) => {
  const { adminUrl } = await startHost(t, { fixtures: ['hello'], admin });
  const { page, errors } = await openPage(t, adminUrl);
  await page.getByRole('article').waitFor();
  const ground = (): Promise<string> =>
    page.evaluate('getComputedStyle(document.body).backgroundColor');

  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  await page.setViewportSize({ width: 360, height: 740 });
  // Charts follow the width a frame later.
  await page.waitForFunction('document.documentElement.scrollWidth <= 360');

  assert.equal(light, 'rgb(244, 245, 247)');
  assert.equal(dark, 'rgb(18, 22, 28)');
  assert.deepEqual(errors, []);
});

test('a host that does not answer is told, and found again when it is back', options, async (t) => {
  const relay = await Relay.open(t);
  const first = await startHost(t, { admin });
  relay.attach(first.adminUrl);
  const { page } = await openPage(t, relay.url);
  await page.getByText('live', { exact: true }).waitFor();

  relay.detach();
  await first.close();
  await page.getByText('No fresh picture: the host does not answer.').waitFor();
  const second = await startHost(t, { admin, pools: { fresh: {} } });
  relay.attach(second.adminUrl);

  await page.getByText('live', { exact: true }).waitFor();
  await page.getByRole('article', { name: 'Pool fresh' }).waitFor();
});

test('with a token set, the console asks for it and keeps it for the tab', options, async (t) => {
  const token = 'a-token-of-enough-letters';
  const { adminUrl } = await startHost(t, { admin: { ...admin, token } });
  const { page } = await openPage(t, adminUrl);
  const field = page.getByLabel('Token of the admin server');
  const signIn = page.getByRole('button', { name: 'Sign in' });

  await field.fill('another-token');
  await signIn.click();
  await page.getByText('The host refused the token.').waitFor();
  await field.fill(token);
  await signIn.click();
  await page.getByRole('article', { name: 'Pool default' }).waitFor();
  await page.reload();

  await page.getByRole('article', { name: 'Pool default' }).waitFor();
});

/** The row of a table in which a cell has this text. */
function rowOf(page: Page, table: string, text: string): Locator {
  const cell = page.getByRole('cell').filter({ hasText: text });
  return page.getByRole('table', { name: table }).getByRole('row').filter({ has: cell }).first();
}

/** Presses a key until what has this name has the focus. */
async function pressUntil(page: Page, key: string, name: string): Promise<void> {
  while ((await focused(page)) !== name) await page.keyboard.press(key);
}

/** Name of what has the focus. */
function focused(page: Page): Promise<string> {
  return page.evaluate(
    'document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()',
  );
}
