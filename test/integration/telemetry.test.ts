import assert from 'node:assert/strict';
import { once, EventEmitter } from 'node:events';
import test from 'node:test';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';

import { startHost } from '../helpers/start-host.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const traceparent = `00-${TRACE_ID}-${SPAN_ID}-01`;
const traceVariables = 'HTTP_TRACEPARENT&HTTP_TRACESTATE&ALL_HTTP&ALL_RAW';

const arrivals = new EventEmitter();
const exporter = new InMemorySpanExporter();
const keep = exporter.export.bind(exporter);
exporter.export = (spans, done) => {
  keep(spans, done);
  arrivals.emit('spans');
};
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

/** The spans there are, once there are as many; a span ends when its answer has left. */
async function endedSpans(count: number): Promise<readonly ReadableSpan[]> {
  while (exporter.getFinishedSpans().length < count) await once(arrivals, 'spans');
  const spans = exporter.getFinishedSpans();
  exporter.reset();
  return spans;
}

interface Described {
  readonly variables: Readonly<Record<string, string>>;
}

test('the trace of a client goes through the span of the host to the extension', async (t) => {
  const { url } = await startHost(t, { fixtures: ['describe'], telemetry: true });

  const answer = await fetch(`${url}/describe?${traceVariables}`, {
    headers: { traceparent, tracestate: 'vendor=1', 'user-agent': 'tester' },
  });
  const { variables } = (await answer.json()) as Described;

  const [span] = await endedSpans(1);
  assert.ok(span);
  const { traceId, spanId } = span.spanContext();
  assert.equal(span.name, 'GET describe');
  assert.equal(span.kind, SpanKind.SERVER);
  assert.equal(traceId, TRACE_ID);
  assert.equal(span.parentSpanContext?.spanId, SPAN_ID);
  const ours = `00-${TRACE_ID}-${spanId}-01`;
  assert.equal(variables['HTTP_TRACEPARENT'], ours);
  assert.equal(variables['HTTP_TRACESTATE'], 'vendor=1');
  for (const name of ['ALL_HTTP', 'ALL_RAW']) {
    const found = variables[name]?.match(/00-[0-9a-f]{32}-[0-9a-f]{16}-01/gu);
    assert.deepEqual(found, [ours], name);
  }
});

test('a span tells of request, thread and answer', async (t) => {
  const { url } = await startHost(t, { fixtures: ['hello'], telemetry: true });

  await fetch(`${url}/hello?a=1`, { headers: { 'user-agent': 'tester' } });

  const [span] = await endedSpans(1);
  const { 'thread.id': threadId, 'isapi.queue_ms': queueMs, ...rest } = span?.attributes ?? {};
  const { 'isapi.run_ms': runMs, ...attributes } = rest;
  assert.deepEqual(attributes, {
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/hello',
    'url.query': 'a=1',
    'client.address': '127.0.0.1',
    'network.protocol.version': '1.1',
    'user_agent.original': 'tester',
    'isapi.extension': 'hello',
    'isapi.pool': 'default',
    'http.response.status_code': 200,
  });
  assert.equal(typeof threadId, 'number');
  assert.equal(typeof queueMs, 'number');
  assert.equal(typeof runMs, 'number');
  assert.equal(span?.status.code, SpanStatusCode.UNSET);
  assert.equal(span?.parentSpanContext, undefined);
});

test('a request that fails is a span with an error', async (t) => {
  const { url } = await startHost(t, { fixtures: ['throws'], telemetry: true });

  await fetch(`${url}/throws`);

  const [span] = await endedSpans(1);
  assert.equal(span?.status.code, SpanStatusCode.ERROR);
  assert.equal(span?.attributes['http.response.status_code'], 500);
  assert.equal(span?.attributes['error.type'], 'ISAPI_ERR_EXTENSION_FAILED');
});

test('a method that a client made up names no span', async (t) => {
  const { url } = await startHost(t, { fixtures: ['hello'], telemetry: true });

  await fetch(`${url}/hello`, { method: 'PROPFIND' });

  const [span] = await endedSpans(1);
  assert.equal(span?.name, 'HTTP hello');
  assert.equal(span?.attributes['http.request.method'], '_OTHER');
  assert.equal(span?.attributes['http.request.method_original'], 'PROPFIND');
});

test('without the setting there are no spans, and the extension sees what the client sent', async (t) => {
  const host = await startHost(t, { fixtures: ['describe'] });

  const target = `${host.url}/describe?${traceVariables}`;
  const answer = await fetch(target, { headers: { traceparent } });
  const { variables } = (await answer.json()) as Described;
  await host.close();

  assert.equal(variables['HTTP_TRACEPARENT'], traceparent);
  assert.deepEqual(exporter.getFinishedSpans(), []);
});
