import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import test from 'node:test';
import { HeldSockets } from '@isapi-host/host/internal/supervisor/held-sockets';
import { closeAfter, type Closing } from '../helpers/cleanup.ts';
import { Command, fixtureConfig } from '../helpers/start-command.ts';
import { SteadyLoad } from '../helpers/steady-load.ts';

/** More access lines than may wait for whoever reads the log. */
const REQUESTS = 6000;

const config = fixtureConfig(['hello']);

test('F84: a log whose reader has gone costs no request', async (t) => {
  const command = await Command.start(t, { config });

  command.process.stdout?.destroy();
  await serve(t, command.port);
  command.kill('SIGTERM');

  assert.deepEqual(await command.exited, { exitCode: 0, signal: null });
});

test('F84: a log whose reader does not read costs no request', async (t) => {
  const command = await Command.start(t, { config });

  command.pauseLogs();
  await serve(t, command.port);
});

test('F83: a log on a full disk costs no request', async (t) => {
  const port = keepPort(t);
  const stdout = openSync('/dev/full', 'w');
  closeAfter(t, () => closeSync(stdout));
  const command = Command.run(t, { config, args: ['--port', String(port)], stdout });

  await untilListening(port);
  await serve(t, port);
  command.kill('SIGTERM');

  assert.deepEqual(await command.exited, { exitCode: 0, signal: null });
  await command.gone;
  assert.match(command.errors, /lines dropped so far: 1 \(log\.drop\)/);
});

async function serve(t: Closing, port: number): Promise<void> {
  const load = new SteadyLoad(t, port, 8);
  await load.more(REQUESTS);
  await load.stop();
  assert.deepEqual(load.failures, []);
}

/** A free port that nobody else is given: it is bound here, and nobody listens. */
function keepPort(t: Closing): number {
  const sockets = new HeldSockets();
  closeAfter(t, () => sockets.keepOnly([]));
  const held = sockets.hold({ use: 'requests', address: '127.0.0.1', family: 4, port: 0 });
  assert.ok(held.ok);
  const name: { port?: number } = {};
  (held.handle as { getsockname(into: object): number }).getsockname(name);
  return name.port ?? 0;
}

/** There is no log to tell. */
async function untilListening(port: number): Promise<void> {
  for (;;) {
    const isListening = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isListening) return;
  }
}
