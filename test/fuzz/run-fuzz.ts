import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Closing } from '../helpers/cleanup.ts';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHostProcess } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { judgeAnswer } from './judge-answer.ts';
import { mutatedRequests, randomFrom } from './mutate.ts';

/** How long to go on, and with what. */
export interface FuzzOptions {
  readonly seed: number;
  /** Connections to make. */
  readonly connections: number;
  /** Stop earlier after so long, ms. */
  readonly forMs?: number;
  /** Connections that are open at once. */
  readonly lanes?: number;
  /** Called once a minute. */
  readonly onProgress?: (progress: FuzzProgress) => void;
}

export interface FuzzProgress {
  /** Connections that were made. */
  readonly connections: number;
  /** Requests that went over them, damaged ones included. */
  readonly requests: number;
  /** The longest time from the first byte sent to the end of a connection, ms. */
  readonly slowestMs: number;
  /** Resident memory of the host, bytes. */
  readonly rss: number;
}

export interface FuzzResult extends FuzzProgress {
  /** What the client sent, as latin1, and what was wrong with the answer. */
  readonly faults: readonly {
    readonly sent: string;
    readonly fault: string;
    readonly got: string;
  }[];
}

const LANES = 32;
const PROGRESS_MS = 60_000;
/** A connection that neither moves nor closes for so long hangs, ms. */
const HANG_MS = 60_000;
const MAX_FAULTS = 10;
/** Stands for an answer that did not end; it is no response. */
const HANGS = 'hangs\r\n\r\n';

/** Sends damaged requests to a host in a process of its own, and judges what comes back until it closes. */
export async function runFuzz(
  t: Closing,
  { seed, connections, forMs = Infinity, lanes = LANES, onProgress }: FuzzOptions,
): Promise<FuzzResult> {
  const root = tempFolder(t);
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'page.txt'), 'a page');
  writeFileSync(join(root, 'page.asp'), 'SECRET');
  const host = await startHostProcess(t, {
    fixtures: ['hello', 'echo', 'digest'],
    extensions: { asp: { module: './hello.mjs', scriptMaps: [{ suffix: '.asp' }] } },
    site: { root },
    timeouts: { headersMs: 100, bodyMs: 100, idleMs: 100 },
    log: { level: 'error' },
  });
  const exit = new AbortController();
  void host.exited.then(() => exit.abort());
  const random = randomFrom(seed);
  const faults: { sent: string; fault: string; got: string }[] = [];
  const giveUpAt = Date.now() + forMs;
  let made = 0;
  let requests = 0;
  let slowestMs = 0;
  const progress = async (): Promise<FuzzProgress> => ({
    connections: made,
    requests,
    slowestMs: Math.round(slowestMs),
    rss: await host.rss(),
  });
  const timer = setInterval(() => void progress().then(onProgress), PROGRESS_MS);

  const lane = async (): Promise<void> => {
    while (
      made < connections &&
      Date.now() < giveUpAt &&
      faults.length < MAX_FAULTS &&
      !exit.signal.aborted
    ) {
      made += 1;
      const { bytes: sent, count } = mutatedRequests(random);
      requests += count;
      const began = performance.now();
      const got = await exchange(host.port, sent, random() < 0.5);
      slowestMs = Math.max(slowestMs, performance.now() - began);
      const fault = judgeAnswer(got);
      const latin1 = { sent: sent.toString('latin1'), got: got.toString('latin1', 0, 2000) };
      if (fault !== undefined) faults.push({ fault, ...latin1 });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane)).finally(() => clearInterval(timer));

  if (exit.signal.aborted) throw new Error('the host has ended');
  // On a busy machine a request may come too late for these timeouts.
  let text = '';
  for (let attempt = 0; attempt < 100 && text !== 'hello'; attempt += 1) {
    ({ text } = await fetchRaw(t, host.port, '/hello'));
  }
  if (text !== 'hello') throw new Error(`the host answers ${text}`);
  for (const { msg } of host.logs.all) faults.push({ fault: `logs ${msg}`, sent: '', got: '' });
  return { ...(await progress()), faults };
}

/** Sends bytes, perhaps with an end behind them, and takes what comes until the host closes. */
async function exchange(port: number, bytes: Buffer, ends: boolean): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.setTimeout(HANG_MS, () => {
    pieces.push(Buffer.from(HANGS));
    socket.destroy();
  });
  // A reset ends it as well as an end does.
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  if (ends) socket.end(bytes);
  else socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(pieces);
}
