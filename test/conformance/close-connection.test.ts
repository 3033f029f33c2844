import assert from 'node:assert/strict';
import { RawClient } from '../helpers/raw-http.ts';
import { CaseHost, testStyles } from './case-host.ts';

// isapi.md 4.3 (SET_FLUSH_FLAG), 4.4 (IS_CONNECTED, IS_KEEP_CONN) and 4.8 (ABORTIVE_CLOSE).

testStyles(
  'ABORTIVE_CLOSE ends the connection with a reset, behind the whole answer',
  async (t, style) => {
    const host = await CaseHost.start(t, 'misc');
    const client = await RawClient.connect(t, host.port);

    client.request(host.target('abortive', style, '&key=held'));

    const { headers, text } = await client.next();
    assert.deepEqual([headers['connection'], text], ['close', 'all of it']);
    // libuv takes a reset that comes together with data for an end, so it comes later here.
    await host.fetch('release', 'promise', { query: '&key=held' });
    assert.equal((await client.untilClosed()).by, 'reset');
  },
);

testStyles(
  'IS_KEEP_CONN tells what the request allows, IS_CONNECTED that the client is there',
  async (t, style) => {
    const host = await CaseHost.start(t, 'misc');

    const keeps = await host.result('connected', style);
    const closes = await host.result('connected', style, { headers: 'Connection: close\r\n' });

    assert.deepEqual(keeps, { keep: true, connected: true });
    assert.deepEqual(closes, { keep: false, connected: true });
  },
);

testStyles('SET_FLUSH_FLAG sends each write at once', async (t, style) => {
  const host = await CaseHost.start(t, 'misc', { limits: { readAheadBytes: 0 } });
  const client = await RawClient.connect(t, host.port);
  client.request(host.target('flush', style, '&bytes=1'), {
    method: 'POST',
    headers: 'Content-Length: 1\r\n',
  });

  await client.nextHead();
  const first = await client.read(11);
  client.send('x');
  const second = await client.read(11);

  assert.deepEqual(
    [first.toString(), second.toString()],
    ['6\r\nfirst;\r\n', '6\r\nsecond\r\n'].map((s) => s.slice(0, 11)),
  );
});
