import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';

import {
  resolveConfig,
  type ResolvedConfig,
} from '@isapi-host/host/internal/config/resolve-config';

import { folderWith } from './folder.ts';

function resolveIn(cwd: string, flags = {}, env = {}): Promise<ResolvedConfig> {
  return resolveConfig({ flags, env, cwd });
}

const contents: Readonly<Record<string, string>> = {
  'isapi.config.ts': `import { defineConfig, type UserConfig } from '@isapi-host/host';
    enum Port { Ours = 81 }
    const config: UserConfig = { listen: { port: Port.Ours } };
    export default defineConfig(config);`,
  'isapi.config.mts': 'export default { listen: { port: 81 as number } };',
  'isapi.config.js': 'export default { listen: { port: 81 } };',
  'isapi.config.mjs': 'export default { listen: { port: 81 } };',
  'isapi.config.json': '\uFEFF{ "$schema": "x", "listen": { "port": 81 } }',
};

for (const [name, content] of Object.entries(contents)) {
  test(`${name} in the working directory is read`, async (t) => {
    const cwd = await folderWith(t, { [name]: content, 'package.json': '{ "type": "module" }' });

    const { config, origins, file } = await resolveIn(cwd);

    assert.equal(config.listen.port, 81);
    assert.equal(origins.get('listen.port'), `file ${name}`);
    assert.equal(file, join(cwd, name));
  });
}

test('the first of several config files is read, and the others are warned of', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.mjs': 'export default {};',
    'isapi.config.json': '{}',
  });

  const { file, warnings } = await resolveIn(cwd);

  assert.equal(file, join(cwd, 'isapi.config.mjs'));
  assert.deepEqual(warnings, ['isapi.config.json is not read: isapi.config.mjs goes before it']);
});

test('--config goes before ISAPI_CONFIG, and both before the working directory', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.json': '{ "listen": { "port": 1 } }',
    'a.json': '{ "listen": { "port": 2 } }',
    'b.json': '{ "listen": { "port": 3 } }',
  });

  const byFlag = await resolveIn(cwd, { config: 'b.json' }, { ISAPI_CONFIG: 'a.json' });
  const byEnv = await resolveIn(cwd, {}, { ISAPI_CONFIG: join(cwd, 'a.json') });
  const byNone = await resolveIn(cwd, {}, { ISAPI_CONFIG: '' });

  assert.deepEqual(
    [byFlag, byEnv, byNone].map(({ config }) => config.listen.port),
    [3, 2, 1],
  );
});

test('a file that is named must be there', async (t) => {
  const cwd = await folderWith(t);
  await mkdir(join(cwd, 'folder.json'));

  await assert.rejects(resolveIn(cwd, { config: 'no.json' }), {
    code: 'ISAPI_ERR_CONFIG',
    message: `invalid configuration: flag --config is "no.json"; there is no file ${join(cwd, 'no.json')}`,
  });
  await assert.rejects(resolveIn(cwd, {}, { ISAPI_CONFIG: 'folder.json' }), {
    message: `invalid configuration: env ISAPI_CONFIG is "folder.json"; there is no file ${join(cwd, 'folder.json')}`,
  });
});

for (const config of ['isapi.yaml', 'isapi', '']) {
  test(`a config file cannot be called "${config}"`, async (t) => {
    const cwd = await folderWith(t);

    await assert.rejects(resolveIn(cwd, { config }), {
      message: `invalid configuration: flag --config is "${config}"; expected the name of a file with .ts, .mts, .js, .mjs, .json`,
    });
  });
}

const broken: readonly (readonly [name: string, content: string, problem: RegExp])[] = [
  [
    'isapi.config.json',
    '{\n  "listen": {\n  "port": 1,\n}',
    /cannot be loaded: SyntaxError: .*line 4/,
  ],
  ['isapi.config.json', '', /cannot be loaded: SyntaxError: Unexpected end of JSON input$/],
  [
    'isapi.config.mjs',
    'export default {\n  a: 1\n  b: 2\n};',
    /cannot be loaded: SyntaxError: .* in line 3$/,
  ],
  [
    'isapi.config.ts',
    'const a: number = 1;\nexport default {\n  b: = a };',
    /cannot be loaded: .* in line 3$/,
  ],
  [
    'isapi.config.mjs',
    '\nthrow new TypeError("boom\\nmore");',
    /cannot be loaded: TypeError: boom in line 2$/,
  ],
  ['isapi.config.mjs', 'throw "text";', /cannot be loaded: text was thrown$/],
  [
    'isapi.config.mjs',
    'import "no-such-package";',
    /cannot be loaded: Error: Cannot find package 'no-such-package'/,
  ],
  [
    'isapi.config.mjs',
    'export const config = {};',
    /has no default export; expected export default defineConfig/,
  ],
  [
    'isapi.config.mjs',
    'export default () => ({});',
    /the config is of type function; expected an object with/,
  ],
];

for (const [name, content, problem] of broken) {
  test(`${name} with ${JSON.stringify(content)} ends the start with a clear error`, async (t) => {
    const cwd = await folderWith(t, { [name]: content });

    await assert.rejects(resolveIn(cwd), (error: Error & { readonly code?: string }) => {
      assert.equal(error.code, 'ISAPI_ERR_CONFIG');
      assert.ok(error.message.startsWith(`invalid configuration: ${name}`), error.message);
      assert.match(error.message, problem);
      return true;
    });
  });
}

test('an error keeps what made it as its cause', async (t) => {
  const cwd = await folderWith(t, { 'isapi.config.mjs': 'throw new RangeError("boom");' });

  await assert.rejects(resolveIn(cwd), (error: Error) => error.cause instanceof RangeError);
});
