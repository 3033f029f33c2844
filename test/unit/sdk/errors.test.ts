import assert from 'node:assert/strict';
import test from 'node:test';
import { IsapiError, isIsapiError } from '@isapi-host/sdk';

test('an IsapiError carries its code by name and by number', () => {
  const { name, code, number, message } = new IsapiError('ERROR_INVALID_INDEX', 'no such variable');

  assert.deepEqual(
    { name, code, number, message },
    {
      name: 'IsapiError',
      code: 'ERROR_INVALID_INDEX',
      number: 1413,
      message: 'no such variable',
    },
  );
});

test('an IsapiError without a message says its code', () => {
  assert.equal(String(new IsapiError('ERROR_NO_DATA')), 'IsapiError: ERROR_NO_DATA');
});

test('isIsapiError knows an error of another copy of the class by its shape', () => {
  const foreign = Object.assign(new Error('x'), { code: 'ERROR_NO_DATA', number: 232 });

  assert.equal(isIsapiError(foreign), true);
});

test('isIsapiError asks for one code when it is given one', () => {
  const error = new IsapiError('ERROR_NO_DATA');

  assert.deepEqual(
    [isIsapiError(error, 'ERROR_NO_DATA'), isIsapiError(error, 'ERROR_BUSY')],
    [true, false],
  );
});

test('isIsapiError refuses everything of another shape', () => {
  const others = [
    undefined,
    null,
    87,
    'ERROR_NO_DATA',
    new Error('ERROR_NO_DATA'),
    { code: 'ENOENT', errno: -2 },
    { code: 'ERROR_NO_DATA', number: 87 },
    { code: 'ERROR_NO_DATA' },
    { code: 'toString', number: undefined },
  ];

  assert.deepEqual(
    others.filter((other) => isIsapiError(other)),
    [],
  );
});
