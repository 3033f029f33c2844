import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startHost } from './host-subject.ts';
import { startBun, startDeno, startWatt, startWorkerd } from './peers/start-peers.ts';
import { startSubject, type RunningSubject } from './start-subject.ts';
import type { Subject } from './subject.ts';

/** What all others are held against. */
export const baseline: Subject = {
  name: 'fastify',
  about: 'the baseline, plain Fastify routes; against itself, so it shows the noise',
  cannot: [],
  start: () => startNode(new URL('./fastify.js', import.meta.url)),
};

const C_COMPILER = 'cc';
const PEERS = 'npm run bench:peers installs it';

const streams = ['upload', 'download'] as const;
const allButHello = ['post1k', 'answer10k', 'answer1m', 'upload', 'download'] as const;

/** Every subject there is, in the order of the report. To add one, add its row. */
export const subjects: readonly Subject[] = [
  baseline,
  {
    name: 'node-http',
    about: 'node:http without a framework',
    cannot: [],
    start: () => startNode(new URL('./node-http.js', import.meta.url)),
  },
  {
    name: 'host-async',
    about: 'an extension on a thread of our host, that awaits each call',
    cannot: [],
    start: () => startHost({ proc: 'async' }),
  },
  {
    name: 'host-blocking',
    about: 'the same with blocking calls',
    cannot: [],
    start: () => startHost({ proc: 'blocking' }),
  },
  {
    name: 'host-pending',
    about: 'the same, answering after HSE_STATUS_PENDING',
    cannot: [],
    start: () => startHost({ proc: 'pending' }),
  },
  {
    name: 'host-isolated',
    about: 'host-async, its pool in a process of its own',
    cannot: [],
    start: () => startHost({ proc: 'async', flags: ['--pool-isolation=process'] }),
  },
  {
    name: 'host-2-processes',
    about: 'host-async, two host processes sharing the port',
    cannot: [],
    start: () => startHost({ proc: 'async', flags: ['--processes=2'] }),
  },
  {
    name: 'piscina',
    about: 'Fastify and one `piscina.run` of a cloned object per request, Piscina tuned',
    cannot: streams,
    start: () => startPiscina(),
  },
  {
    name: 'piscina-defaults',
    about: 'the same with the options Piscina comes with',
    cannot: streams,
    start: () => startNode(new URL('./piscina/literal.js', import.meta.url), '--defaults'),
  },
  {
    name: 'message-channel',
    about: 'the tuned one, and one MessageChannel per request for the answer',
    cannot: streams,
    start: () => startNode(new URL('./piscina/message-channel.js', import.meta.url)),
  },
  {
    name: 'cgi-c',
    about: 'CGI: one process of a compiled C program per request',
    cannot: [],
    needs: `it needs the C compiler ${C_COMPILER}`,
    start: startCompiledCgi,
  },
  {
    name: 'cgi-node',
    about: 'CGI: one node process per request',
    cannot: [],
    start: () =>
      startCgi(process.execPath, fileURLToPath(new URL('./cgi/program.js', import.meta.url))),
  },
  {
    name: 'watt',
    about: 'Platformatic Watt with the program of the baseline in a worker thread',
    cannot: [],
    needs: PEERS,
    start: startWatt,
  },
  {
    name: 'workerd',
    about: 'a worker in an isolate of workerd',
    cannot: allButHello,
    needs: PEERS,
    start: startWorkerd,
  },
  {
    name: 'bun',
    about: 'a plain Bun.serve',
    cannot: allButHello,
    needs: PEERS,
    start: startBun,
  },
  {
    name: 'deno',
    about: 'a plain Deno.serve',
    cannot: allButHello,
    needs: PEERS,
    start: startDeno,
  },
];

/** @param threads - one less than cores unless told */
export function startPiscina(threads?: number): Promise<RunningSubject> {
  const env = { ...process.env, ...(threads !== undefined && { BENCH_THREADS: `${threads}` }) };
  const file = fileURLToPath(new URL('./piscina/literal.js', import.meta.url));
  return startSubject(process.execPath, [file], { env });
}

function startNode(file: URL, ...options: readonly string[]): Promise<RunningSubject> {
  return startSubject(process.execPath, [fileURLToPath(file), ...options]);
}

function startCgi(...command: readonly string[]): Promise<RunningSubject> {
  return startNode(new URL('./cgi/server.js', import.meta.url), ...command);
}

function startCompiledCgi(): Promise<RunningSubject> | undefined {
  const program = fileURLToPath(new URL('./cgi/program', import.meta.url));
  const source = new URL('../../../bench/subjects/cgi/program.c', import.meta.url); // tsc does not copy it
  const { status } = spawnSync(C_COMPILER, ['-O2', '-o', program, fileURLToPath(source)], {
    stdio: 'inherit',
  });
  return status === 0 ? startCgi(program) : undefined;
}
