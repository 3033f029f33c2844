// How a session ends: reference isapi.md sections 1.4 and 5.1.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CutError, RawClient } from '../helpers/raw-http.ts';
import { brief, scriptUrl, SEND_HEADER_EX, type Step, styles } from '../helpers/script.ts';
import { startHost } from '../helpers/start-host.ts';

const hosts = {
  modern: await startHost({ after }, { profile: 'modern', fixtures: ['script'] }),
  classic: await startHost({ after }, { profile: 'classic', fixtures: ['script'] }),
};

const PENDING = 3;
const WRITE: Step = ['writeClient', 'abc'];
const FLUSH: Step = ['serverSupportFunction', 1043, true];
const TEN_BYTES: Step = [
  'serverSupportFunction',
  SEND_HEADER_EX,
  { status: 200, header: { 'Content-Length': '10' }, keepConn: true },
];

function done(status?: number): Step {
  return status === undefined ? ['serverSupportFunction', 4] : ['serverSupportFunction', 4, status];
}

/** What is done, what the proc returns, and the answer in modern and in classic. */
const endings: readonly (readonly [
  rule: string,
  steps: readonly Step[],
  end: unknown,
  modern: string,
  classic: string,
])[] = [
  ['0 is taken for success', [WRITE], 0, '200 length keep-alive "abc"', '200 close close "abc"'],
  ['SUCCESS ends the session', [WRITE], 1, '200 length keep-alive "abc"', '200 close close "abc"'],
  [
    'SUCCESS_AND_KEEP_CONN is SUCCESS',
    [WRITE],
    2,
    '200 length keep-alive "abc"',
    '200 close close "abc"',
  ],
  [
    'success without output is an empty answer',
    [],
    1,
    '200 length keep-alive ""',
    '200 close close ""',
  ],
  [
    'ERROR before output is a page of the host',
    [],
    4,
    '500 length keep-alive *',
    '500 length close *',
  ],
  ['ERROR after output that is out cuts the answer', [FLUSH, TEN_BYTES, WRITE], 4, 'cut', 'cut'],
  ['an unknown status is ERROR', [], 17, '500 length keep-alive *', '500 length close *'],
  [
    'a status that is no number is ERROR',
    [],
    'fine',
    '500 length keep-alive *',
    '500 length close *',
  ],
  ['no status is ERROR', [], null, '500 length keep-alive *', '500 length close *'],
  [
    'DONE before PENDING is kept',
    [WRITE, done()],
    PENDING,
    '200 length keep-alive "abc"',
    '200 close close "abc"',
  ],
  [
    'after DONE another status counts for nothing',
    [WRITE, done()],
    4,
    '200 length keep-alive "abc"',
    '200 close close "abc"',
  ],
  ['DONE with ERROR is ERROR', [done(4)], PENDING, '500 length keep-alive *', '500 length close *'],
  [
    'DONE with KEEP_CONN is success',
    [WRITE, done(2)],
    PENDING,
    '200 length keep-alive "abc"',
    '200 close close "abc"',
  ],
];

for (const profile of ['modern', 'classic'] as const) {
  for (const style of styles) {
    for (const [rule, steps, end, modern, classic] of endings) {
      test(`${rule}, ${profile}, ${style}`, async (t) => {
        const client = await RawClient.connect(t, hosts[profile].port);

        const seen = await client.request(scriptUrl({ style, steps, end })).next().then(brief, cut);

        const expected = profile === 'modern' ? modern : classic;
        assert.equal(expected.endsWith('*') ? seen.replace(/".*$/s, '*') : seen, expected);
      });
    }
  }
}

function cut(error: unknown): string {
  assert.ok(error instanceof CutError);
  return 'cut';
}
