import assert from 'node:assert/strict';
import test from 'node:test';
import type { Responder } from '@isapi-host/host/internal/front-end/responder';
import { type AnswerHead, Slab } from '@isapi-host/worker-runtime/protocol';
import { RawClient } from '../../../helpers/raw-http.ts';
import { serveResponder } from '../../../helpers/serve-responder.ts';

const plain: AnswerHead = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\nA: b\r\n',
  contentLength: undefined,
  keepConn: true,
  hasDate: true,
  hasServer: true,
};

const declared = (contentLength: number): AnswerHead => ({ ...plain, contentLength });

interface Served {
  readonly client: RawClient;
  /** How often the answer was done. */
  readonly done: () => number;
}

/** A client and a server that answers each of its requests by `respond`. */
async function serve(
  t: test.TestContext,
  respond: (responder: Responder) => void,
): Promise<Served> {
  let done = 0;
  const port = await serveResponder(t, respond, () => {
    done += 1;
  });
  const client = await RawClient.connect(t, port);
  return { client, done: () => done };
}

function ignore(): void {
  // The test looks at what the client gets.
}

for (const size of [0, 1, 16 * 1024, 16 * 1024 + 1, 100_000]) {
  test(`a whole answer of ${size} bytes goes out as it lies in the slab, every byte value`, async (t) => {
    const slab = Slab.create({ slots: 1, slotBytes: 200_000, threads: 1 });
    const body = Buffer.from(Array.from({ length: size }, (_, i) => i % 256));
    const bodyAt = slab.payloadAt(0) + 100;
    slab.bytes.set(body, bodyAt);
    const { client, done } = await serve(t, (responder) => {
      responder.answer(plain, slab, bodyAt, size);
      // The slot belongs to the next request at once.
      slab.bytes.fill(0, bodyAt, bodyAt + size);
    });

    const response = await client.request('/').next();

    assert.ok(response.body.equals(body));
    assert.equal(response.framing, 'length');
    assert.equal(done(), 1);
  });
}

test('a streamed answer goes out as it is written, and is done once it ends', async (t) => {
  let responder: Responder | undefined;
  const { client, done } = await serve(t, (made) => {
    responder = made;
    made.begin(plain);
    made.write(Buffer.from('ab'), ignore);
  });
  client.request('/');
  await client.nextHead();
  assert.equal((await client.read(7)).toString(), '2\r\nab\r\n');
  assert.equal(done(), 0);

  responder?.write(Buffer.from('cd'), ignore);
  responder?.end();

  assert.equal((await client.read(12)).toString(), '2\r\ncd\r\n0\r\n\r\n');
  assert.equal(done(), 1);
  assert.equal(responder?.bytesOut, 4);
});

test('a second answer, or more of one that is done, changes nothing', async (t) => {
  const { client, done } = await serve(t, (responder) => {
    responder.send(plain, 'first');
    responder.send(plain, 'second');
    responder.begin(plain);
    responder.write(Buffer.from('third'), ignore);
    responder.end();
    responder.error(500);
    responder.cut();
  });

  const first = await client.request('/').next();
  const next = await client.request('/').next();

  assert.deepEqual([first.text, next.text], ['first', 'first']);
  assert.equal(done(), 2);
});

test('an error before the first byte is a page, after it a cut', async (t) => {
  const { client, done } = await serve(t, (responder) => {
    if (responder.request.url === '/begun') {
      responder.begin(plain);
      responder.write(Buffer.from('ab'), ignore);
    }
    responder.error(503, { 'Retry-After': '1' });
  });

  const page = await client.request('/').next();
  assert.equal(page.statusCode, 503);
  assert.equal(page.headers['retry-after'], '1');

  await assert.rejects(client.request('/begun').next(), { name: 'CutError', received: /ab/ });
  assert.equal(done(), 2);
});

test('a body that is shorter than announced is cut, and says so', async (t) => {
  let responder: Responder | undefined;
  const { client, done } = await serve(t, (made) => {
    responder = made;
    made.begin(declared(5));
    made.write(Buffer.from('abc'), ignore);
    made.end();
  });

  await assert.rejects(client.request('/').next(), { name: 'CutError', received: /abc$/ });

  assert.equal(done(), 1);
  assert.equal(responder?.isLast, true);
});

test('a body that is longer than announced is cut at that length, in any number of pieces', async (t) => {
  const { client } = await serve(t, (responder) => {
    responder.begin(declared(5));
    for (const text of ['abc', 'defg', 'hi']) responder.write(Buffer.from(text), ignore);
    responder.end();
  });

  const response = await client.request('/').next();

  assert.equal(response.text, 'abcde');
  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('bytes are reported as taken once each, also when there is no body to put them in', async (t) => {
  let taken = 0;
  const { client } = await serve(t, (responder) => {
    responder.begin(plain);
    for (let i = 0; i < 10; i += 1) {
      responder.write(Buffer.alloc(1000), () => {
        taken += 1;
      });
    }
    responder.end();
  });

  await client.request('/').next();
  assert.equal(taken, 10);

  await client.request('/', { method: 'HEAD' }).next({ method: 'HEAD' });
  assert.equal(taken, 20);
});

test('a connection that closes ends the answer, once', async (t) => {
  let responder: Responder | undefined;
  const { client, done } = await serve(t, (made) => {
    responder = made;
    made.begin(plain);
  });
  client.request('/');
  await client.nextHead();

  responder?.closed();
  responder?.closed();
  responder?.write(Buffer.from('ab'), ignore);
  responder?.end();

  assert.equal(done(), 1);
});
