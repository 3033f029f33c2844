import assert from 'node:assert/strict';
import test from 'node:test';

import { startHost } from '../../../helpers/start-host.ts';
import { run } from './fake-shell.ts';

const token = 'sixteen-letters-or-more';

async function adminFlags(t: test.TestContext): Promise<string> {
  const { adminUrl } = await startHost(t, {
    admin: { enabled: true, port: 0, token },
    pools: { default: { minThreads: 1, maxThreads: 2, maxQueue: 7 }, other: { minThreads: 0 } },
  });
  return `--admin-port ${new URL(adminUrl).port} --admin-token ${token}`;
}

test('ps prints the pools, threads and requests of the host that runs', async (t) => {
  const { shell, exitCode } = await run(`ps ${await adminFlags(t)}`);

  assert.match(
    shell.printed,
    /^isapi-host \d+\.\d+\.\d+, process \d+, up \d+ s, \d+ MiB, serving$/m,
  );
  assert.match(shell.printed, /^POOL +STATE +ISOLATION +GENERATION +THREADS +WAITING +IN FLIGHT/m);
  assert.match(shell.printed, /^default +serving +thread +1 +1\/2 +0\/7 +0 +0$/m);
  assert.match(shell.printed, /^REQUEST +POOL +STAGE +AGE +PROCESS +THREAD +EXTENSION +URL$/m);
  assert.equal(exitCode, 0);
});

test('ps --json prints the same for programs', async (t) => {
  const { shell } = await run(`ps --json ${await adminFlags(t)}`);

  const { host, pools, requests } = JSON.parse(shell.printed) as {
    readonly host: { readonly pid: number };
    readonly pools: readonly { readonly name: string }[];
    readonly requests: readonly object[];
  };
  assert.equal(host.pid, process.pid);
  assert.deepEqual(
    pools.map(({ name }) => name),
    ['default', 'other'],
  );
  assert.deepEqual(requests, []);
});

test('recycle and reload give one pool or all of them fresh threads', async (t) => {
  const flags = await adminFlags(t);

  const one = await run(`recycle other ${flags}`);
  const all = await run(`reload ${flags}`);

  assert.equal(one.shell.printed, 'other: generation 2\n');
  assert.equal(all.shell.printed, 'default: generation 2\nother: generation 3\n');
});

test('a command tells which pool there is not, that its token is wrong, and that no host answers', async (t) => {
  const flags = await adminFlags(t);

  const unknown = await run(`recycle nix ${flags}`);
  const wrong = await run(`ps ${flags}x`);
  const nobody = await run('ps --admin-port 1');
  const off = await run('ps --no-admin');

  assert.equal(
    unknown.shell.errors,
    'isapi: no pool is named nix; there is default, other (ISAPI_ERR_ADMIN_NOT_FOUND)\n',
  );
  assert.match(wrong.shell.errors, /\(ISAPI_ERR_ADMIN_UNAUTHORIZED\)\n$/);
  assert.equal(
    nobody.shell.errors,
    'isapi: no host answers at http://127.0.0.1:1 (ISAPI_ERR_ADMIN_UNREACHABLE)\n',
  );
  assert.match(off.shell.errors, /turns admin off \(ISAPI_ERR_ADMIN_UNREACHABLE\)\n$/);
  assert.deepEqual(
    [unknown.exitCode, wrong.exitCode, nobody.exitCode, off.exitCode],
    [70, 70, 70, 70],
  );
});
