import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { HSE_TERM_MUST_UNLOAD } from '@isapi-host/sdk';
import {
  ExtensionRegistry,
  type RegistryObserver,
} from '@isapi-host/worker-runtime/internal/extension-registry';

const folder = mkdtempSync(join(tmpdir(), 'isapi-registry-'));
after(() => {
  rmSync(folder, { recursive: true });
});

/** Extensions of these tests note here what happens to them. */
const events: string[] = [];
(globalThis as { registryEvents?: string[] }).registryEvents = events;

/** Writes a module that notes its steps; `terminate` is the body of its terminateExtension. */
function moduleOf(name: string, { top = '', terminate = '' } = {}): string {
  const path = join(folder, `${name}.mjs`);
  const note = (step: string): string => `globalThis.registryEvents.push('${name} ${step}');`;
  writeFileSync(
    path,
    `${note('attach')}
     ${top}
     export async function getExtensionVersion() {
       ${note('version')}
       return { version: 1, description: '${name}' };
     }
     export const httpExtensionProc = () => 1;
     export async function terminateExtension(flags) {
       globalThis.registryEvents.push('${name} terminate ' + flags);
       ${terminate}
     }`,
  );
  return path;
}

function eventsOf(name: string): readonly string[] {
  return events
    .filter((event) => event.startsWith(`${name} `))
    .map((event) => event.slice(name.length + 1));
}

class Observer implements RegistryObserver {
  readonly loads: string[] = [];
  readonly failures: unknown[] = [];

  loaded(_module: string, { description }: { readonly description: string }): void {
    this.loads.push(description);
  }

  terminateFailed(_module: string, error: unknown): void {
    this.failures.push(error);
  }
}

test('all who ask while a module loads wait for the one load', async () => {
  const observer = new Observer();
  const registry = new ExtensionRegistry(observer, 5000);
  const module = moduleOf('shared');
  assert.equal(registry.get(module), undefined);

  const loaded = await Promise.all([1, 2, 3].map(() => registry.load(module)));

  assert.equal(new Set(loaded).size, 1);
  assert.equal(registry.get(module), loaded[0]);
  assert.deepEqual(eventsOf('shared'), ['attach', 'version']);
  assert.deepEqual(observer.loads, ['shared']);
});

test('F85: a failed load is remembered for a second, then tried again, whatever the clock is set to', async (t) => {
  let now = 1_000_000;
  t.mock.method(performance, 'now', () => now);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const registry = new ExtensionRegistry(new Observer(), 5000);
  const module = moduleOf('mended', { top: 'throw new Error("broken");' });
  await assert.rejects(registry.load(module), { code: 'ISAPI_ERR_EXTENSION_LOAD' });
  moduleOf('mended');

  now += 900;
  t.mock.timers.setTime(Date.now() + 86_400_000);
  await assert.rejects(registry.load(module), { code: 'ISAPI_ERR_EXTENSION_LOAD' });
  assert.deepEqual(eventsOf('mended'), ['attach']);

  now += 200;
  t.mock.timers.setTime(Date.now() - 2 * 86_400_000);
  assert.equal((await registry.load(module)).description, 'mended');
});

test('terminate calls TerminateExtension of every loaded extension, once', async () => {
  const registry = new ExtensionRegistry(new Observer(), 5000);
  await registry.load(moduleOf('first'));
  await registry.load(moduleOf('second'));

  await registry.terminate(HSE_TERM_MUST_UNLOAD);
  await registry.terminate(HSE_TERM_MUST_UNLOAD);

  assert.deepEqual(eventsOf('first'), ['attach', 'version', 'terminate 2']);
  assert.deepEqual(eventsOf('second'), ['attach', 'version', 'terminate 2']);
});

test('a terminateExtension that throws is reported, and the others are still called', async () => {
  const observer = new Observer();
  const registry = new ExtensionRegistry(observer, 5000);
  await registry.load(moduleOf('thrower', { terminate: 'throw new Error("unwilling");' }));
  await registry.load(moduleOf('after-thrower'));

  await registry.terminate(HSE_TERM_MUST_UNLOAD);

  assert.match(String(observer.failures[0]), /unwilling/);
  assert.ok(eventsOf('after-thrower').includes('terminate 2'));
});

test('a terminateExtension that never ends is given up, and the others are still called', async (t) => {
  const observer = new Observer();
  const registry = new ExtensionRegistry(observer, 5000);
  await registry.load(moduleOf('hanger', { terminate: 'await new Promise(() => {});' }));
  await registry.load(moduleOf('after-hanger'));
  t.mock.timers.enable({ apis: ['setTimeout'] });

  const terminated = registry.terminate(HSE_TERM_MUST_UNLOAD);
  while (!eventsOf('after-hanger').includes('terminate 2')) {
    t.mock.timers.tick(5000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await terminated;

  assert.equal(observer.failures.length, 1);
});

test('an extension without terminateExtension is left alone', async () => {
  const observer = new Observer();
  const registry = new ExtensionRegistry(observer, 5000);
  const path = join(folder, 'plain.mjs');
  writeFileSync(
    path,
    "export const getExtensionVersion = () => ({ version: 1, description: 'plain' });\n" +
      'export const httpExtensionProc = () => 1;\n',
  );
  await registry.load(path);

  await registry.terminate(HSE_TERM_MUST_UNLOAD);

  assert.deepEqual(observer.failures, []);
});
