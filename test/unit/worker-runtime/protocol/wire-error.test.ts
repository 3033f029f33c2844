import assert from 'node:assert/strict';
import test from 'node:test';
import { IsapiError } from '@isapi-host/sdk';
import { toWireError } from '@isapi-host/worker-runtime/protocol';

test('an Error keeps its name, message and stack as text', () => {
  const error = new TypeError('wrong');

  assert.deepEqual(toWireError(error), {
    code: 'TypeError',
    message: 'wrong',
    stack: error.stack,
  });
});

test('an IsapiError keeps its code', () => {
  assert.equal(toWireError(new IsapiError('ERROR_TIMEOUT', 'late')).code, 'ERROR_TIMEOUT');
});

test('an IsapiError of another copy of the sdk keeps its code', () => {
  const foreign = Object.assign(new Error('late'), { code: 'ERROR_TIMEOUT', number: 1460 });

  assert.equal(toWireError(foreign).code, 'ERROR_TIMEOUT');
});

test('a code given by the caller goes before that of the error', () => {
  assert.equal(
    toWireError(new Error('x'), 'ISAPI_ERR_EXTENSION_LOAD').code,
    'ISAPI_ERR_EXTENSION_LOAD',
  );
});

const notErrors: readonly (readonly [what: string, thrown: unknown, message: string])[] = [
  ['a text', 'plain text', 'plain text'],
  ['null', null, 'null'],
  ['undefined', undefined, 'undefined'],
  ['a number', 42, '42'],
  ['a bigint', 42n, '42'],
  ['a symbol', Symbol('sign'), 'Symbol(sign)'],
  ['an object without a message', {}, 'no message'],
  ['an object whose message is no text', { message: 7 }, 'no message'],
];

for (const [what, thrown, message] of notErrors) {
  test(`${what} that was thrown becomes a message`, () => {
    assert.equal(toWireError(thrown).message, message);
  });
}

const cyclic = new Error('cyclic');
cyclic.cause = cyclic;

const hostile: readonly (readonly [what: string, thrown: unknown])[] = [
  ['an error that is its own cause', cyclic],
  [
    'an error whose getters throw',
    Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('from the getter');
      },
    }),
  ],
  [
    'a proxy that throws at every touch',
    new Proxy(new Error('x'), {
      get() {
        throw new Error('from the proxy');
      },
    }),
  ],
  ['a revoked proxy', revokedProxy()],
  ['an object without a prototype', Object.create(null)],
  ['a function', () => undefined],
  [
    'a function whose text throws',
    Object.assign(() => undefined, {
      toString() {
        throw new Error('from toString');
      },
    }),
  ],
];

for (const [what, thrown] of hostile) {
  test(`${what} becomes data that can cross a thread`, () => {
    const wire = toWireError(thrown);

    assert.deepEqual(structuredClone(wire), wire);
    assert.deepEqual(
      Object.values(wire).map((value) => typeof value),
      ['string', 'string', 'string'],
    );
  });
}

test('texts that are too long are cut', () => {
  const error = new Error('x'.repeat(1_000_000));

  const { message, stack } = toWireError(error);

  assert.ok(message.length + stack.length < 20_000);
});

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
