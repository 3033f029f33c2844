import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { createHost, type UserConfig } from '@isapi-host/host';
import { type Authority, createAuthority, issue, writeFiles } from '../helpers/certificates.ts';
import { closeAfter } from '../helpers/cleanup.ts';
import { fixtures } from '../helpers/fixtures.ts';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

const authority = await createAuthority('CN=Test CA');
const stranger = await createAuthority('CN=Stranger');
const server = await issue(authority, 'CN=localhost');
const trusting = { ca: authority.cert };

test('HTTP/1.1 over TLS keeps its connection, and answers a client that has said its end', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'], tls: writeFiles(t, server) });
  const client = await RawClient.connectTls(t, host.port, trusting);

  const first = await client.request('/hello').next();
  client.request('/hello').socket.end();
  const second = await client.next();

  assert.match(host.url, /^https:/);
  assert.deepEqual([first.text, second.text], ['hello', 'hello']);
  assert.equal(first.headers['connection'], 'keep-alive');
});

const offers = [
  { offer: ['h2', 'http/1.1'], tls: {}, profile: 'modern', chosen: 'h2' },
  { offer: ['http/1.1'], tls: {}, profile: 'modern', chosen: 'http/1.1' },
  { offer: ['h2', 'http/1.1'], tls: { http2: false }, profile: 'modern', chosen: 'http/1.1' },
  { offer: ['h2', 'http/1.1'], tls: {}, profile: 'classic', chosen: 'http/1.1' },
] as const;

for (const { offer, tls, profile, chosen } of offers) {
  test(`a client that offers ${offer.join(', ')} gets ${chosen} with ${profile} and ${JSON.stringify(tls)}`, async (t) => {
    const host = await startHost(t, { tls: { ...writeFiles(t, server), ...tls }, profile });

    const { socket } = await RawClient.connectTls(t, host.port, {
      ...trusting,
      ALPNProtocols: [...offer],
    });

    assert.equal((socket as TLSSocket).alpnProtocol, chosen);
  });
}

/** Whether a client with these credentials is answered. */
async function isAnswered(t: TestContext, port: number, tls: ConnectionOptions): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...trusting, ...tls });
  closeAfter(t, () => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write('GET /hello HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n');
  let answer = '';
  socket.on('data', (piece: Buffer) => {
    answer += piece.toString('latin1');
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return answer.includes(' 200 ');
}

const known = await issue(authority, 'CN=Known');
const unknown = await issue(stranger, 'CN=Unknown');
const answered = {
  ignore: { none: true, known: true, unknown: true },
  accept: { none: true, known: true, unknown: false },
  require: { none: false, known: true, unknown: false },
} as const;

for (const mode of ['ignore', 'accept', 'require'] as const) {
  test(`clientCertificates ${mode} lets in whom it should`, async (t) => {
    const files = writeFiles(t, server, authority);
    const tls = { ...files, clientCertificates: mode };
    const { port } = await startHost(t, { fixtures: ['hello'], tls });

    const result = {
      none: await isAnswered(t, port, {}),
      known: await isAnswered(t, port, known),
      unknown: await isAnswered(t, port, unknown),
    };

    assert.deepEqual(result, answered[mode]);
  });
}

/** A host that can be told to read its files again. */
async function startReloading(
  t: TestContext,
  tls: UserConfig['tls'],
): ReturnType<typeof createHost> {
  const extensions = { hello: { module: './hello.mjs', paths: ['/hello'] } };
  const config: UserConfig = {
    listen: { port: 0 },
    log: { level: 'silent' },
    admin: { enabled: false },
    tls,
    extensions,
  };
  const host = await createHost(config, { baseDir: fixtures });
  closeAfter(t, () => host.close());
  return host;
}

/** Who vouches for the certificate that a server shows now. */
async function issuerOf(t: TestContext, port: number, ca: Authority): Promise<string> {
  const { socket } = await RawClient.connectTls(t, port, { ca: ca.cert });
  return String((socket as TLSSocket).getPeerX509Certificate()?.issuer);
}

test('a reload takes the new certificate for new connections; what is connected goes on', async (t) => {
  const files = writeFiles(t, server);
  const host = await startReloading(t, files);
  const port = Number(new URL((await host.start()).url).port);
  const before = await RawClient.connectTls(t, port, trusting);
  const next = writeFiles(t, await issue(stranger, 'CN=localhost'));
  copyFileSync(next.key, files.key);
  copyFileSync(next.cert, files.cert);

  await host.reloadTls();

  assert.equal(await issuerOf(t, port, stranger), 'CN=Stranger');
  assert.equal((await before.request('/hello').next()).text, 'hello');
});

test('a reload of files that cannot be used says so, and changes nothing', async (t) => {
  const files = writeFiles(t, server);
  const host = await startReloading(t, files);
  const port = Number(new URL((await host.start()).url).port);
  writeFileSync(files.cert, 'no certificate');

  await assert.rejects(host.reloadTls(), { code: 'ISAPI_ERR_CONFIG', message: /^tls\.cert: / });

  assert.equal(await issuerOf(t, port, authority), 'CN=Test CA');
});

const other = await issue(authority, 'CN=localhost');
const wrong = [
  {
    what: 'no key',
    files: { key: 'missing.pem' },
    message: /^tls\.key: .*missing\.pem cannot be read: ENOENT/,
  },
  {
    what: 'a certificate for a key',
    files: { key: 'cert' },
    message: /^tls\.key: .* holds no private key/,
  },
  {
    what: 'a key for a certificate',
    files: { cert: 'key' },
    message: /^tls\.cert: .* holds no certificate/,
  },
  {
    what: 'the key of another',
    files: { key: 'other' },
    message: /^tls\.key: .* is not the key of /,
  },
  { what: 'no authority', files: { ca: 'key' }, message: /^tls\.ca: .* holds no certificate/ },
] as const;

for (const { what, files, message } of wrong) {
  test(`a host with ${what} does not start, and says why`, async (t) => {
    const own = writeFiles(t, server, authority);
    const named: Readonly<Record<string, string>> = { ...own, other: writeFiles(t, other).key };
    const given = Object.entries(files).map(([name, file]) => [name, named[file] ?? file]);
    const host = await startReloading(t, { ...own, ...Object.fromEntries(given) });

    await assert.rejects(host.start(), { code: 'ISAPI_ERR_CONFIG', message });
    await assert.rejects(host.inspect(), { code: 'ISAPI_ERR_CONFIG', message });
  });
}

test('bytes that are no TLS, and a handshake that is not begun, leave the host as it was', async (t) => {
  const host = await startHost(t, {
    fixtures: ['hello'],
    tls: writeFiles(t, server),
    timeouts: { headersMs: 100 },
  });
  const plain = await RawClient.connect(t, host.port);
  const silent = await RawClient.connect(t, host.port);

  await plain.request('/hello').untilClosed();
  await silent.untilClosed();

  assert.equal(await isAnswered(t, host.port, {}), true);
});

test('a session that is taken up again still knows the certificate of its client', async (t) => {
  const tls = { ...writeFiles(t, server, authority), clientCertificates: 'accept' as const };
  const host = await startHost(t, { fixtures: ['describe'], tls });
  const first = await RawClient.connectTls(t, host.port, { ...trusting, ...known });
  const resumable = once(first.socket, 'session') as Promise<[Buffer]>;
  await first.request('/describe').next();
  const [session] = await resumable;

  const again = await RawClient.connectTls(t, host.port, { ...trusting, ...known, session });
  const { text } = await again.request('/describe?CERT_SUBJECT&CERT_FLAGS').next();

  assert.equal((again.socket as TLSSocket).isSessionReused(), true);
  assert.deepEqual((JSON.parse(text) as { variables: object }).variables, {
    CERT_SUBJECT: 'CN=Known',
    CERT_FLAGS: '1',
  });
});
