import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START_MS = 30_000;
const STOP_MS = 5_000;
/** Lines repeated of what a subject said before it ended by itself. */
const SAID_LINES = 10;

/** A server of ours under test, in a process of its own. */
export interface RunningSubject {
  readonly pid: number;
  readonly port: number;
  close(): Promise<void>;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Finds the port in a line of stdout. Unless told: words that end in `127.0.0.1:PORT`. */
  readonly listens?: RegExp;
}

/** Starts a program that says on stdout where it listens. */
export async function startSubject(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<RunningSubject> {
  const { listens = /127\.0\.0\.1:(\d+)/, ...where } = options;
  const child = spawn(command, args, { ...where, stdio: ['ignore', 'pipe', 'inherit'] });
  const close = async (): Promise<void> => {
    child.off('exit', tellEnd);
    await stop(child);
  };
  const said: string[] = [];
  const tellEnd = (code: number | null, signal: string | null): void => {
    const last = said.slice(-SAID_LINES).join('\n');
    console.error(`${command} ${args.join(' ')} ended by itself, ${code ?? signal}\n${last}`);
  };
  child.on('exit', tellEnd);
  try {
    const port = await readPort(child, said, listens);
    if (child.pid === undefined) throw new Error(`${command} has no process`);
    return { pid: child.pid, port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param said - takes what the program says on stdout, to its end */
async function readPort(child: ChildProcess, said: string[], listens: RegExp): Promise<number> {
  if (child.stdout === null) throw new Error('stdout is not piped');
  await once(child, 'spawn');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`${child.spawnargs.join(' ')} does not listen`));
    const timer = setTimeout(fail, START_MS);
    lines.once('close', fail);
    lines.on('line', (line) => {
      said.push(line);
      const port = listens.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}
