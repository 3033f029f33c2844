import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import type { CliSupervisor } from '@isapi-host/host/internal/cli/shell';
import type { HostConfig } from '@isapi-host/host/internal/config/host-config';
import { HostError } from '@isapi-host/host/internal/observe/host-error';

import type { HostSockets, Place } from '@isapi-host/host/internal/supervisor/supervisor-link';

import { folderWith } from '../config/folder.ts';
import { FakeShell } from './fake-shell.ts';

/** Sends a signal as soon as the host listens, which the first line or log line tells. */
async function runUntilSignal(shell: FakeShell): Promise<number> {
  const ended = shell.run();
  await hostListens(shell);
  shell.signal('SIGTERM');
  return ended;
}

async function hostListens({ host }: FakeShell): Promise<void> {
  while (!host.calls.includes('start')) await new Promise(setImmediate);
  await new Promise(setImmediate);
}

test('start is the command when none is named', async () => {
  const shell = new FakeShell('--port 0 --log-level silent --no-access-log');

  const exitCode = await runUntilSignal(shell);

  assert.deepEqual(
    shell.configs.map(({ listen, log }) => ({ listen, log })),
    [
      {
        listen: { host: '127.0.0.1', port: 0 },
        log: {
          level: 'silent',
          format: 'json',
          access: false,
          accessFormat: 'json',
          accessFile: '',
        },
      },
    ],
  );
  assert.deepEqual(
    { exitCode, calls: shell.host.calls },
    { exitCode: 0, calls: ['start', 'close'] },
  );
});

test('without a terminal, start and closing are lines of the log', async () => {
  const shell = new FakeShell('start --pool-max-threads=2');
  shell.env = { ISAPI_COLOUR: 'red' };

  await runUntilSignal(shell);

  const [warned, started, closing] = shell.host.lines;
  assert.deepEqual(warned, [
    'warn',
    { warning: 'env ISAPI_COLOUR is not a setting and has no effect' },
    'configuration warning',
  ]);
  assert.deepEqual(started?.[2], 'host started');
  assert.deepEqual(
    { ...started[1], version: '' },
    {
      url: 'http://127.0.0.1:8080',
      adminUrl: 'http://127.0.0.1:8081',
      version: '',
      pid: 4711,
      readyMs: 231,
      pools: 'default 1..2 threads x 64 sessions',
      extensions: [],
      config: undefined,
    },
  );
  assert.deepEqual(closing, ['info', { reason: 'SIGTERM' }, 'host closing']);
  assert.equal(shell.host.flushedLines, 2); // whoever waits for the start waits for its line
  assert.deepEqual([shell.printed, shell.errors], ['', '']);
});

test('on a terminal, start is a banner of six lines', async (t) => {
  const shell = new FakeShell('start');
  shell.cwd = await folderWith(t, {
    'isapi.config.json': JSON.stringify({
      extensions: { hello: { module: 'h.js' }, markdown: { module: 'm.js' } },
      pools: { default: { maxThreads: 4 }, front: { maxThreads: 2, sessionsPerThread: 8 } },
    }),
  });
  shell.isTerminal = true;
  shell.env = { NO_COLOR: '1', ISAPI_COLOUR: 'red' };

  await runUntilSignal(shell);

  assert.equal(
    shell.printed.replace(/isapi-host \S+/, 'isapi-host VERSION'),
    [
      'isapi-host VERSION ready in 231 ms',
      '  Local:       http://127.0.0.1:8080',
      '  Admin:       http://127.0.0.1:8081',
      '  Pools:       default 1..4 threads x 64 sessions, front 1..2 threads x 8 sessions',
      '  Extensions:  hello, markdown',
      '  Config:      isapi.config.json',
      'isapi: SIGTERM: closing, 30000 ms at most; again: at once',
      '',
    ].join('\n'),
  );
  assert.equal(
    shell.errors,
    'isapi: warning: env ISAPI_COLOUR is not a setting and has no effect\n',
  );
  assert.deepEqual(shell.host.lines, []);
});

test('a log level above info silences the banner', async () => {
  const shell = new FakeShell('--log-format pretty --log-level warn');

  await runUntilSignal(shell);

  assert.equal(shell.printed, '');
});

test('a wrong configuration ends the start before there is a host', async () => {
  const shell = new FakeShell('--port 80a');
  shell.env = { ISAPI_LOG_LEVEL: 'loud' };

  const exitCode = await shell.run();

  assert.equal(
    shell.errors,
    [
      'isapi: invalid configuration, 2 problems:',
      '  flag --port is "80a"; expected a whole number from 0 to 65535',
      '  env ISAPI_LOG_LEVEL is "loud"; expected one of fatal, error, warn, info, debug, trace, silent',
      '',
    ].join('\n'),
  );
  assert.deepEqual({ exitCode, configs: shell.configs }, { exitCode: 1, configs: [] });
});

test('a file named by --config must be there', async () => {
  const shell = new FakeShell('--config none.json');

  const exitCode = await shell.run();

  assert.equal(
    shell.errors,
    `isapi: invalid configuration: flag --config is "none.json"; there is no file ${join(shell.cwd, 'none.json')}\n`,
  );
  assert.equal(exitCode, 1);
});

test('a host that cannot listen is closed, and the reason told', async () => {
  const shell = new FakeShell('start');
  shell.host.startError = Object.assign(new Error('listen EADDRINUSE: address already in use'), {
    code: 'EADDRINUSE',
    syscall: 'listen',
  });
  shell.host.closing = () => Promise.reject(new Error('not open'));

  const exitCode = await shell.run();

  assert.equal(
    shell.errors,
    'isapi: cannot listen: the port is taken; choose another with --port or ISAPI_PORT (listen EADDRINUSE: address already in use)\n',
  );
  assert.deepEqual(
    { exitCode, calls: shell.host.calls },
    { exitCode: 70, calls: ['start', 'close'] },
  );
});

test('another error of the host is told by its message and code', async () => {
  const shell = new FakeShell('start');
  shell.host.startError = new HostError('ISAPI_ERR_EXTENSION_LOAD', 'hello has no entry point');

  const exitCode = await shell.run();

  assert.equal(shell.errors, 'isapi: hello has no entry point (ISAPI_ERR_EXTENSION_LOAD)\n');
  assert.equal(exitCode, 70);
});

test('a signal that comes while the host starts is kept', async () => {
  const shell = new FakeShell('start');
  const open = shell.openHost;
  const early = Object.assign(shell, {
    openHost: (config: Parameters<typeof open>[0]) => {
      shell.signal('SIGINT');
      return open(config);
    },
  });

  const exitCode = await early.run();

  assert.deepEqual(
    { exitCode, calls: shell.host.calls },
    { exitCode: 0, calls: ['start', 'close'] },
  );
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a second signal ends the process at once, by that signal: ${signal}`, async () => {
    const shell = new FakeShell('start');
    shell.host.closing = () => new Promise(() => {});
    void shell.run();
    await hostListens(shell);

    shell.signal('SIGTERM');
    const endingsBefore = [...shell.endings];
    shell.signal(signal);

    assert.deepEqual(
      { endingsBefore, endings: shell.endings },
      { endingsBefore: [], endings: [signal] },
    );
  });
}

test('without a supervisor SIGHUP loads the extensions anew', async () => {
  const shell = new FakeShell('start');
  const ended = shell.run();
  await hostListens(shell);

  shell.reload();
  shell.signal('SIGTERM');
  await ended;

  assert.deepEqual(shell.host.calls, ['start', 'reload', 'close']);
});

/** A supervisor that gives a socket and notes what it is told. */
class FakeSupervisor implements CliSupervisor {
  readonly sockets: HostSockets = { listen: { fd: 3 }, admin: undefined };
  readonly calls: string[] = [];
  isFirst = true;
  error: Error | undefined;
  drain: (reason: string) => void = () => undefined;

  async join({ listen }: HostConfig): Promise<Place> {
    this.calls.push(`join for port ${listen.port}`);
    if (this.error) throw this.error;
    return { sockets: this.sockets, isFirst: this.isFirst, load: {} };
  }

  ready(): void {
    this.calls.push('ready');
  }

  onDrain(listener: (reason: string) => void): void {
    this.drain = listener;
  }
}

test('under a supervisor the host listens on its sockets, says so, and ends when it is told', async () => {
  const shell = new FakeShell('start --port 81');
  const supervisor = new FakeSupervisor();
  shell.supervisor = supervisor;
  const ended = shell.run();
  await hostListens(shell);

  shell.signal('SIGTERM'); // the supervisor's to hear
  const callsBefore = [...shell.host.calls];
  supervisor.drain('SIGHUP');

  assert.equal(await ended, 0);
  assert.deepEqual(supervisor.calls, ['join for port 81', 'ready']);
  assert.equal(shell.host.sockets, supervisor.sockets);
  assert.deepEqual([callsBefore, shell.host.calls], [['start'], ['start', 'close']]);
});

test('on a terminal a host process that is not the first prints no banner, nor that it makes room', async () => {
  const shell = new FakeShell('start --log-format pretty');
  const supervisor = new FakeSupervisor();
  supervisor.isFirst = false;
  shell.supervisor = supervisor;
  const ended = shell.run();
  await hostListens(shell);

  supervisor.drain('SIGHUP');
  await ended;

  assert.equal(shell.printed, '');
});

test('an address that the supervisor cannot have ends the host process as any other', async () => {
  const shell = new FakeShell('start');
  const supervisor = new FakeSupervisor();
  supervisor.error = Object.assign(new Error('listen EADDRINUSE: address already in use'), {
    code: 'EADDRINUSE',
    syscall: 'listen',
  });
  shell.supervisor = supervisor;

  const exitCode = await shell.run();

  assert.match(shell.errors, /^isapi: cannot listen: the port is taken; /);
  assert.deepEqual({ exitCode, calls: shell.host.calls }, { exitCode: 70, calls: [] });
});

test('a host that does not close in time is killed', async () => {
  const shell = new FakeShell('--shutdown-timeout-ms 1000');
  shell.host.closing = () => new Promise(() => {});
  const ended = shell.run();
  await hostListens(shell);
  shell.signal('SIGTERM');
  await new Promise(setImmediate);

  const waits = [...shell.timers.values()];
  for (const action of shell.timers.keys()) action();

  assert.equal(await ended, 137);
  assert.deepEqual([waits, shell.endings], [[3000], ['SIGKILL']]);
  assert.equal(shell.errors, 'isapi: the host did not close in time\n');
});

test('a host that closes in time leaves no timer', async () => {
  const shell = new FakeShell('start');

  await runUntilSignal(shell);

  assert.equal(shell.timers.size, 0);
});
