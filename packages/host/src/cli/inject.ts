import type { Texts } from '../config/read-texts.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { exitCodes, type Shell } from './shell.ts';

/** `isapi inject`: runs one request through a host that listens on no port, and prints the answer. */
export async function inject(shell: Shell, flags: Texts): Promise<number> {
  const { env, cwd } = shell;
  const { config } = await resolveConfig({ flags, env, cwd });
  const { method = '', url = '', data = '', header = '' } = flags;
  const body = data === '-' ? await shell.readInput() : Buffer.from(data);
  // What is printed is the answer: the log of an operator at work is what goes wrong.
  const log = { ...config.log, level: 'warn', access: false } as const;
  // What comes over no network needs no TLS.
  const tls = { ...config.tls, key: '', cert: '' };
  const host = await shell.openHost({ ...config, log, tls }, 'errors');
  try {
    const answer = await host.inject({ method: method.toUpperCase(), url, header, body });
    shell.print(answer.head);
    shell.print(answer.body);
    return answer.statusCode < 400 ? exitCodes.done : exitCodes.problem;
  } finally {
    await host.close();
  }
}
