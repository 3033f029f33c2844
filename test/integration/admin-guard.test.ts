import assert from 'node:assert/strict';
import { request } from 'node:http';
import test from 'node:test';

import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

const token = 'a-token-of-enough-letters';

/** `fetch` sets Host and Origin itself. */
function statusOf(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode));
    });
    sent.once('error', reject);
    sent.end();
  });
}

const hosts: readonly (readonly [host: string, status: number])[] = [
  ['127.0.0.1:8081', 200],
  ['localhost', 200],
  ['admin.localhost:80', 200],
  ['[::1]:8081', 200],
  ['10.1.2.3:8081', 200],
  ['rebound.example', 403],
  ['rebound.example:8081', 403],
  ['127.0.0.1.rebound.example', 403],
  ['127.0.0.1@rebound.example', 403],
];

test('a request under the name of another host is refused', async (t) => {
  const { adminUrl } = await startHost(t, { admin: { enabled: true, port: 0 } });

  for (const [host, status] of hosts) {
    assert.equal(await statusOf(`${adminUrl}/api/v1/pools`, 'GET', { host }), status, host);
  }
});

test('a load balancer may ask without a Host, as HTTP/1.0 allows', async (t) => {
  const { adminUrl } = await startHost(t, { admin: { enabled: true, port: 0 } });
  const client = await RawClient.connect(t, Number(new URL(adminUrl).port));

  const { statusCode } = await client.send('GET /readyz HTTP/1.0\r\n\r\n').next();

  assert.equal(statusCode, 200);
});

test('a page of another origin cannot steer the host', async (t) => {
  const { adminUrl } = await startHost(t, { admin: { enabled: true, port: 0 } });
  const steer = (headers: Record<string, string>): Promise<number | undefined> =>
    statusOf(`${adminUrl}/api/v1/pools/default/enable`, 'POST', headers);

  assert.equal(await steer({ origin: 'https://elsewhere.example' }), 403);
  assert.equal(await steer({ origin: 'null' }), 403);
  assert.equal(await steer({ origin: 'http://127.0.0.1:1' }), 403);
  assert.equal(await steer({ origin: adminUrl }), 200);
  assert.equal(await steer({}), 200);
});

test('with a token set, all but the probes need it', async (t) => {
  const { adminUrl } = await startHost(t, { admin: { enabled: true, port: 0, token } });
  const look = (path: string, headers: Record<string, string>): Promise<number | undefined> =>
    statusOf(adminUrl + path, 'GET', headers);

  assert.equal(await look('/livez', {}), 200);
  assert.equal(await look('/readyz', {}), 200);
  assert.equal(await look('/metrics', {}), 401);
  assert.equal(await look('/nix', {}), 401);
  assert.equal(await look('/api/v1/pools', {}), 401);
  assert.equal(await look('/api/v1/pools', { authorization: `Bearer ${token}x` }), 401);
  assert.equal(await look('/api/v1/pools', { authorization: `Bearer ${token}` }), 200);
});

test('a request with the token may name the host as it likes', async (t) => {
  const { adminUrl } = await startHost(t, { admin: { enabled: true, port: 0, token } });
  const headers = { authorization: `bearer ${token}`, host: 'isapi.internal:8081' };

  assert.equal(await statusOf(`${adminUrl}/metrics`, 'GET', headers), 200);
});
