import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { Command, fixtureConfig } from '../helpers/start-command.ts';
import { SteadyLoad } from '../helpers/steady-load.ts';

test('F90: a host process that is killed under load is replaced, and nobody is refused', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig(['hello']) });
  const load = new SteadyLoad(t, command.port, 8);
  await load.more(100);

  for (let death = 0; death < 3; death++) {
    const pids = command.hostPids;
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    await command.nextHost(pids);
    await load.more(100);
  }
  await load.stop();

  // A request that was under way is cut, and its client can tell: the others got a whole answer.
  assert.deepEqual(
    load.failures.filter((failure) => failure !== 'cut'),
    [],
  );
});

test('F90: a client that comes while no host process is there waits and is answered', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig(['hello']) });
  process.kill(command.hostPids[0] ?? 0, 'SIGKILL');
  const { signal } = await command.logs.find({ evt: 'supervisor.crash' });

  const { text } = await fetchRaw(t, command.port, '/hello');

  assert.deepEqual({ signal, text }, { signal: 'SIGKILL', text: 'hello' });
});

test('F89: a host process whose supervisor dies answers what it has, and ends', async (t) => {
  const command = await Command.start(t, {
    config: fixtureConfig(['echo'], { limits: { readAheadBytes: 1 } }),
  });
  const client = await RawClient.connect(t, command.port);
  client.send('POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nab');

  command.kill('SIGKILL');
  await command.logs.find({ msg: 'host closing' });
  client.send('cd');
  const { text, headers } = await client.next();
  await command.gone;

  assert.deepEqual([text, headers['connection']], ['abcd', 'close']);
});

test('F87: a host process whose main loop stands still is told, killed and replaced', async (t) => {
  const command = await Command.start(t, {
    config: fixtureConfig(['hello'], { hostPingIntervalMs: 200 }),
  });
  const [pid = 0] = command.hostPids;

  process.kill(pid, 'SIGSTOP');

  await command.logs.find({ evt: 'supervisor.silent', pid });
  const { signal } = await command.logs.find({ evt: 'supervisor.crash', pid });
  assert.equal(signal, 'SIGKILL');
  await command.nextHost([pid]);
});

test('a host process that cannot start ends the supervisor with its message and exit code', async (t) => {
  const command = Command.run(t, { config: fixtureConfig([]), args: ['--port', '80a'] });

  const { exitCode } = await command.exited;

  assert.equal(
    command.errors,
    'isapi: invalid configuration: flag --port is "80a"; expected a whole number from 0 to 65535\n',
  );
  assert.equal(exitCode, 1);
});

test('a port that is taken ends the supervisor with exit code 70', async (t) => {
  const first = await Command.start(t, { config: fixtureConfig([]) });
  const second = Command.run(t, {
    config: fixtureConfig([]),
    args: ['--port', String(first.port)],
  });

  const { exitCode } = await second.exited;

  assert.equal(
    second.errors,
    'isapi: cannot listen: the port is taken; choose another with --port or ISAPI_PORT ' +
      `(listen EADDRINUSE: address already in use 127.0.0.1:${first.port})\n`,
  );
  assert.equal(exitCode, 70);
});

test('supervise: false in the config file ends the supervisor with its host process', async (t) => {
  const command = await Command.start(t, { config: fixtureConfig([], { supervise: false }) });

  process.kill(command.hostPids[0] ?? 0, 'SIGKILL');

  assert.deepEqual(await command.exited, { exitCode: 70, signal: null });
});
