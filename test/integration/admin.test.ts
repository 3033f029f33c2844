import assert from 'node:assert/strict';
import test from 'node:test';

import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { getJson, postJson } from '../helpers/admin-client.ts';
import { startHost } from '../helpers/start-host.ts';

const admin = { enabled: true, port: 0 };

test('livez and readyz answer, and readyz sends a request through every pool', async (t) => {
  const pools = { default: { minThreads: 1 }, other: { minThreads: 0 } };
  const { adminUrl } = await startHost(t, { fixtures: ['echo'], admin, pools });

  const live = await getJson(`${adminUrl}/livez`);
  const ready = await getJson(`${adminUrl}/readyz`);
  const { body } = await getJson(`${adminUrl}/api/v1/pools/other`);

  assert.equal(live.status, 200);
  assert.equal(ready.status, 200);
  assert.deepEqual(ready.body, {
    ready: true,
    draining: false,
    pools: { default: 'ok', other: 'ok' },
  });
  assert.equal(body['served'], 1);
});

test('a host that is told to drain is not ready and serves on', async (t) => {
  const { url, adminUrl } = await startHost(t, { fixtures: ['hello'], admin });

  await postJson(`${adminUrl}/api/v1/drain`, { draining: true });
  const draining = await getJson(`${adminUrl}/readyz`);
  const served = await fetch(`${url}/hello`);
  await postJson(`${adminUrl}/api/v1/drain`, { draining: false });
  const back = await getJson(`${adminUrl}/readyz`);

  assert.equal(draining.status, 503);
  assert.equal(draining.body['ready'], false);
  assert.equal(served.status, 200);
  assert.equal(back.status, 200);
});

test('a pool out of service makes the host not ready until it is enabled', async (t) => {
  const pools = { default: { rapidFailMax: 1 }, other: {} };
  const { url, adminUrl } = await startHost(t, { fixtures: ['exits'], admin, pools });

  await fetch(`${url}/exits`);
  const disabled = await getJson(`${adminUrl}/readyz`);
  await postJson(`${adminUrl}/api/v1/pools/default/enable`);
  const enabled = await getJson(`${adminUrl}/readyz`);

  assert.equal(disabled.status, 503);
  assert.deepEqual(disabled.body['pools'], { default: 'disabled', other: 'ok' });
  assert.equal(enabled.status, 200);
});

test('a host without a supervisor cannot recycle its process', async (t) => {
  const { adminUrl } = await startHost(t, { admin });

  const { status, body } = await postJson(`${adminUrl}/api/v1/host/recycle`);

  assert.deepEqual([status, body['code']], [409, 'ISAPI_ERR_NO_SUPERVISOR']);
});

test('pools are recycled and reloaded, one or all', async (t) => {
  const { adminUrl } = await startHost(t, { admin, pools: { default: {}, other: {} } });

  const one = await postJson(`${adminUrl}/api/v1/pools/other/recycle`);
  const all = await postJson(`${adminUrl}/api/v1/reload`);

  assert.deepEqual(one.body, { pools: [{ name: 'other', generation: 2 }] });
  assert.deepEqual(all.body, {
    pools: [
      { name: 'default', generation: 2 },
      { name: 'other', generation: 3 },
    ],
  });
});

test('a reload that cannot load says which module and why', async (t) => {
  const { adminUrl } = await startHost(t, { fixtures: ['top-level-throw'], admin });

  const { status, body } = await postJson(`${adminUrl}/api/v1/reload`);

  assert.equal(status, 409);
  assert.equal(body['code'], 'ISAPI_ERR_SWAP_FAILED');
  assert.match(String(body['message']), /^pool default: .*top-level-throw\.mjs: /);
});

test('the level of the log can be changed', async (t) => {
  const { host, adminUrl } = await startHost(t, { admin });

  const { status } = await postJson(`${adminUrl}/api/v1/log-level`, { level: 'fatal' });
  const wrong = await postJson(`${adminUrl}/api/v1/log-level`, { level: 'loud' });

  assert.equal(status, 200);
  assert.equal(host.logger.level, 'fatal');
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body['code'], 'ISAPI_ERR_ADMIN_REQUEST');
});

test('an unknown pool and an unknown URL are told as such', async (t) => {
  const { adminUrl } = await startHost(t, { admin });

  const pool = await postJson(`${adminUrl}/api/v1/pools/nix/recycle`);
  const url = await getJson(`${adminUrl}/nix`);

  assert.deepEqual([pool.status, url.status], [404, 404]);
  assert.equal(pool.body['code'], 'ISAPI_ERR_ADMIN_NOT_FOUND');
  assert.equal(url.body['code'], 'ISAPI_ERR_ADMIN_NOT_FOUND');
});

test('a request under way is shown with its stage, and its extension as loaded', async (t) => {
  const { url, adminUrl } = await startHost(t, {
    fixtures: ['pending-forever', 'hello'],
    admin,
    shutdownTimeoutMs: 100,
  });
  await fetch(`${url}/hello`);
  const leaving = new AbortController();
  const left = fetch(`${url}/pending-forever?x=1`, { signal: leaving.signal }).catch(() => 'left');

  let requests: readonly Record<string, unknown>[] = [];
  while (requests[0]?.['stage'] !== 'running') {
    const { body } = await getJson(`${adminUrl}/api/v1/requests`);
    requests = body['requests'] as readonly Record<string, unknown>[];
  }
  const { body } = await getJson(`${adminUrl}/api/v1/extensions`);
  leaving.abort();
  await left;

  assert.equal(requests.length, 1);
  assert.equal(requests[0]?.['url'], '/pending-forever?x=1');
  assert.equal(requests[0]?.['extension'], 'pending-forever');
  const extensions = body['extensions'] as readonly Record<string, unknown>[];
  const hello = extensions.find(({ name }) => name === 'hello');
  assert.equal(hello?.['loaded'], true);
  assert.deepEqual(hello?.['requests'], { '2xx': 1 });
});

test('the OpenAPI document is valid, and what the API answers is as it says', async (t) => {
  const { url, adminUrl } = await startHost(t, { fixtures: ['hello', 'throws'], admin });
  await Promise.all([fetch(`${url}/hello`), fetch(`${url}/throws`)]);
  const { body: document } = await getJson(`${adminUrl}/api/v1/openapi.json`);

  const validation = await new Validator().validate(document);
  assert.deepEqual(validation.errors ?? [], []);

  const ajv = new Ajv2020({ strict: false });
  const paths = document['paths'] as Record<string, Record<string, Operation>>;
  const looks = Object.entries(paths).filter(([, operations]) => operations['get'] !== undefined);
  assert.equal(looks.length, 8);
  for (const [path, { get }] of looks) {
    const { body } = await getJson(adminUrl + path.replace('{pool}', 'default'));
    const isValid = ajv.validate(
      get?.responses['200'].content['application/json'].schema ?? {},
      body,
    );
    assert.ok(isValid, `${path}: ${ajv.errorsText()}`);
  }
});

interface Operation {
  readonly responses: {
    readonly '200': { readonly content: { readonly 'application/json': { schema: object } } };
  };
}
