import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { WorkloadName } from '../workloads.ts';
import { startSubject, type RunningSubject } from './start-subject.ts';

/** A way to answer the workloads. */
export interface Subject {
  readonly name: string;
  readonly about: string;
  /** Workloads that it cannot do. */
  readonly cannot: readonly WorkloadName[];
  /** @returns undefined where the machine lacks what it needs */
  start(): Promise<RunningSubject> | undefined;
}

/** What all others are held against. */
export const baselineName = 'fastify';

const C_COMPILER = 'cc';

const streams = ['upload', 'download'] as const;

/** Every subject there is, in the order of the report. To add one, add its row. */
export const subjects: readonly Subject[] = [
  {
    name: baselineName,
    about: 'plain Fastify routes; against itself, so it shows the noise',
    cannot: [],
    start: () => startNode(new URL('./fastify.js', import.meta.url)),
  },
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
    start: () => startHost('async'),
  },
  {
    name: 'host-blocking',
    about: 'the same with blocking calls',
    cannot: [],
    start: () => startHost('blocking'),
  },
  {
    name: 'host-pending',
    about: 'the same, answering after HSE_STATUS_PENDING',
    cannot: [],
    start: () => startHost('pending'),
  },
  {
    name: 'piscina',
    about: 'Fastify and one `piscina.run` of a cloned object per request',
    cannot: streams,
    start: () => startNode(new URL('./piscina/literal.js', import.meta.url)),
  },
  {
    name: 'message-channel',
    about: 'the same, and one MessageChannel per request for the answer',
    cannot: streams,
    start: () => startNode(new URL('./piscina/message-channel.js', import.meta.url)),
  },
  {
    name: 'cgi-c',
    about: 'CGI: one process of a compiled C program per request',
    cannot: [],
    start: startCompiledCgi,
  },
  {
    name: 'cgi-node',
    about: 'CGI: one node process per request',
    cannot: [],
    start: () =>
      startCgi(process.execPath, fileURLToPath(new URL('./cgi/program.js', import.meta.url))),
  },
];

function startNode(file: URL, ...options: readonly string[]): Promise<RunningSubject> {
  return startSubject(process.execPath, [fileURLToPath(file), ...options]);
}

/** As an operator starts it. `subjects/host/isapi.config.ts` says what runs. */
function startHost(proc: 'async' | 'blocking' | 'pending'): Promise<RunningSubject> {
  const config = new URL('./host/isapi.config.js', import.meta.url);
  const main = new URL('../../../../packages/host/dist/main.js', import.meta.url);
  const options = [fileURLToPath(main), 'start', '--config', fileURLToPath(config)];
  return startSubject(process.execPath, options, { ...process.env, BENCH_PROC: proc });
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
