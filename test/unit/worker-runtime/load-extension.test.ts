import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { HSE_VERSION } from '@isapi-host/sdk';
import { loadExtension } from '@isapi-host/worker-runtime/internal/load-extension';
import { fixtures } from '../../helpers/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'isapi-load-'));
after(() => {
  rmSync(folder, { recursive: true });
});

function moduleOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

for (const name of ['hello.mjs', 'default-export.mjs', 'typescript.ts']) {
  test(`${name} is loaded, with what it says of itself`, async () => {
    const { extension, version, description } = await loadExtension(join(fixtures, name), 0);

    assert.equal(version, HSE_VERSION);
    assert.equal(description, name.replace(/\..*/, ''));
    assert.equal(typeof extension.httpExtensionProc, 'function');
  });
}

const unloadable: readonly (readonly [name: string, message: RegExp])[] = [
  ['missing.mjs', /module .*missing\.mjs does not exist/],
  ['top-level-throw.mjs', /cannot be loaded: Error: secret of top-level-throw/],
  ['no-proc.mjs', /does not export httpExtensionProc: expected getExtensionVersion and httpExt/],
  ['no-version.mjs', /does not export getExtensionVersion/],
];

for (const [name, message] of unloadable) {
  test(`${name} is ISAPI_ERR_EXTENSION_LOAD, and the message says what was expected`, async () => {
    await assert.rejects(loadExtension(join(fixtures, name), 0), {
      code: 'ISAPI_ERR_EXTENSION_LOAD',
      message,
    });
  });
}

test('a syntax error is ISAPI_ERR_EXTENSION_LOAD', async () => {
  const module = moduleOf('syntax-error.mjs', 'export function getExtensionVersion( {\n');

  await assert.rejects(loadExtension(module, 0), {
    code: 'ISAPI_ERR_EXTENSION_LOAD',
    message: /cannot be loaded: SyntaxError/,
  });
});

test('a syntax error in TypeScript is ISAPI_ERR_EXTENSION_LOAD', async () => {
  const module = moduleOf('syntax-error.ts', 'export function getExtensionVersion( {\n');

  await assert.rejects(loadExtension(module, 0), { code: 'ISAPI_ERR_EXTENSION_LOAD' });
});

test('an import that is not there is ISAPI_ERR_EXTENSION_LOAD, and is named', async () => {
  const module = moduleOf('bad-import.mjs', "import './not-there.mjs';\n");

  await assert.rejects(loadExtension(module, 0), {
    code: 'ISAPI_ERR_EXTENSION_LOAD',
    message: /not-there\.mjs/,
  });
});

test('a folder in place of a module is ISAPI_ERR_EXTENSION_LOAD', async () => {
  await assert.rejects(loadExtension(folder, 0), { code: 'ISAPI_ERR_EXTENSION_LOAD' });
});

const refusing: readonly (readonly [name: string, message: RegExp])[] = [
  ['version-false.mjs', /getExtensionVersion of .*version-false\.mjs returned false/],
  ['version-throws.mjs', /threw: Error: secret of version-throws/],
  ['version-rejects.mjs', /threw: Error: secret of version-rejects/],
  ['version-garbage.mjs', /expected \{ version: number, description: string \} or false/],
];

for (const [name, message] of refusing) {
  test(`${name} is ISAPI_ERR_EXTENSION_VERSION`, async () => {
    await assert.rejects(loadExtension(join(fixtures, name), 0), {
      code: 'ISAPI_ERR_EXTENSION_VERSION',
      message,
    });
  });
}

test('of a description 255 bytes are kept', async () => {
  const module = moduleOf(
    'long.mjs',
    "export const getExtensionVersion = () => ({ version: 1, description: 'x'.repeat(1000) });\n" +
      'export const httpExtensionProc = () => 1;\n',
  );

  assert.equal((await loadExtension(module, 0)).description, 'x'.repeat(255));
});

test('a module that was mended is loaded again', async () => {
  const module = moduleOf('mended.mjs', 'throw new Error("not yet");\n');
  await assert.rejects(loadExtension(module, 0));

  moduleOf(
    'mended.mjs',
    "export const getExtensionVersion = () => ({ version: 1, description: 'mended' });\n" +
      'export const httpExtensionProc = () => 1;\n',
  );

  assert.equal((await loadExtension(module, 1)).description, 'mended');
});
