import assert from 'node:assert/strict';
import test from 'node:test';
import { startHost } from '../helpers/start-host.ts';

test('what writeClient was given may be overwritten as soon as it has returned', async (t) => {
  const { url } = await startHost(t, { fixtures: ['reuses-memory'] });

  const body = Buffer.from(await (await fetch(`${url}/reuses-memory`)).arrayBuffer());

  const expected = Buffer.concat(
    Array.from('ABCDEFGH').map((letter) => Buffer.alloc(1024 * 1024, letter)),
  );
  assert.ok(body.equals(expected));
});
