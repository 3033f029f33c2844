import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createAuthority, issue, writeFiles } from '../helpers/certificates.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { RawClient } from '../helpers/raw-http.ts';
import { type HostOptions, type HostProcess, startHostProcess } from '../helpers/start-host.ts';

/** What an extension sees of its client. */
interface Seen {
  readonly REMOTE_ADDR: string;
  readonly HTTPS: string;
  readonly SERVER_PORT_SECURE: string;
  readonly SERVER_NAME: string;
}

const PATH = '/describe?REMOTE_ADDR&HTTPS&SERVER_PORT_SECURE&SERVER_NAME';
const PLAIN = { HTTPS: 'off', SERVER_PORT_SECURE: '0', SERVER_NAME: 'host' };
const SECURE = { HTTPS: 'on', SERVER_PORT_SECURE: '1', SERVER_NAME: 'host' };

function start(t: TestContext, options: HostOptions): Promise<HostProcess> {
  return startHostProcess(t, { fixtures: ['describe'], ...options });
}

function seenIn(text: string): Seen {
  return (JSON.parse(text) as { readonly variables: Seen }).variables;
}

async function ask(client: RawClient, headers: string, path: string = PATH): Promise<string> {
  client.send(`GET ${path} HTTP/1.1\r\nHost: host\r\n${headers}\r\n`);
  return (await client.next()).text;
}

const cases = [
  {
    what: 'an address and a scheme',
    headers: 'X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n',
    seen: { REMOTE_ADDR: '203.0.113.7', ...SECURE },
  },
  {
    what: 'an address of IPv6, and HTTPS in capitals',
    headers: 'X-Forwarded-For: 2001:db8::7\r\nX-Forwarded-Proto: HTTPS\r\n',
    seen: { REMOTE_ADDR: '2001:db8::7', ...SECURE },
  },
  {
    what: 'addresses that its client made up before its own',
    headers: 'X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\n',
    seen: { REMOTE_ADDR: '203.0.113.7', ...PLAIN },
  },
  {
    what: 'another trusted proxy before itself',
    headers: 'X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.1.2.3\r\n',
    seen: { REMOTE_ADDR: '203.0.113.7', ...PLAIN },
  },
  {
    what: 'schemes of several proxies, of which its own counts',
    headers: 'X-Forwarded-Proto: https, http\r\n',
    seen: { REMOTE_ADDR: '127.0.0.1', ...PLAIN },
  },
  {
    what: 'two lines of addresses',
    headers: 'X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.7\r\n',
    seen: { REMOTE_ADDR: '203.0.113.7', ...PLAIN },
  },
  {
    what: 'words that are no address and no scheme',
    headers: 'X-Forwarded-For: unknown\r\nX-Forwarded-Proto: gopher\r\n',
    seen: { REMOTE_ADDR: '127.0.0.1', ...PLAIN },
  },
  {
    what: 'markup for an address',
    headers: 'X-Forwarded-For: <script>, , 10.1.2.3\r\n',
    seen: { REMOTE_ADDR: '10.1.2.3', ...PLAIN },
  },
  {
    what: 'nothing',
    headers: '',
    seen: { REMOTE_ADDR: '127.0.0.1', ...PLAIN },
  },
  {
    what: 'a host, which is not believed',
    headers: 'X-Forwarded-Host: other\r\n',
    seen: { REMOTE_ADDR: '127.0.0.1', ...PLAIN },
  },
];

for (const { what, headers, seen } of cases) {
  test(`a trusted proxy that names ${what} is believed as far as that makes sense`, async (t) => {
    const host = await start(t, { trustProxy: 'loopback, 10.0.0.0/8' });
    const client = await RawClient.connect(t, host.port);

    assert.deepEqual(seenIn(await ask(client, headers)), seen);

    const { remoteAddress } = await host.logs.find({ extension: 'describe' });
    assert.equal(remoteAddress, seen.REMOTE_ADDR);
  });
}

for (const trustProxy of ['', '10.0.0.0/8']) {
  test(`a client is not believed when '${trustProxy}' is trusted`, async (t) => {
    const host = await start(t, { trustProxy });
    const client = await RawClient.connect(t, host.port);
    const headers = 'X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n';

    const seen = seenIn(await ask(client, headers));
    await ask(client, headers, '/no-such-file');

    assert.deepEqual(seen, { REMOTE_ADDR: '127.0.0.1', ...PLAIN });
    const { remoteAddress } = await host.logs.find({ statusCode: 404 });
    assert.equal(remoteAddress, '127.0.0.1');
  });
}

test('a request that no extension answers is logged with the address that its proxy names', async (t) => {
  const host = await start(t, { trustProxy: '127.0.0.1' });
  const client = await RawClient.connect(t, host.port);

  await ask(client, 'X-Forwarded-For: 203.0.113.7\r\n', '/no-such-file');

  const { remoteAddress } = await host.logs.find({ statusCode: 404 });
  assert.equal(remoteAddress, '203.0.113.7');
});

test('a trusted proxy that connects by TLS says whether its client does, over either version', async (t) => {
  const authority = await createAuthority('CN=Test CA');
  const tls = writeFiles(t, await issue(authority, 'CN=localhost'));
  const host = await start(t, { trustProxy: 'loopback', tls });
  const credentials = { ca: authority.cert };
  const first = await RawClient.connectTls(t, host.port, credentials);
  const second = await Http2Client.connect(t, host.port, credentials);

  for (const [scheme, https] of [
    ['http', 'off'],
    ['https', 'on'],
    ['gopher', 'on'],
  ] as const) {
    const over1 = await ask(first, `X-Forwarded-Proto: ${scheme}\r\n`);
    const over2 = await second.fetch(PATH, { headers: { 'x-forwarded-proto': scheme } });

    assert.deepEqual([seenIn(over1).HTTPS, seenIn(over2.text).HTTPS], [https, https], scheme);
  }
});
