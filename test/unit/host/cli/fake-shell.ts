import type { HostConfig } from '@isapi-host/host/internal/config/host-config';
import { runCli } from '@isapi-host/host/internal/cli/run-cli';
import type {
  CliHost,
  CliLogger,
  CliSupervisor,
  ExtensionFinding,
  InjectedAnswer,
  InjectedRequest,
  Shell,
  Started,
} from '@isapi-host/host/internal/cli/shell';
import type { EndSignal } from '@isapi-host/host/internal/supervisor/signals';
import type { HostLoad } from '@isapi-host/host/internal/supervisor/messages';
import type { HostSockets, Place } from '@isapi-host/host/internal/supervisor/supervisor-link';

/** A host that listens nowhere, and records what is asked of it. */
export class FakeHost implements CliHost {
  readonly calls: string[] = [];
  readonly lines: (readonly [level: string, fields: object, message: string])[] = [];
  findings: readonly ExtensionFinding[] = [];
  readonly requests: InjectedRequest[] = [];
  answer: InjectedAnswer = {
    statusCode: 200,
    head: 'HTTP/1.1 200 OK\r\n\r\n',
    body: Buffer.from('hello'),
  };
  adminUrl: string | undefined = 'http://127.0.0.1:8081';
  startError: Error | undefined;
  /** How many of `lines` are out for sure. */
  flushedLines = 0;
  /** What `close` waits for. */
  closing: () => Promise<void> = () => Promise.resolve();

  readonly logger: CliLogger = {
    info: (fields: object, message: string): void => this.#log('info', fields, message),
    warn: (fields: object, message: string): void => this.#log('warn', fields, message),
    flush: (): void => {
      this.flushedLines = this.lines.length;
    },
  };

  #log(level: string, fields: object, message: string): void {
    this.lines.push([level, fields, message]);
  }

  /** What it was given to listen on. */
  sockets: HostSockets | undefined;

  readonly load: HostLoad = {};

  start(place?: Place): Promise<Started> {
    this.calls.push('start');
    this.sockets = place?.sockets;
    if (this.startError) return Promise.reject(this.startError);
    return Promise.resolve({ url: 'http://127.0.0.1:8080', adminUrl: this.adminUrl });
  }

  async reload(): Promise<void> {
    this.calls.push('reload');
  }

  async close(): Promise<void> {
    this.calls.push('close');
    await this.closing();
  }

  inspect(): Promise<readonly ExtensionFinding[]> {
    this.calls.push('inspect');
    return Promise.resolve(this.findings);
  }

  inject(request: InjectedRequest): Promise<InjectedAnswer> {
    this.calls.push('inject');
    this.requests.push(request);
    return Promise.resolve(this.answer);
  }
}

/** A process that runs nowhere: its signals and its clock are the test's. */
export class FakeShell implements Shell {
  readonly args: readonly string[];
  env: Readonly<Record<string, string | undefined>> = {};
  cwd: string = import.meta.dirname;
  isTerminal = false;
  readonly host: FakeHost = new FakeHost();
  /** Signals the process ended itself by. */
  readonly endings: string[] = [];
  supervisor: CliSupervisor | undefined;
  readonly configs: HostConfig[] = [];
  /** Actions that wait for their time, with it. */
  readonly timers: Map<() => void, number> = new Map<() => void, number>();
  printed = '';
  errors = '';
  readonly pid: number = 4711;
  #listeners: ((signal: EndSignal) => void)[] = [];
  #reloadListeners: (() => void)[] = [];

  constructor(args: string) {
    this.args = args.split(' ').filter((word) => word !== '');
  }

  readonly print = (text: string | Uint8Array): void => {
    this.printed += typeof text === 'string' ? text : Buffer.from(text).toString();
  };
  readonly printError = (text: string): void => void (this.errors += text);
  input = '';
  readonly readInput = (): Promise<Uint8Array> => Promise.resolve(Buffer.from(this.input));
  readonly uptimeMs = (): number => 231.4;
  readonly endBy = (signal: string): void => void this.endings.push(signal);

  readonly onSignal = (listener: (signal: EndSignal) => void): void => {
    this.#listeners.push(listener);
  };

  readonly onReload = (listener: () => void): void => {
    this.#reloadListeners.push(listener);
  };

  readonly after = (ms: number, action: () => void): (() => void) => {
    this.timers.set(action, ms);
    return () => void this.timers.delete(action);
  };

  readonly openHost = (config: HostConfig): Promise<CliHost> => {
    this.configs.push(config);
    return Promise.resolve(this.host);
  };

  signal(signal: EndSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  reload(): void {
    for (const listener of this.#reloadListeners) listener();
  }

  run(): Promise<number> {
    return runCli(this);
  }
}

/** Runs a command line to its end. */
export async function run(args: string): Promise<{ shell: FakeShell; exitCode: number }> {
  const shell = new FakeShell(args);
  const exitCode = await shell.run();
  return { shell, exitCode };
}
