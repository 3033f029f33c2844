import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PermissionsConfig } from '../config/host-config.ts';

/**
 * Flags that start a thread with Node's permission model.
 *
 * What the thread itself is made of may be read besides, and packages that are installed where Node looks for them.
 */
export function permissionFlags({ fsRead, fsWrite, ...may }: PermissionsConfig): string[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isStable = major > 22 || (major === 22 && minor >= 13);
  return [
    isStable ? '--permission' : '--experimental-permission',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    ...readable(fsRead).map((path) => `--allow-fs-read=${below(path)}`),
    ...fsWrite.map((path) => `--allow-fs-write=${below(path)}`),
    ...(may.childProcess ? ['--allow-child-process'] : []),
    ...(may.worker ? ['--allow-worker'] : []),
    ...(may.addons ? ['--allow-addons'] : []),
  ];
}

/** A path stands for everything below it, too. */
function below(path: string): string {
  if (path === '*') return path;
  return isFolder(path) ? join(path, '*') : path;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readable(paths: readonly string[]): string[] {
  const folders = new Set(paths);
  for (const path of paths) for (const folder of installedFor(path)) folders.add(folder);
  for (const name of ['@isapi-host/worker-runtime/worker', '@isapi-host/sdk', 'piscina']) {
    const file = realpathSync(fileURLToPath(import.meta.resolve(name)));
    folders.add(packageOf(file));
    for (const folder of installedFor(file)) folders.add(folder);
  }
  return [...folders];
}

/** Where Node looks for packages that a file or folder names. */
function installedFor(path: string): string[] {
  return ancestors(path)
    .map((folder) => (basename(folder) === 'node_modules' ? folder : join(folder, 'node_modules')))
    .filter(isFolder);
}

function packageOf(file: string): string {
  return (
    ancestors(file).find((folder) => existsSync(join(folder, 'package.json'))) ?? dirname(file)
  );
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path || path === '*' ? [] : [parent, ...ancestors(parent)];
}
