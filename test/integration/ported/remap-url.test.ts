import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fetchRaw } from '../../helpers/raw-http.ts';
import { startHost } from '../../helpers/start-host.ts';
import { startSite } from '../../helpers/start-site.ts';

// isapi.md 10.1, sample 13: ReMapUrl.

const { port } = await startSite();

test('a URL of the table is answered by another one', async (t) => {
  const { statusCode, text } = await fetchRaw(t, port, '/ported/remap-url/hello');

  assert.deepEqual([statusCode, text], [200, 'Hello']);
});

test('the query goes along', async (t) => {
  const { text } = await fetchRaw(t, port, '/ported/remap-url/variables?a=b');

  assert.match(text, /^SCRIPT_NAME: \/samples\/variables$/m);
  assert.match(text, /^QUERY_STRING: mapped&a=b$/m);
});

test('a URL of another server becomes a redirection', async (t) => {
  const response = await fetchRaw(t, port, '/ported/remap-url/elsewhere?a=b');

  assert.deepEqual(
    [response.statusCode, response.headers['location']],
    [302, 'http://www.example.com/?a=b'],
  );
});

test('a URL of another pool becomes a redirection too', async (t) => {
  const response = await fetchRaw(t, port, '/ported/remap-url/download?bytes=3');

  assert.deepEqual(
    [response.statusCode, response.headers['location']],
    [302, '/samples/download?bytes=3'],
  );
});

test('an error of the table is a page of the extension, where none is configured', async (t) => {
  const { statusCode, reason, text } = await fetchRaw(t, port, '/ported/remap-url/gone');

  assert.deepEqual([statusCode, reason], [410, 'Gone']);
  assert.match(text, /<h1>410 Gone<\/h1>/);
});

test('an error of the table is the page that is configured for it', async (t) => {
  const module = fileURLToPath(
    new URL('../../../../packages/sdk/examples/dist/ported/remap-url/index.js', import.meta.url),
  );
  const host = await startHost(t, {
    site: { errorPages: { '410': { text: 'configured' } } },
    extensions: { remap: { module, wildcard: { under: '/', order: 1 } } },
  });

  const { statusCode, text } = await fetchRaw(t, host.port, '/ported/remap-url/gone');

  assert.deepEqual([statusCode, text], [410, 'configured']);
});

test('what is not in the table is passed on', async (t) => {
  const simple = await fetchRaw(t, port, '/ported/remap-url/simple');
  const none = await fetchRaw(t, port, '/ported/remap-url/none');

  assert.match(simple.text, /<h1>Simple<\/h1>/);
  assert.equal(none.statusCode, 404);
});
