import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import type { Load, LoadResult, LoadSpec } from './load.ts';
import { createNodeLoad } from './node-load.ts';
import { encodeRequest } from './request.ts';

const WRK = 'wrk';

/** Longer than any burst: `wrk` takes whole seconds, so it is told to stop. */
const FOREVER_S = 60;
const SAMPLE_EVERY_MS = 20;

/**
 * Load by `wrk`, to hold the figures of `createNodeLoad` against those of a tool that others know.
 *
 * `wrk` itself looks at the status only; so one more connection asks every 20 ms and checks every byte.
 * What goes by answers rather than by time, at a fixed rate or beside others, our own load does.
 */
export function createWrkLoad(): Load {
  const other = createNodeLoad();
  return {
    name: 'wrk',
    burst: (spec) => (canWrk(spec) ? runWrk(spec) : other.burst(spec)),
    close: () => other.close(),
  };
}

function canWrk({ workload, ratePerSecond, beside }: LoadSpec): boolean {
  return workload.burstBy === 'time' && ratePerSecond === undefined && beside === undefined;
}

async function runWrk(spec: LoadSpec): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'isapi-bench-'));
  try {
    const script = join(folder, 'burst.lua');
    await writeFile(script, scriptFor(encodeRequest(spec.workload).first));
    const options = ['-t1', `-c${spec.connections}`, `-d${FOREVER_S}s`, '-s', script];
    const wrk = spawn(WRK, [...options, `http://127.0.0.1:${spec.port}/`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = text(wrk.stdout);
    await once(wrk, 'spawn');
    const wrong = await sampleAnswers(spec, performance.now() + spec.burstMs);
    wrk.kill('SIGINT');
    return parseOutput(await output, wrong);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Lua that hands `wrk` the request as bytes, and lets it write what it saw as JSON. */
function scriptFor(request: Buffer): string {
  const bytes = [...request].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('');
  return `
wrk.format = function() return "${bytes}" end
done = function(seen, latency)
  local bad = seen.errors
  io.write(string.format('{"answers":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}\\n', seen.requests,
    seen.duration, latency:percentile(50), latency:percentile(99),
    bad.connect + bad.read + bad.write + bad.status + bad.timeout))
end`;
}

async function sampleAnswers({ port, workload }: LoadSpec, until: number): Promise<string[]> {
  const connection = new Connection(port, workload, encodeRequest(workload));
  try {
    await connection.opened();
    do {
      await connection.askOnce();
      await sleep(SAMPLE_EVERY_MS);
    } while (performance.now() < until);
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    connection.close();
  }
}

function parseOutput(output: string, wrong: string[]): LoadResult {
  const json = /^\{.*\}$/m.exec(output)?.[0];
  if (json === undefined) throw new Error(`wrk: ${output}`);
  const seen = JSON.parse(json) as Record<'answers' | 'us' | 'p50' | 'p99' | 'errors', number>;
  if (seen.errors > 0) wrong.push(`wrk counts ${seen.errors} errors`);
  return {
    answers: seen.answers,
    elapsedMs: seen.us / 1000,
    p50Us: seen.answers > 0 ? seen.p50 : undefined,
    p99Us: seen.answers > 0 ? seen.p99 : undefined,
    wrong,
  };
}
