import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { getJson, postJson } from '../helpers/admin-client.ts';
import { Command, fixtureConfig } from '../helpers/start-command.ts';

/** Two host processes that serve, and the URL of the admin server that they share. */
async function start(t: TestContext): Promise<{ readonly command: Command; readonly url: string }> {
  const admin = { enabled: true, port: 0, token: 'a-token-of-operators' };
  const config = fixtureConfig(['hello'], { processes: 2, admin });
  const command = await Command.start(t, { config, env: { ISAPI_ADMIN: 'true' } });
  await command.nextHost(command.hostPids);
  const { adminUrl } = await command.logs.find({ msg: 'host started' });
  const url = String(adminUrl);
  // The supervisor may hear later than we that the second one is there.
  while ((await get(url, '/host')).body['processes'] !== 2);
  return { command, url };
}

const authorization = 'Bearer a-token-of-operators';

async function metricOf(url: string, name: string): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization } });
  const lines = (await answer.text()).matchAll(/^(\w+)\{process="(\d)"[^}]*\} (.+)$/gm);
  const own = [...lines].filter(([, metric]) => metric === name);
  return Object.fromEntries(own.map(([, , process = '', value = '']) => [process, value]));
}

function post(url: string, path: string, body?: object): ReturnType<typeof postJson> {
  return postJson(`${url}/api/v1${path}`, body, { authorization });
}

function get(url: string, path: string): ReturnType<typeof getJson> {
  return getJson(`${url}/api/v1${path}`, { authorization });
}

test('the admin server of two host processes shows both of them', async (t) => {
  const { command, url } = await start(t);

  const { body: host } = await get(url, '/host');
  const { body } = await get(url, '/pools');

  assert.equal(host['processes'], 2);
  const [pool] = body['pools'] as [{ readonly threads: readonly { readonly process: number }[] }];
  const pids = new Set(pool.threads.map(({ process }) => process));
  assert.deepEqual(pids, new Set(command.hostPids));
});

test('what is asked of the admin server of two host processes is done by both', async (t) => {
  const { url } = await start(t);

  const recycled = await post(url, '/recycle');
  const drained = await post(url, '/drain', { draining: true });

  assert.deepEqual(recycled.body, { pools: [{ name: 'default', generation: 2 }] });
  assert.deepEqual(drained.body, { draining: true });
  assert.deepEqual(await metricOf(url, 'isapi_pool_generation'), { 0: '2', 1: '2' });
  assert.deepEqual(await metricOf(url, 'isapi_draining'), { 0: '1', 1: '1' });
});

test('an error is told once, and a host process that has just died is left out', async (t) => {
  const { command, url } = await start(t);
  const [, second = 0] = command.hostPids;

  const unknown = await post(url, '/pools/nix/recycle');
  process.kill(second, 'SIGKILL');
  await command.logs.find({ evt: 'supervisor.crash', pid: second });
  const { status } = await get(url, '/host');

  assert.deepEqual([unknown.status, unknown.body['code']], [404, 'ISAPI_ERR_ADMIN_NOT_FOUND']);
  assert.equal(status, 200);
});
