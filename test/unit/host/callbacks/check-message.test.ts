import assert from 'node:assert/strict';
import test from 'node:test';
import { isToHost } from '@isapi-host/host/internal/callbacks/check-message';
import type { ToHost } from '@isapi-host/worker-runtime/protocol';

const session = { slot: 1, connId: 2 };
const error = { code: 'Error', message: 'text', stack: '' };
const end = { hseStatus: 1, logStatus: 0, logData: '', logParameter: '', error: undefined };
const head = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: true,
  hasDate: false,
  hasServer: false,
};

const messages: readonly ToHost[] = [
  { op: 'head', ...session, head },
  { op: 'write', ...session, buffer: new ArrayBuffer(8), length: 8 },
  { op: 'read', ...session, bytes: 100 },
  { op: 'call', ...session, callId: 0, code: 1016, input: { any: 'thing' } },
  { op: 'end', ...session, end },
  { op: 'end', ...session, end: { ...end, error } },
  { op: 'log', level: 'warn', message: 'text', fields: { a: 1, b: 'c' } },
  { op: 'fault', event: 'ext.late', fields: {} },
  { op: 'loaded', module: 'a.js', version: 1, description: '', stamp: '1', loadMs: 3 },
  { op: 'loads-done', problems: [{ module: 'a.js', error }] },
  { op: 'retired' },
];

for (const message of messages) {
  test(`${message.op} is a message`, () => {
    assert.equal(isToHost(message), true);
  });
}

const nonsense: readonly unknown[] = [
  undefined,
  null,
  1,
  'retired',
  [],
  {},
  { op: 'nonsense', ...session },
  { op: 'end' },
  { op: 'end', slot: -1, connId: 2, end },
  { op: 'end', slot: 1.5, connId: 2, end },
  { op: 'end', ...session, end: null },
  { op: 'end', ...session, end: { ...end, error: 'text' } },
  { op: 'end', ...session, end: { ...end, logData: 5 } },
  { op: 'head', ...session, head: { ...head, statusCode: 99 } },
  { op: 'head', ...session, head: { ...head, text: undefined } },
  { op: 'head', ...session, head: { ...head, contentLength: -1 } },
  { op: 'write', ...session, buffer: new ArrayBuffer(8), length: 9 },
  { op: 'write', ...session, buffer: new SharedArrayBuffer(8), length: 8 },
  { op: 'write', ...session, buffer: 'text', length: 4 },
  { op: 'read', ...session, bytes: Number.NaN },
  { op: 'call', ...session, callId: 1, code: 'exec' },
  { op: 'log', level: 'fatal', message: 'text', fields: {} },
  { op: 'log', level: 'constructor', message: 'text', fields: {} },
  { op: 'log', level: 'info', message: 'text', fields: { deep: {} } },
  { op: 'fault', event: 'worker.exit', fields: {} },
  { op: 'fault', event: 'ext.late', fields: null },
  { op: 'loaded', module: 1, version: 1, description: '', stamp: '1', loadMs: 3 },
  { op: 'loads-done', problems: 'none' },
];

for (const [index, message] of nonsense.entries()) {
  test(`nonsense ${index} is no message`, () => {
    assert.equal(isToHost(message), false);
  });
}
