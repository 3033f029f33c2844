import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of extensions that no host has seen. */
export interface NewModules {
  readonly folder: string;
  readonly rows: readonly { readonly about: string; readonly path: string }[];
  remove(): Promise<void>;
}

export async function writeNewModules(): Promise<NewModules> {
  const folder = await mkdtemp(join(tmpdir(), 'isapi-bench-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const modules = join(folder, 'modules');
  await mkdir(modules);
  await writeFile(join(modules, 'one.js'), javaScript);
  await writeFile(join(modules, 'one.ts'), typeScript);
  await writeFile(join(modules, 'two.ts'), typeScript);
  return {
    folder: modules,
    rows: [
      { about: 'a new extension, .js', path: '/one-js' },
      { about: 'the first of the thread that is .ts', path: '/one-ts' },
      { about: 'a further .ts', path: '/two-ts' },
    ],
    remove: () => rm(folder, { recursive: true }),
  };
}

const javaScript = `
export function getExtensionVersion() {
  return { version: 0x10000, description: 'new' };
}
export async function httpExtensionProc(ecb) {
  await ecb.writeClient('Hello');
  return 1; // HSE_STATUS_SUCCESS
}
`;

const typeScript = `
interface Block {
  writeClient(text: string): Promise<number>;
}
export function getExtensionVersion(): { version: number; description: string } {
  return { version: 0x10000, description: 'new' };
}
export async function httpExtensionProc(ecb: Block): Promise<number> {
  await ecb.writeClient('Hello');
  return 1; // HSE_STATUS_SUCCESS
}
`;
