import assert from 'node:assert/strict';
import test from 'node:test';

import { startHost } from '../helpers/start-host.ts';

const admin = { enabled: true, port: 0 };

/** Asks for the metrics until a line is there: a request is counted when its answer has left. */
async function untilLines(adminUrl: string, lines: readonly string[]): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${adminUrl}/metrics`)).text();
    const known = new Set(text.split('\n'));
    if (lines.every((line) => known.has(line))) return;
  }
}

test('requests are counted by extension, pool and status class, and failures by code', async (t) => {
  const { url, adminUrl } = await startHost(t, { fixtures: ['hello', 'throws'], admin });

  for (const path of ['/hello', '/hello', '/throws', '/nix']) await fetch(url + path);

  await untilLines(adminUrl, [
    'isapi_requests_total{extension="",pool="",status="4xx"} 1',
    'isapi_requests_total{extension="hello",pool="default",status="2xx"} 2',
    'isapi_requests_total{extension="throws",pool="default",status="5xx"} 1',
    'isapi_request_errors_total{extension="throws",pool="default",code="ISAPI_ERR_EXTENSION_FAILED"} 1',
    'isapi_faults_total{evt="ext.throw",extension="throws",pool="default"} 1',
    'isapi_queue_seconds_count{extension="hello",pool="default"} 2',
    'isapi_run_seconds_bucket{extension="hello",pool="default",le="+Inf"} 2',
  ]);
});

test('a request that is shed is counted as such', async (t) => {
  const pools = { default: { rapidFailMax: 1 } };
  const { url, adminUrl } = await startHost(t, { fixtures: ['exits', 'hello'], admin, pools });

  await fetch(`${url}/exits`);
  const { status } = await fetch(`${url}/hello`);

  assert.equal(status, 503);
  await untilLines(adminUrl, [
    'isapi_shed_total{extension="hello",pool="default",code="ISAPI_ERR_POOL_DISABLED"} 1',
    'isapi_pool_state{pool="default",state="disabled"} 1',
  ]);
});

test('each request is counted without an access log, too', async (t) => {
  const log = { level: 'silent', access: false } as const;
  const { url, adminUrl } = await startHost(t, { fixtures: ['hello'], admin, log });

  await fetch(`${url}/hello`);

  await untilLines(adminUrl, [
    'isapi_requests_total{extension="hello",pool="default",status="2xx"} 1',
  ]);
});

test('recycles are counted by their reason', async (t) => {
  const { host, adminUrl } = await startHost(t, { fixtures: ['hello'], admin });
  const pool = host.pools.get('default');

  await pool?.recycle('asked');
  await pool?.recycle('asked');
  await pool?.reload();

  await untilLines(adminUrl, [
    'isapi_pool_recycles_total{pool="default",reason="asked"} 2',
    'isapi_pool_recycles_total{pool="default",reason="files"} 1',
  ]);
});

test('the text is one that Prometheus reads', async (t) => {
  const { adminUrl } = await startHost(t, { admin });

  const answer = await fetch(`${adminUrl}/metrics`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');

  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  for (const line of lines) {
    assert.match(line, /^# (HELP|TYPE) \w+ .+$|^\w+(\{(\w+="[^"]*",?)*\})? -?[\d.]+(e[+-]?\d+)?$/);
  }
});
