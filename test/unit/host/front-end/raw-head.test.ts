// Holds the bytes on the wire: raw-head.ts writes into Node's inside, and a Node that changes there is noticed here.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { type RawFraming, setRawHead } from '@isapi-host/host/internal/front-end/raw-head';
import { RawClient } from '../../../helpers/raw-http.ts';

/** Serves requests with Node alone. */
async function serve(t: test.TestContext, listener: RequestListener): Promise<RawClient> {
  const server: Server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = await RawClient.connect(t, (server.address() as AddressInfo).port);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return client;
}

const plain: RawFraming = { statusCode: 200, isChunked: false, isLast: false, hasBody: true };
const get = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n';

test('a head with a length goes out as it is, with the body behind it and nothing else', async (t) => {
  const text = 'HTTP/1.1 200 Fine\r\nx-a: 1\r\nContent-Length: 5\r\nConnection: close\r\n\r\n';
  const client = await serve(t, (_request, response) => {
    setRawHead(response, text, { ...plain, isLast: true });
    response.end('hello');
  });

  const { rest, by } = await client.send(get).untilClosed();

  assert.equal(rest.toString('latin1'), `${text}hello`);
  assert.equal(by, 'end');
});

test('head and body in one text go out as they are, latin1 included', async (t) => {
  const text =
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\u0080\u00ff\u00e9';
  const client = await serve(t, (_request, response) => {
    setRawHead(response, text, { ...plain, isLast: true });
    response.end();
  });

  const { rest } = await client.send(get).untilClosed();

  assert.equal(rest.toString('latin1'), text);
});

test('a chunked body goes out chunk by chunk, with the last chunk at its end', async (t) => {
  const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
  const client = await serve(t, (_request, response) => {
    setRawHead(response, text, { ...plain, isChunked: true, isLast: true });
    response.flushHeaders();
    // Node 26 joins what is written in one turn of the event loop.
    response.write('abc', () => {
      response.write(Buffer.from('defg'), () => response.end());
    });
  });

  const { rest } = await client.send(get).untilClosed();

  assert.equal(rest.toString('latin1'), `${text}3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n`);
});

test('flushHeaders sends the head before there is a body', async (t) => {
  const text = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n';
  let end: (() => void) | undefined;
  const client = await serve(t, (_request, response) => {
    setRawHead(response, text, plain);
    response.flushHeaders();
    end = () => response.end('ab');
  });

  assert.equal(await client.send(get).nextHead(), text);
  end?.();
  assert.equal((await client.read(2)).toString(), 'ab');
});

test('without `isLast` the connection serves the next request', async (t) => {
  const client = await serve(t, (request, response) => {
    setRawHead(response, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n', plain);
    response.end(request.url?.slice(0, 2));
  });

  const texts = [
    (await client.request('/a').next()).text,
    (await client.request('/b').next()).text,
  ];

  assert.deepEqual(texts, ['/a', '/b']);
});

for (const [method, status] of [
  ['HEAD', 200],
  ['GET', 204],
  ['GET', 304],
] as const) {
  test(`${method} ${status}: without a body no byte follows the head, whatever is written`, async (t) => {
    const text = `HTTP/1.1 ${status} X\r\nContent-Length: 5\r\nConnection: close\r\n\r\n`;
    const client = await serve(t, (_request, response) => {
      setRawHead(response, text, {
        statusCode: status,
        isChunked: false,
        isLast: true,
        hasBody: false,
      });
      response.write('he');
      response.end('llo');
    });

    const { rest } = await client.request('/', { method }).untilClosed();

    assert.equal(rest.toString('latin1'), text);
  });
}

test('responses to pipelined requests go out in the order of the requests', async (t) => {
  const ends: (() => void)[] = [];
  const client = await serve(t, (request, response) => {
    const url = request.url ?? '';
    setRawHead(response, `HTTP/1.1 200 OK\r\nContent-Length: ${url.length}\r\n\r\n`, plain);
    ends.push(() => response.end(url));
    if (ends.length === 3) for (const end of ends.toReversed()) end();
  });

  client.request('/first').request('/second').request('/third');

  assert.deepEqual(
    [(await client.next()).text, (await client.next()).text, (await client.next()).text],
    ['/first', '/second', '/third'],
  );
});

test('write says when the client takes no more, and `drain` when it does again', async (t) => {
  let drained = 0;
  const client = await serve(t, (_request, response) => {
    setRawHead(response, 'HTTP/1.1 200 OK\r\nContent-Length: 8388608\r\n\r\n', plain);
    let left = 128;
    const write = (): void => {
      while (left > 0) {
        left -= 1;
        if (!response.write(Buffer.alloc(65_536))) break;
      }
      if (left === 0) response.end();
    };
    response.on('drain', () => {
      drained += 1;
      write();
    });
    write();
  });

  const { body } = await client.send(get).next();

  assert.equal(body.length, 8_388_608);
  assert.ok(drained > 0);
});
