import assert from 'node:assert/strict';
import test from 'node:test';
import { postJson } from '../helpers/admin-client.ts';
import { fetchRaw } from '../helpers/raw-http.ts';
import { Command, fixtureConfig } from '../helpers/start-command.ts';
import { SteadyLoad } from '../helpers/steady-load.ts';

test('F81: SIGHUP puts a fresh host process in place, and no request fails', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig(['hello']) });
  const load = new SteadyLoad(t, command.port, 8);
  let before: unknown = command.hostPids[0];

  for (let round = 0; round < 3; round++) {
    await load.more(100);
    command.kill('SIGHUP');
    const { pid } = await command.logs.find({ msg: 'host process recycled', before });
    before = pid;
  }
  await load.more(100);
  await load.stop();

  assert.deepEqual(load.failures, []);
});

test('F88: a host process above its limit of memory is recycled, and no request fails', async (t) => {
  const config = fixtureConfig(['hello', 'holds-memory'], { rssMb: 300 });
  const command = await Command.start(t, { config });
  const load = new SteadyLoad(t, command.port, 8);
  await load.more(100);
  const [before] = command.hostPids;

  assert.equal((await fetchRaw(t, command.port, '/holds-memory?250')).text, 'holds 1');

  await command.logs.find({ evt: 'host.rss', action: 'recycle', limitMb: 300 });
  await command.logs.find({ msg: 'host process recycled', before, reason: 'memory' });
  await load.more(100);
  await load.stop();
  assert.deepEqual(load.failures, []);
});

test('a host process that takes over has loaded what the one before had, before it listens', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig(['hello', 'echo']) });
  await fetchRaw(t, command.port, '/hello');
  await command.logs.find({ msg: 'extension loaded' });

  command.kill('SIGHUP');
  await command.nextHost(command.hostPids.slice(0, 1));
  await command.logs.find({ msg: 'host closed' });
  await fetchRaw(t, command.port, '/hello');
  command.kill('SIGTERM');
  await command.gone;

  const [started, loaded] = ['host started', 'extension loaded'];
  const life = command.logs.all
    .map(({ msg }) => msg)
    .filter((msg) => msg === started || msg === loaded);
  // Each has one thread or more.
  assert.match(life.join(', '), new RegExp(`^${started}(, ${loaded}){2,}, ${started}$`));
});

test('a host process that is sent SIGTERM itself is recycled', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig(['hello']) });
  const [before = 0] = command.hostPids;

  process.kill(before, 'SIGTERM');

  const { reason } = await command.logs.find({ msg: 'host process recycled', before });
  assert.equal(reason, 'SIGTERM');
});

test('the admin API recycles the host process by its supervisor', async (t) => {
  const config = fixtureConfig(['hello'], { admin: { enabled: true, port: 0 } });
  const command = await Command.start(t, { config, env: { ISAPI_ADMIN: 'true' } });
  const [before] = command.hostPids;
  const { adminUrl } = await command.logs.find({ msg: 'host started' });

  const { status, body } = await postJson(`${String(adminUrl)}/api/v1/host/recycle`);

  assert.deepEqual({ status, body }, { status: 200, body: { recycling: true } });
  const { reason } = await command.logs.find({ msg: 'host process recycled', before });
  assert.equal(reason, 'asked');
});

test('SIGHUP reads the configuration anew', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig(['hello']) });
  command.writeConfig(fixtureConfig(['echo'], { processes: 2 }));

  command.kill('SIGHUP');
  await command.logs.find({ msg: 'host process recycled' });
  // The old process may still take in who came before.
  await command.logs.find({ msg: 'host closed' });
  const second = await command.nextHost(command.hostPids.slice(0, 2));
  const statuses = await Promise.all(
    ['/hello', '/echo'].map(async (path) => (await fetchRaw(t, command.port, path)).statusCode),
  );

  assert.ok(second > 0);
  assert.deepEqual(statuses, [404, 200]);
});

for (const [problem, config] of [
  ['is not JSON', '{'],
  ['holds a wrong value', '{"processes": 0}'],
] as const) {
  test(`a new configuration that ${problem} leaves the old one serving`, async (t) => {
    const command = await Command.start(t, { config: fixtureConfig(['hello']) });
    command.writeConfig(config);

    command.kill('SIGHUP');
    await command.logs.find({ msg: 'host process not recycled', reason: 'SIGHUP' });
    const { text } = await fetchRaw(t, command.port, '/hello');

    assert.match(command.errors, /^isapi: .*isapi\.config\.json/);
    assert.equal(text, 'hello');
    assert.equal(command.hostPids.length, 1);
  });
}

test('several host processes share the port; each is replaced when it dies', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig(['hello'], { processes: 2 }) });
  await command.nextHost(command.hostPids.slice(0, 1));
  const pids = command.hostPids.slice(0, 2);

  for (const pid of pids) process.kill(pid, 'SIGKILL');
  const third = await command.nextHost(pids);
  await command.nextHost([...pids, third]);
  const { text } = await fetchRaw(t, command.port, '/hello');

  assert.equal(text, 'hello');
});
