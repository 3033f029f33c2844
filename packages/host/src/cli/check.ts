import { stat } from 'node:fs/promises';

import type { HostConfig } from '../config/host-config.ts';
import type { Texts } from '../config/read-texts.ts';
import { resolveConfig, type ResolvedConfig } from '../config/resolve-config.ts';
import { exitCodes, type Shell } from './shell.ts';

/** `isapi check`: prints each problem that a start, or the first requests, would meet; else `ok`. */
export async function check(shell: Shell, flags: Texts): Promise<number> {
  const resolved = await resolveConfig({ flags, env: shell.env, cwd: shell.cwd });
  for (const warning of resolved.warnings) shell.printError(`isapi: warning: ${warning}\n`);
  const problems = [
    ...(await missingPaths(resolved)),
    ...(await extensionProblems(shell, resolved.config)),
  ];
  shell.print(problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`);
  return problems.length === 0 ? exitCodes.done : exitCodes.problem;
}

async function extensionProblems(shell: Shell, config: HostConfig): Promise<string[]> {
  const host = await shell.openHost(config);
  try {
    const findings = await host.inspect();
    return findings.flatMap(({ extension, module, problem }) =>
      problem === undefined ? [] : [`extensions.${extension} (${module}): ${problem}`],
    );
  } finally {
    await host.close();
  }
}

/** Folders and files of the site that are not there. The default root need not be. */
async function missingPaths({ config: { site }, origins }: ResolvedConfig): Promise<string[]> {
  const folders = Object.entries(site.virtualDirectories).map(
    ([prefix, { path }]) => [`site.virtualDirectories["${prefix}"]`, path] as const,
  );
  const files = Object.entries(site.errorPages).flatMap(([status, page]) =>
    'file' in page ? [[`site.errorPages.${status}`, page.file] as const] : [],
  );
  const root = origins.get('site.root') === 'default' ? [] : [['site.root', site.root] as const];
  const problems = await Promise.all([
    ...[...root, ...folders].map(([key, path]) => problemOf(key, path, 'folder')),
    ...files.map(([key, path]) => problemOf(key, path, 'file')),
  ]);
  return problems.flat();
}

async function problemOf(key: string, path: string, kind: 'file' | 'folder'): Promise<string[]> {
  const isThere = await stat(path).then(
    (found) => (kind === 'file' ? found.isFile() : found.isDirectory()),
    () => false,
  );
  return isThere ? [] : [`${key}: there is no ${kind} ${path}`];
}
