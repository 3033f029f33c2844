import assert from 'node:assert/strict';
import test from 'node:test';
import { isSupervised } from '@isapi-host/host/internal/supervisor/is-supervised';

const cases: readonly (readonly [args: string, variable: string | undefined, expected: boolean])[] =
  [
    ['', undefined, true],
    ['start', undefined, true],
    ['start --port 80', 'true', true],
    ['--port 80', '', true],
    ['start --no-supervise', undefined, false],
    ['--supervise=false', undefined, false],
    ['start', 'false', false],
    ['start', ' 0 ', false],
    ['start --supervise', 'false', true],
    ['start --no-supervise --supervise', undefined, true],
    ['start --supervise=maybe', undefined, false],
    ['start', 'maybe', true],
    ['start --help', undefined, false],
    ['-h', undefined, false],
    ['--version', undefined, false],
    ['help start', undefined, false],
    ['config', undefined, false],
    ['chekc', undefined, false],
  ];

for (const [args, variable, expected] of cases) {
  const way = expected ? 'by a supervisor' : 'in this process';
  test(`isapi ${args}, ISAPI_SUPERVISE ${variable ?? 'not set'}: ${way}`, () => {
    const words = args.split(' ').filter((word) => word !== '');

    assert.equal(isSupervised(words, { ISAPI_SUPERVISE: variable }), expected);
  });
}
