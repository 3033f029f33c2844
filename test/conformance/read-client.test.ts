import assert from 'node:assert/strict';
import { RawClient } from '../helpers/raw-http.ts';
import { CaseHost, testStyles } from './case-host.ts';

// isapi.md 3.1, ReadClient when the client closed.

for (const [profile, seen] of [
  ['modern', ['ERROR_OPERATION_ABORTED', 995]],
  ['classic', { value: 0 }],
] as const) {
  testStyles(
    `a client that leaves inside its body, in the profile ${profile}`,
    async (t, style) => {
      const host = await CaseHost.start(t, 'misc', { profile, limits: { readAheadBytes: 0 } });
      const client = await RawClient.connect(t, host.port);
      const key = `${profile}-${style}`;
      client.request(host.target('read-cut', style, `&key=${key}`), {
        method: 'POST',
        headers: 'Content-Length: 10\r\n',
      });
      await client.nextHead();

      client.reset();

      assert.deepEqual(await host.collect(key), seen);
    },
  );
}

// isapi.md 3.1, time-out: a later call may succeed.
for (const profile of ['modern', 'classic'] as const) {
  testStyles(
    `a read that the client lets wait fails with 121, in the profile ${profile}`,
    async (t, style) => {
      const host = await CaseHost.start(t, 'misc', {
        profile,
        limits: { readAheadBytes: 0, readTimeoutMs: 1 },
      });
      const client = await RawClient.connect(t, host.port);
      client.request(host.target('read-timeout', style), {
        method: 'POST',
        headers: 'Connection: close\r\nContent-Length: 4\r\n',
      });
      // The extension has seen its first read fail.
      await client.nextHead();

      client.send('body');
      const { rest } = await client.untilClosed();

      assert.match(
        rest.toString(),
        /"first":\["ERROR_SEM_TIMEOUT",121\],"next":\{"value":"body"\}/,
      );
    },
  );
}
