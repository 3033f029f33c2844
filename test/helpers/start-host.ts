import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createHost, type Host, type UserConfig } from '@isapi-host/host';
import { configFrom } from '@isapi-host/host/internal/config/resolve-config';
import { closeAfter, type Closing } from './cleanup.ts';
import { fixtures } from './fixtures.ts';
import { type LogLine, LogLines } from './log-lines.ts';

/** A host as a test wants it: the fixtures by name, and what differs from the default. */
export interface HostOptions extends Omit<UserConfig, 'extensions'> {
  /** Fixture files without their suffix `.mjs`; each answers at `/NAME`. */
  readonly fixtures?: readonly string[];
  readonly extensions?: UserConfig['extensions'];
}

type Pools = NonNullable<UserConfig['pools']>;

export interface StartedHost {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** A host in the process of the test. */
export interface LocalHost extends StartedHost {
  /** Of the admin server, `''` without one. */
  readonly adminUrl: string;
  readonly host: Host;
}

/** Starts a host in this process, without a log. */
export async function startHost(t: Closing, options: HostOptions): Promise<LocalHost> {
  const config = await configFrom(userConfig({ log: { level: 'silent' }, ...options }), fixtures);
  const host = await createHost(config);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= host.close());
  closeAfter(t, close);
  const { url, adminUrl = '' } = await host.start();
  return { host, url, adminUrl, port: Number(new URL(url).port), close };
}

/** A host in a process of its own, where its log and its memory can be looked at. */
export interface HostProcess extends StartedHost {
  readonly pid: number;
  /** Of the admin server, `''` without one. */
  readonly adminUrl: string;
  readonly logs: LogLines;
  /** Exit code, once it has ended. */
  readonly exited: Promise<number | null>;
  /** Resident memory, bytes. */
  rss(): Promise<number>;
}

/** Starts a host in a process of its own. */
export async function startHostProcess(t: Closing, options: HostOptions): Promise<HostProcess> {
  const config = await configFrom(userConfig(options), fixtures);
  const child = fork(fileURLToPath(new URL('host-process.js', import.meta.url)), [], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const logs = new LogLines();
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      logs.push(JSON.parse(line) as LogLine);
    });
  }
  const ask = async (question: object): Promise<unknown> => {
    child.send(question);
    const [answer] = (await once(child, 'message')) as [unknown];
    return answer;
  };
  const close = async (): Promise<void> => {
    if (child.connected) child.send({ op: 'close' });
    await exited;
  };
  closeAfter(t, close);
  const { url, adminUrl = '' } = (await ask({ op: 'start', config })) as {
    readonly url: string;
    readonly adminUrl?: string;
  };
  return {
    url,
    adminUrl,
    port: Number(new URL(url).port),
    pid: child.pid ?? -1,
    logs,
    exited,
    rss: async () => (await ask({ op: 'rss' })) as number,
    close,
  };
}

function userConfig({ fixtures: names = [], extensions = {}, ...rest }: HostOptions): UserConfig {
  return {
    listen: { port: 0 },
    admin: { enabled: false },
    site: { root: '../site' },
    ...rest,
    extensions: {
      ...Object.fromEntries(
        names.map((name) => [name, { module: `./${name}.mjs`, paths: [`/${name}`] }]),
      ),
      ...extensions,
    },
    pools: poolsOfTest(rest.pools ?? { default: { minThreads: 1, maxThreads: 2 } }),
  };
}

/** Tests end threads on purpose, and threads start slowly on a slow machine. Some files are run a second time, with TEST_ISOLATION=process. */
function poolsOfTest(pools: Pools): Pools {
  const isolation = process.env['TEST_ISOLATION'] === 'process' ? 'process' : 'thread';
  return Object.fromEntries(
    Object.entries(pools).map(([name, pool]) => [
      name,
      { rapidFailMax: 0, queueTimeoutMs: 10_000, isolation, ...pool },
    ]),
  );
}
