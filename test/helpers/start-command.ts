import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { UserConfig } from '@isapi-host/host';
import { closeAfter, type Closing } from './cleanup.ts';
import { fixtures } from './fixtures.ts';
import { type LogLine, LogLines } from './log-lines.ts';
import { tempFolder } from './temp-folder.ts';

const main = fileURLToPath(import.meta.resolve('@isapi-host/host/internal/main'));

/** How `isapi start` ended. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface CommandOptions {
  readonly config: UserConfig;
  readonly args?: readonly string[];
  /** Variables over those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Descriptors that its processes may have open: `ulimit -n`. */
  readonly maxFiles?: number;
  /** File descriptor for standard output, in place of `logs`. */
  readonly stdout?: number;
}

/** `isapi start` in a process of its own, with its config file in a folder of its own. */
export class Command {
  readonly logs: LogLines = new LogLines();
  readonly process: ChildProcess;
  /** Settles when it has ended. */
  readonly exited: Promise<CommandEnd>;
  /** Settles when it and every process it started have closed their output. */
  readonly gone: Promise<void>;
  errors = '';
  readonly #folder: string;
  readonly #lines: Interface | undefined;

  private constructor(
    t: Closing,
    { config, args = [], env = {}, maxFiles, stdout }: CommandOptions,
  ) {
    this.#folder = tempFolder(t);
    this.writeConfig(config);
    const limit = maxFiles === undefined ? '' : `ulimit -n ${maxFiles} && `;
    const words = [process.execPath, main, 'start', ...args];
    this.process = spawn('/bin/sh', ['-c', `${limit}exec "$@"`, 'sh', ...words], {
      cwd: this.#folder,
      stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
      env: {
        ...process.env,
        ISAPI_ADMIN: 'false',
        // Threads start slowly on a slow machine.
        ISAPI_POOL_QUEUE_TIMEOUT_MS: '10000',
        ...env,
      },
    });
    this.exited = once(this.process, 'exit').then(([exitCode, signal]) => ({
      exitCode: exitCode as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
    this.gone = once(this.process, 'close').then(() => undefined);
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    if (this.process.stdout !== null) {
      this.#lines = createInterface({ input: this.process.stdout }).on('line', (line) => {
        this.logs.push(JSON.parse(line) as LogLine);
      });
    }
  }

  /** Starts it; it is killed after the test, with what it has started. */
  static run(t: Closing, options: CommandOptions): Command {
    const command = new Command(t, options);
    closeAfter(t, async () => {
      // Host processes end with their supervisor.
      command.process.kill('SIGKILL');
      for (const pid of command.hostPids) killQuietly(pid);
      await command.exited;
    });
    return command;
  }

  /** Starts it and waits until it serves. */
  static async start(t: Closing, options: CommandOptions): Promise<Command & { port: number }> {
    const command = Command.run(t, options);
    const failed = command.exited.then(() => {
      throw new Error(`it ended: ${command.errors}`);
    });
    const { url } = await Promise.race([command.logs.find({ msg: 'host started' }), failed]);
    return Object.assign(command, { port: Number(new URL(String(url)).port) });
  }

  /** Processes that have listened so far, the last one last. */
  get hostPids(): readonly number[] {
    return this.logs.all.filter(({ msg }) => msg === 'host started').map(({ pid }) => Number(pid));
  }

  /** Settles with the process that has listened as one more than these. */
  async nextHost(than: readonly number[]): Promise<number> {
    const { pid } = await this.logs.first(
      ({ msg, pid: started }) => msg === 'host started' && !than.includes(Number(started)),
    );
    return Number(pid);
  }

  /** Reads the log no further. */
  pauseLogs(): void {
    this.#lines?.pause();
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  writeConfig(config: UserConfig | string): void {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    writeFileSync(join(this.#folder, 'isapi.config.json'), text);
  }
}

/** A config with fixtures by name, each at `/NAME`. */
export function fixtureConfig(names: readonly string[], rest: UserConfig = {}): UserConfig {
  return {
    listen: { port: 0 },
    ...rest,
    extensions: Object.fromEntries(
      names.map((name) => [name, { module: join(fixtures, `${name}.mjs`), paths: [`/${name}`] }]),
    ),
  };
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone already.
  }
}
