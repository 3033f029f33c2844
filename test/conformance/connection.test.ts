// Who closes the connection: reference isapi.md section 5.3, the decision table, in both profiles.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RawClient } from '../helpers/raw-http.ts';
import {
  type Script,
  type Step,
  scriptUrl,
  SEND_HEADER,
  SEND_HEADER_EX,
  styles,
} from '../helpers/script.ts';
import { startHost } from '../helpers/start-host.ts';

const hosts = {
  modern: await startHost({ after }, { profile: 'modern', fixtures: ['script'] }),
  classic: await startHost({ after }, { profile: 'classic', fixtures: ['script'] }),
};

/** One client as the table has it: protocol, and what it says of the connection. */
const CLIENTS = {
  '1.1': 'HTTP/1.1\r\nHost: test\r\n',
  '1.1 close': 'HTTP/1.1\r\nHost: test\r\nConnection: close\r\n',
  '1.0': 'HTTP/1.0\r\nHost: test\r\n',
  '1.0 keep': 'HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n',
} as const;

const BODY: Step = ['writeClient', 'abc'];
const FLUSH: Step = ['serverSupportFunction', 1043, true];
const LENGTH = { 'Content-Length': '3' };
const CHUNKS = { 'Transfer-Encoding': 'chunked' };
const OWN_CHUNKS: Step = ['writeClient', '3\r\nabc\r\n0\r\n\r\n'];

function ex(keepConn: boolean, header: object = {}, status = 200): Step {
  return ['serverSupportFunction', SEND_HEADER_EX, { status, header, keepConn }];
}

function old(header: object = {}): Step {
  return ['serverSupportFunction', SEND_HEADER, { status: 200, header }];
}

function raw(head: string): Step {
  return ['writeClient', `HTTP/1.1 200 OK\r\n${head}\r\nabc`];
}

const KEEP = 2;
const ERROR = 4;

type Row = readonly [
  client: keyof typeof CLIENTS,
  what: string,
  steps: readonly Step[],
  /** Status, what ends the body, what the connection does, and the body. */
  expected: string,
  more?: { readonly method?: string; readonly end?: number },
];

const BOTH: readonly Row[] = [
  ['1.1 close', 'fKeepConn TRUE, framed', [ex(true, LENGTH), BODY], '200 length close abc'],
  ['1.0', 'fKeepConn TRUE, framed', [ex(true, LENGTH), BODY], '200 length close abc'],
  ['1.1', 'fKeepConn FALSE, framed', [ex(false, LENGTH), BODY], '200 length close abc'],
  ['1.0 keep', 'fKeepConn FALSE, framed', [ex(false, LENGTH), BODY], '200 length close abc'],
  ['1.1', 'fKeepConn TRUE, framed', [ex(true, LENGTH), BODY], '200 length keep abc'],
  ['1.0 keep', 'fKeepConn TRUE, framed', [ex(true, LENGTH), BODY], '200 length keep abc'],
  [
    '1.1',
    'header Connection: close',
    [ex(true, { ...LENGTH, Connection: 'close' }), BODY],
    '200 length close abc',
  ],
  [
    '1.0',
    'header Connection: keep-alive',
    [ex(true, { ...LENGTH, Connection: 'keep-alive' }), BODY],
    '200 length close abc',
  ],
  ['1.1', 'code 3, framed', [old(LENGTH), BODY], '200 length keep abc'],
  ['1.0 keep', 'code 3, framed', [old(LENGTH), BODY], '200 length keep abc'],
  ['1.1', 'HEAD, framed', [ex(true, LENGTH), BODY], '200 none keep ', { method: 'HEAD' }],
  ['1.1', 'HEAD, no body written', [ex(true, LENGTH)], '200 none keep ', { method: 'HEAD' }],
  ['1.1', 'HEAD, not framed', [ex(true), BODY], '200 none keep ', { method: 'HEAD' }],
  ['1.1', '204 with a body', [ex(true, {}, 204), BODY], '204 none keep '],
  ['1.1', '304 with a body', [ex(true, {}, 304), BODY], '304 none keep '],
  ['1.0 keep', '204 with a body', [ex(true, {}, 204), BODY], '204 none keep '],
  ['1.1', 'code 1', [['serverSupportFunction', 1, '/elsewhere']], '302 length keep *'],
  ['1.0 keep', 'code 1', [['serverSupportFunction', 1, '/elsewhere']], '302 length keep *'],
  ['1.1 close', 'code 1', [['serverSupportFunction', 1, '/elsewhere']], '302 length close *'],
];

const MODERN: readonly Row[] = [
  ['1.1', 'status ERROR before output', [], '500 length keep *', { end: ERROR }],
  ['1.0 keep', 'status ERROR before output', [], '500 length keep *', { end: ERROR }],
  [
    '1.1',
    'code 4 with ERROR',
    [['serverSupportFunction', 4, ERROR]],
    '500 length keep *',
    { end: 3 },
  ],
  ['1.1', 'no header call', [BODY], '200 length keep abc'],
  ['1.1', 'fKeepConn TRUE, not framed: the host frames', [ex(true), BODY], '200 length keep abc'],
  [
    '1.0 keep',
    'fKeepConn TRUE, not framed: the host frames',
    [ex(true), BODY],
    '200 length keep abc',
  ],
  ['1.1', 'code 3, not framed: the host frames', [old(), BODY], '200 length keep abc'],
  [
    '1.1',
    'fKeepConn TRUE, streamed: the host chunks',
    [FLUSH, ex(true), BODY],
    '200 chunked keep abc',
  ],
  [
    '1.0 keep',
    'fKeepConn TRUE, streamed: nothing but the end can end it',
    [FLUSH, ex(true), BODY],
    '200 close close abc',
  ],
  [
    '1.1',
    'Transfer-Encoding of the extension is dropped',
    [ex(true, CHUNKS), BODY],
    '200 length keep abc',
  ],
  ['1.1', 'a raw head is a body', [raw('')], '200 length keep HTTP/1.1 200 OK\r\n\r\nabc'],
];

const CLASSIC: readonly Row[] = [
  ['1.1', 'status ERROR before output', [], '500 length close *', { end: ERROR }],
  ['1.0 keep', 'status ERROR before output', [], '500 length close *', { end: ERROR }],
  [
    '1.1',
    'code 4 with ERROR',
    [['serverSupportFunction', 4, ERROR]],
    '500 length close *',
    { end: 3 },
  ],
  ['1.1', 'no header call', [BODY], '200 close close abc'],
  ['1.1', 'fKeepConn TRUE, not framed', [ex(true), BODY], '200 close close abc'],
  ['1.0 keep', 'fKeepConn TRUE, not framed', [ex(true), BODY], '200 close close abc'],
  ['1.1', 'fKeepConn FALSE, not framed', [ex(false), BODY], '200 close close abc'],
  ['1.1', 'code 3, not framed', [old(), BODY], '200 close close abc'],
  ['1.1', 'no output at all', [], '200 close close '],
  ['1.1', 'chunks of the extension', [ex(true, CHUNKS), OWN_CHUNKS], '200 chunked keep abc'],
  [
    '1.1',
    'chunks of the extension, fKeepConn FALSE',
    [ex(false, CHUNKS), OWN_CHUNKS],
    '200 chunked close abc',
  ],
  ['1.1', 'raw head, not framed', [raw('')], '200 close close abc', { end: KEEP }],
  [
    '1.1',
    'raw head, framed, SUCCESS',
    [raw('Content-Length: 3\r\n')],
    '200 length closed-after abc',
  ],
  [
    '1.1',
    'raw head, framed, SUCCESS_AND_KEEP_CONN',
    [raw('Content-Length: 3\r\n')],
    '200 length keep abc',
    { end: KEEP },
  ],
  [
    '1.0 keep',
    'raw head, framed, SUCCESS_AND_KEEP_CONN',
    [raw('Content-Length: 3\r\n')],
    '200 length close abc',
    { end: KEEP },
  ],
  [
    '1.1',
    'raw head, framed, says keep-alive',
    [raw('Content-Length: 3\r\nConnection: keep-alive\r\n')],
    '200 length keep abc',
  ],
  [
    '1.0 keep',
    'raw head, framed, says keep-alive',
    [raw('Content-Length: 3\r\nConnection: Keep-Alive\r\n')],
    '200 length keep abc',
  ],
  [
    '1.1 close',
    'raw head, framed, says keep-alive',
    [raw('Content-Length: 3\r\nConnection: keep-alive\r\n')],
    '200 length close abc',
  ],
  [
    '1.1',
    'raw head, framed, says close',
    [raw('Content-Length: 3\r\nConnection: close\r\n')],
    '200 length close abc',
    { end: KEEP },
  ],
];

for (const [profile, rows] of [
  ['modern', [...BOTH, ...MODERN]],
  ['classic', [...BOTH, ...CLASSIC]],
] as const) {
  for (const [client, what, steps, expected, more = {}] of rows) {
    const { method = 'GET', end = 1 } = more;
    for (const style of styles) {
      test(`${profile}, ${style}, client ${client}, ${what}: ${JSON.stringify(expected)}`, async (t) => {
        const connection = await RawClient.connect(t, hosts[profile].port);

        const seen = await runOn(connection, client, method, { style, steps, end });

        assert.equal(seen, expected);
      });
    }
  }
}

/** Runs a script and tells what came, and what became of the connection. */
async function runOn(
  connection: RawClient,
  client: keyof typeof CLIENTS,
  method: string,
  script: Script,
): Promise<string> {
  connection.send(`${method} ${scriptUrl(script)} ${CLIENTS[client]}\r\n`);
  const { statusCode, framing, headers, text } = await connection.next({ method });
  const said = headers['connection'];
  const fate = said === 'close' ? 'close' : await fateOf(connection);
  if (said === 'close') await connection.untilClosed();
  // Of the host's own pages it is only held that there is one.
  const body = statusCode === 200 || text === '' ? text : '*';
  return `${statusCode} ${framing} ${fate} ${body}`;
}

/** Whether a second request is answered on the connection. */
async function fateOf(connection: RawClient): Promise<'keep' | 'closed-after'> {
  connection.request('/script?outcomes=none');
  try {
    await connection.next();
    return 'keep';
  } catch {
    return 'closed-after';
  }
}
