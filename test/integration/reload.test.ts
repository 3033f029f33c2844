import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { PoolKeeper } from '@isapi-host/host';
import { hammer } from '../helpers/hammer.ts';
import { fixtures } from '../helpers/fixtures.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { type HostOptions, startHost } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** A module that answers the text of a module beside it. */
function moduleText(version: number, description: string, import_ = './text.mjs'): string {
  return `
    import { text } from '${import_}';
    export const getExtensionVersion = () => ({ version: ${version}, description: '${description}' });
    export function httpExtensionProc(ecb) { ecb.writeClient('${description} ' + text); return 1; }
  `;
}

interface Versioned {
  readonly port: number;
  readonly folder: string;
  readonly keeper: PoolKeeper;
  /** Writes a version of the module and of the one it imports. */
  readonly write: (version: number) => void;
  readonly writeModule: (text: string) => void;
}

/** A host of one extension whose files are written anew. */
async function startVersioned(
  t: test.TestContext,
  file = 'versioned.mjs',
  options: HostOptions = {},
): Promise<Versioned> {
  const folder = tempFolder(t);
  const module = join(folder, file);
  const writeModule = (text: string): void => writeFileSync(module, text);
  const write = (version: number): void => {
    writeFileSync(join(folder, 'text.mjs'), `export const text = 'text ${version}';`);
    writeModule(moduleText(version, `version ${version}`));
  };
  write(1);
  const { host, port } = await startHost(t, {
    pools: { default: { minThreads: 1, maxThreads: 1 } },
    ...options,
    extensions: { versioned: { module, paths: ['/versioned'] }, ...options.extensions },
  });
  const keeper = host.pools.get('default');
  assert.ok(keeper !== undefined);
  return { port, folder, keeper, write, writeModule };
}

for (const file of ['versioned.mjs', 'versioned.ts']) {
  test(`a reload puts the new files of ${file} in place, and nothing else does`, async (t) => {
    const { port, keeper, write } = await startVersioned(t, file);
    assert.equal((await fetchRaw(t, port, '/versioned')).text, 'version 1 text 1');

    write(2);
    assert.equal((await fetchRaw(t, port, '/versioned')).text, 'version 1 text 1');
    assert.deepEqual(await keeper.reload(), { ok: true, generation: 2 });

    assert.equal((await fetchRaw(t, port, '/versioned')).text, 'version 2 text 2');
    const { generation, extensions } = keeper.status();
    assert.equal(generation, 2);
    assert.deepEqual(
      extensions.map(({ version, description }) => [version, description]),
      [[2, 'version 2']],
    );
  });
}

const broken = {
  'cannot be parsed': ['export const = 1;', 'ISAPI_ERR_EXTENSION_LOAD'],
  'throws at its top level': ['throw new Error("no");', 'ISAPI_ERR_EXTENSION_LOAD'],
  'ends its thread while it loads': ['process.exit(1);', 'ISAPI_ERR_THREAD_LOST'],
  'refuses its version': [
    'export const getExtensionVersion = () => false; export function httpExtensionProc() {}',
    'ISAPI_ERR_EXTENSION_VERSION',
  ],
} as const;

for (const [what, [text, code]] of Object.entries(broken)) {
  test(`a version that ${what} leaves the one before in place`, async (t) => {
    const { port, keeper, writeModule } = await startVersioned(t);
    await fetchRaw(t, port, '/versioned');

    writeModule(text);
    const swap = await keeper.reload();

    assert.ok(!swap.ok);
    assert.deepEqual(
      swap.problems.map(({ error }) => error.code),
      [code],
    );
    assert.equal((await fetchRaw(t, port, '/versioned')).text, 'version 1 text 1');
    const { generation, state } = keeper.status();
    assert.deepEqual({ generation, state }, { generation: 1, state: 'serving' });
  });
}

test('20 versions are put in place under load, and no request fails', async (t) => {
  const { port, keeper, write } = await startVersioned(t);
  let newest = 1;
  const load = await hammer(t, {
    port,
    clients: 4,
    ask: () => ({ target: '/versioned' }),
    check: (answer) => {
      const [, module, text] = /^version (\d+) text (\d+)$/.exec(answer) ?? [];
      // Never a mix, and never a version that is not there yet.
      assert.equal(module, text, answer);
      assert.ok(Number(module) <= newest, answer);
    },
  });

  for (let version = 2; version <= 21; version += 1) {
    newest = version;
    write(version);
    assert.deepEqual(await keeper.reload(), { ok: true, generation: version });
    await load.more(4);
  }
  await load.stop();

  assert.equal((await fetchRaw(t, port, '/versioned')).text, 'version 21 text 21');
});

test('with watch a file that a module imports from beside it is enough', async (t) => {
  const { port, keeper, folder } = await startVersioned(t, 'versioned.mjs', { watch: true });
  await fetchRaw(t, port, '/versioned');

  // The watcher begins by itself: what is written before it has is not seen.
  for (let text = 2; keeper.status().generation === 1; text += 1) {
    writeFileSync(join(folder, 'text.mjs'), `export const text = 'text ${text}';`);
    for (let tries = 0; tries < 100 && keeper.status().generation === 1; tries += 1) {
      await fetchRaw(t, port, '/versioned');
    }
  }

  const { text } = await fetchRaw(t, port, '/versioned');
  assert.match(text, /^version 1 text \d+$/);
  assert.notEqual(text, 'version 1 text 1');
});

test('a thread that finds other files than its pool runs has the whole pool run them', async (t) => {
  const { port, keeper, folder, write } = await startVersioned(t, 'versioned.mjs', {
    extensions: {
      blocks: { module: join(fixtures, 'blocks-until-file.mjs'), paths: ['/blocks'] },
    },
    pools: { default: { minThreads: 1, maxThreads: 2 } },
  });
  await fetchRaw(t, port, '/versioned');
  const free = join(folder, 'free');
  const blocked = await RawClient.connect(t, port);
  await blocked.request(`/blocks?${encodeURIComponent(free)}`).nextHead();

  write(2);
  // The thread that has loaded it is blocked: another one has to.
  const answer = await fetchRaw(t, port, '/versioned');
  while (keeper.status().generation === 1) await fetchRaw(t, port, '/versioned');
  writeFileSync(free, '');

  assert.equal(answer.text, 'version 2 text 2');
});
