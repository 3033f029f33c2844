import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { type Closing, closeAfter } from '../helpers/cleanup.ts';

/** A program that runs beside the test. */
export interface Program {
  /** Settles with the first line, past or coming, that has this in it. */
  line(text: string): Promise<string>;
  /** Sends SIGTERM. @returns exit code, once it has ended */
  terminate(): Promise<number | null>;
}

/** Starts a program; what it prints is kept. It is killed after the test when it has not ended by then. */
export function runProgram(
  t: Closing,
  command: string,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(command, options, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  closeAfter(t, async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const lines = linesOf(child);
  return {
    line: async (text) => {
      const found = await Promise.race([lines.find(text), exited]);
      if (typeof found === 'string') return found;
      throw new Error(`${command} ended with ${found} before it said ${text}:\n${lines.all()}`);
    },
    terminate: async () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

function linesOf({ stdout, stderr }: ChildProcess): {
  find(text: string): Promise<string>;
  all(): string;
} {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  return {
    all: () => lines.join('\n'),
    find: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = lines.find((line) => line.includes(text));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** Ports that nobody listens on now, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
