// strictIsapi: a warning for what IIS refuses, hangs on or crashes at. Reference isapi.md sections 3.2, 4.2, 5.3 and 6.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import {
  scriptUrl,
  SEND_HEADER,
  SEND_HEADER_EX,
  type Step,
  type Style,
  styles,
} from '../helpers/script.ts';
import { startHostProcess } from '../helpers/start-host.ts';

const host = await startHostProcess(
  { after },
  { strictIsapi: true, fixtures: ['script'], pools: { default: { maxThreads: 1 } } },
);

const PENDING = 3;
const DONE = 4;
const IO_COMPLETION = 1005;
const ASYNC_READ = 1010;
const FRAMED: Step = [
  'serverSupportFunction',
  SEND_HEADER_EX,
  { status: 200, header: { 'Content-Length': '3' }, keepConn: true },
];

/** What is done, the rule that is broken, and how the proc ends. */
const rules: readonly (readonly [
  what: string,
  rule: string,
  steps: readonly Step[],
  end?: number,
])[] = [
  ['headers twice', 'serverSupportFunction 1016', [FRAMED, FRAMED, ['writeClient', 'abc']]],
  [
    'headers after output',
    'serverSupportFunction 3',
    [
      ['writeClient', 'a'],
      ['serverSupportFunction', SEND_HEADER],
    ],
  ],
  [
    'keepConn true without an end to the body',
    'keepConn',
    [['serverSupportFunction', SEND_HEADER_EX, { status: 200, header: {}, keepConn: true }]],
  ],
  [
    'a write after DONE',
    'writeClient',
    [
      ['serverSupportFunction', DONE],
      ['writeClient', 'late'],
    ],
    PENDING,
  ],
  [
    'DONE twice',
    'serverSupportFunction 4',
    [
      ['serverSupportFunction', DONE],
      ['serverSupportFunction', DONE],
    ],
    PENDING,
  ],
  ['DONE, and then a status', 'return', [['serverSupportFunction', DONE]], 1],
  [
    'a body with 304',
    'body',
    [
      ['serverSupportFunction', SEND_HEADER_EX, { status: 304, keepConn: true }],
      ['writeClient', 'abc'],
    ],
  ],
  ['more body than announced', 'length', [FRAMED, ['writeClient', 'abcd']]],
  // Section 6: one operation at a time, and nobody but DONE_WITH_SESSION ends a session that has one.
  [
    'a second asynchronous operation',
    'serverSupportFunction 1010',
    [
      ['serverSupportFunction', IO_COMPLETION, 'function:'],
      ['serverSupportFunction', ASYNC_READ, { buffer: 'hex:00', flags: 2 }],
      ['serverSupportFunction', ASYNC_READ, { buffer: 'hex:00', flags: 2 }],
    ],
  ],
  [
    'a write with an asynchronous operation under way',
    'writeClient',
    [
      ['serverSupportFunction', IO_COMPLETION, 'function:'],
      ['serverSupportFunction', ASYNC_READ, { buffer: 'hex:00', flags: 2 }],
      ['writeClient', 'abc'],
    ],
  ],
  [
    'SUCCESS with an asynchronous operation under way',
    'return',
    [
      ['serverSupportFunction', IO_COMPLETION, 'function:'],
      ['serverSupportFunction', ASYNC_READ, { buffer: 'hex:00', flags: 2 }],
    ],
    1,
  ],
  ['an unknown request code', 'serverSupportFunction 4711', [['serverSupportFunction', 4711]]],
  ['bytes to read that are none', 'readClient', [['readClient', -1]]],
];

for (const [what, rule, steps, end = 1] of rules) {
  for (const style of styles) {
    test(`${what} is warned of, ${style}`, async (t) => {
      const id = `${what} ${style}`;

      const connId = await run(t, { id, style, steps, end });

      const { level, extension, text } = await host.logs.find({ connId, rule });
      assert.deepEqual([level, extension, typeof text], [40, 'script', 'string']);
    });
  }
}

test('a rule is warned of once a session', async (t) => {
  const steps: readonly Step[] = [
    ['readClient', -1],
    ['readClient', -2],
    ['writeClient', 5],
  ];

  const connId = await run(t, { id: 'once', style: 'async', steps, end: 1 });

  await host.logs.find({ connId, rule: 'writeClient' });
  assert.equal(host.logs.all.filter((line) => line['connId'] === connId).length, 2);
});

test('a proper session is not warned of', async (t) => {
  const steps: readonly Step[] = [
    FRAMED,
    ['getServerVariable', 'HTTP_ABSENT'],
    ['writeClient', 'abc'],
  ];
  const connId = await run(t, { id: 'proper', style: 'async', steps, end: 1 });

  // Lines of a thread come in order, so those of a later session come after those of this one.
  const later = await run(t, { id: 'later', style: 'async', steps: [['readClient', -1]], end: 1 });

  await host.logs.find({ connId: later });
  assert.equal(host.logs.all.filter((line) => line['connId'] === connId).length, 0);
});

/** Runs a script, whatever becomes of its answer. @returns the `connId` it ran under */
async function run(
  t: Parameters<typeof fetchRaw>[0],
  script: {
    readonly id: string;
    readonly style: Style;
    readonly steps: readonly Step[];
    readonly end: number;
  },
): Promise<number> {
  const steps: readonly Step[] = [['connId'], ...script.steps];
  await fetchRaw(t, host.port, scriptUrl({ ...script, steps })).catch(() => undefined);
  const outcomes = await fetchRaw(
    t,
    host.port,
    `/script?outcomes=${encodeURIComponent(script.id)}`,
  );
  const [first] = JSON.parse(outcomes.text) as readonly { readonly value: number }[];
  assert.ok(first !== undefined);
  return first.value;
}
