import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import type { Closing } from '../helpers/cleanup.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { Command, fixtureConfig } from '../helpers/start-command.ts';
import { SteadyLoad } from '../helpers/steady-load.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** With a supervisor, and without. */
const ways = [[], ['--no-supervise']] as const;
/** Goal G10 is 50: ISAPI_TEST_RUNS=50. */
const RUNS = Number(process.env['ISAPI_TEST_RUNS'] ?? 3);

for (const args of ways) {
  const name = `isapi start ${args.join(' ')}`.trim();

  test(`F80, G10: ${name}: SIGTERM under load drops no request, and ends with exit code 0`, async (t) => {
    for (let run = 0; run < RUNS; run += 1) {
      const command = await Command.start(t, { config: fixtureConfig(['hello']), args });
      const load = new SteadyLoad(t, command.port, 8);
      await load.more(200);

      command.kill('SIGTERM');
      await load.stop();

      // In the end there is nobody to connect to.
      assert.deepEqual(
        load.failures.filter((failure) => failure !== 'refused'),
        [],
      );
      assert.deepEqual(await command.exited, { exitCode: 0, signal: null });
    }
  });

  test(`F81: ${name}: a second signal ends it at once, with a request under way`, async (t) => {
    const { command, client } = await startWaiting(t, args);

    command.kill('SIGTERM');
    await command.logs.find({ msg: 'host closing' });
    command.kill('SIGINT');

    assert.deepEqual(await command.exited, { exitCode: null, signal: 'SIGINT' });
    await client.untilClosed();
    await command.gone;
  });

  test(`F81: ${name}: SIGPIPE, SIGUSR1 and SIGUSR2 do nothing`, async (t) => {
    const command = await Command.start(t, { config: fixtureConfig(['hello']), args });
    const pids = new Set([...command.hostPids, command.process.pid ?? 0]);

    for (const pid of pids) {
      for (const signal of ['SIGPIPE', 'SIGUSR1', 'SIGUSR2']) process.kill(pid, signal);
    }
    await fetchRaw(t, command.port, '/hello');
    command.kill('SIGTERM');

    assert.deepEqual(await command.exited, { exitCode: 0, signal: null });
    assert.equal(command.errors, '');
  });

  test(`G10: ${name}: a thread that is stuck in native code does not keep it from ending`, async (t) => {
    const pipe = join(tempFolder(t), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const command = await Command.start(t, {
      config: fixtureConfig(['reads-file', 'hello'], { shutdownTimeoutMs: 100 }),
      args,
    });
    await fetchRaw(t, command.port, '/hello');
    const client = await RawClient.connect(t, command.port);
    // Nobody ever writes to the pipe: to open it blocks the thread, out of the reach of V8.
    client.request(`/reads-file?${pipe}`);
    await fetchRaw(t, command.port, '/hello');

    command.kill('SIGTERM');
    const end = await command.exited;
    await command.gone;

    assert.deepEqual(
      end,
      args.length === 0 ? { exitCode: 70, signal: null } : { exitCode: null, signal: 'SIGKILL' },
    );
  });
}

/** A host with a request that goes on until its client has sent all of it. */
async function startWaiting(
  t: Closing,
  args: readonly string[],
): Promise<{ command: Command; client: RawClient }> {
  const command = await Command.start(t, {
    config: fixtureConfig(['echo'], { limits: { readAheadBytes: 1 } }),
    args,
  });
  const client = await RawClient.connect(t, command.port);
  client.send('POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nab');
  // The answer goes out as it is written, once it waits for more of the request.
  await client.nextHead();
  return { command, client };
}
