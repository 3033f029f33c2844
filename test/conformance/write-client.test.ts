// WriteClient: reference isapi.md sections 3.2 and 3.3.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  HSE_IO_ASYNC,
  HSE_IO_DISCONNECT_AFTER_SEND,
  HSE_IO_NODELAY,
  HSE_IO_SYNC,
} from '@isapi-host/sdk';
import { RawClient } from '../helpers/raw-http.ts';
import {
  outcomesOf,
  scriptUrl,
  SEND_HEADER_EX,
  type Step,
  type StepOutcome,
  styles,
} from '../helpers/script.ts';
import { startHost } from '../helpers/start-host.ts';

const pools = { default: { maxThreads: 1 } };
const hosts = {
  modern: await startHost({ after }, { profile: 'modern', fixtures: ['script'], pools }),
  classic: await startHost({ after }, { profile: 'classic', fixtures: ['script'], pools }),
};

const INVALID: StepOutcome = { code: 'ERROR_INVALID_PARAMETER', number: 87 };
const NOT_FOUND: Step = ['serverSupportFunction', SEND_HEADER_EX, { status: 404, keepConn: false }];
const FINAL_SEND = 0x10;

/** The steps, what comes of each, and the status and body of the answer. */
const rules: readonly (readonly [
  rule: string,
  steps: readonly Step[],
  outcomes: readonly StepOutcome[],
  answer: readonly [status: number, body: string],
])[] = [
  [
    'every byte goes out as it is',
    [['writeClient', 'hex:00ff0a0d8000']],
    [{ value: 6 }],
    [200, '\x00\xff\n\r\x80\x00'],
  ],
  [
    'a text goes out as UTF-8',
    [['writeClient', 'é€']],
    [{ value: 5 }],
    [200, '\xc3\xa9\xe2\x82\xac'],
  ],
  [
    'no bytes are no output: the headers may still come',
    [['writeClient', ''], NOT_FOUND, ['writeClient', 'abc']],
    [{ value: 0 }, { value: null }, { value: 3 }],
    [404, 'abc'],
  ],
  [
    'output before the headers is the end of them',
    [['writeClient', 'abc'], NOT_FOUND],
    [{ value: 3 }, INVALID],
    [200, 'abc'],
  ],
  [
    'calls follow each other on the wire',
    [
      ['writeClient', 'a'],
      ['writeClient', 'b'],
      ['writeClient', 'c'],
    ],
    [{ value: 1 }, { value: 1 }, { value: 1 }],
    [200, 'abc'],
  ],
  [
    'HSE_IO_SYNC and HSE_IO_NODELAY change nothing',
    [
      ['writeClient', 'a', HSE_IO_SYNC],
      ['writeClient', 'b', HSE_IO_NODELAY],
      ['writeClient', 'c', HSE_IO_SYNC | HSE_IO_NODELAY],
    ],
    [{ value: 1 }, { value: 1 }, { value: 1 }],
    [200, 'abc'],
  ],
  [
    'HSE_IO_ASYNC needs a completion, and excludes HSE_IO_SYNC',
    [
      ['writeClient', 'a', HSE_IO_ASYNC],
      ['writeClient', 'b', HSE_IO_ASYNC | HSE_IO_SYNC],
      ['writeClient', 'c'],
    ],
    [INVALID, INVALID, { value: 1 }],
    [200, 'c'],
  ],
  [
    'flags of other calls are refused',
    [
      ['writeClient', 'a', HSE_IO_DISCONNECT_AFTER_SEND],
      ['writeClient', 'b', FINAL_SEND],
      ['writeClient', 'c'],
    ],
    [INVALID, INVALID, { value: 1 }],
    [200, 'c'],
  ],
  [
    'nothing follows HSE_IO_FINAL_SEND',
    [
      [
        'serverSupportFunction',
        1037,
        { flags: FINAL_SEND, elements: [{ type: 0, buffer: 'abc' }] },
      ],
      ['writeClient', 'd'],
    ],
    [{ value: null }, INVALID],
    [200, 'abc'],
  ],
  [
    'nothing follows DONE_WITH_SESSION',
    [
      ['writeClient', 'abc'],
      ['serverSupportFunction', 4],
      ['writeClient', 'd'],
    ],
    [{ value: 3 }, { value: null }, INVALID],
    [200, 'abc'],
  ],
];

for (const profile of ['modern', 'classic'] as const) {
  for (const style of styles) {
    for (const [rule, steps, outcomes, answer] of rules) {
      test(`${rule}, ${profile}, ${style}`, async (t) => {
        const { port } = hosts[profile];
        const client = await RawClient.connect(t, port);

        const { statusCode, text } = await client.request(scriptUrl({ style, steps })).next();

        assert.deepEqual([statusCode, text], answer);
        // An answer may be complete while its session still calls.
        const other = await RawClient.connect(t, port);
        let seen = await outcomesOf(other);
        while (seen.length < outcomes.length) seen = await outcomesOf(other);
        assert.deepEqual(seen, outcomes);
      });
    }
  }
}
