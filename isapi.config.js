// The sample site: what `npm start` serves. Every path is relative to this file.
import { defineConfig } from '@isapi-host/host';

const examples = './packages/sdk/examples';

/** A sample that answers at /samples/NAME. */
function sample(name) {
  return { module: `${examples}/dist/${name}/index.js`, paths: [`/samples/${name}`] };
}

/** A sample of the ISAPI kit, at /ported/NAME. */
function ported(name) {
  return { module: `${examples}/dist/ported/${name}/index.js`, paths: [`/ported/${name}`] };
}

/** One that sees everything below /ported/NAME first. */
function portedMap(name) {
  const { module } = ported(name);
  return { module, wildcard: { under: `/ported/${name}`, order: 1 } };
}

export default defineConfig({
  site: {
    name: 'Samples',
    root: `${examples}/site`,
    defaultDocuments: ['index.html', 'index.md'],
    virtualDirectories: {
      '/scripts': { path: `${examples}/scripts`, access: ['execute'] },
      '/pages': { path: `${examples}/pages`, access: ['read', 'script'] },
    },
  },
  extensions: {
    hello: sample('hello'),
    variables: sample('variables'),
    form: sample('form'),
    upload: { ...sample('upload'), pool: 'streams' },
    'upload-blocking': { ...sample('upload-blocking'), pool: 'blocking' },
    download: { ...sample('download'), pool: 'streams' },
    redirect: sample('redirect'),
    'send-url': sample('send-url'),
    'keep-alive': sample('keep-alive'),
    pending: sample('pending'),
    // These answer by their file. Only what is listed runs.
    'hello-file': { module: `${examples}/scripts/hello.isapi.js` },
    visits: { module: `${examples}/scripts/visits.isapi.ts` },
    markdown: {
      module: `${examples}/dist/markdown/index.js`,
      scriptMaps: [{ suffix: '.md', verbs: ['GET', 'HEAD'] }],
    },
    // The samples of the ISAPI kit. Those of the profile classic are in examples/ported/isapi.config.js.
    'ported-simple': {
      ...ported('simple'),
      paths: ['/ported/simple', '/ported/remap-url/simple'],
    },
    'ported-dump-vars': ported('dump-vars'),
    'ported-redirect': ported('redirect'),
    'ported-keep-alive': ported('keep-alive'),
    'ported-keep-alive-with-threads': { ...ported('keep-alive-with-threads'), pool: 'queue' },
    'ported-worker-thread': ported('worker-thread'),
    'ported-sync-read': { ...ported('sync-read'), pool: 'blocking' },
    'ported-async-read': {
      ...ported('async-read'),
      paths: ['/ported/async-read', '/ported/up-case/async-read'],
    },
    'ported-dump-request-info': ported('dump-request-info'),
    'ported-remap-url': portedMap('remap-url'),
    'ported-up-case': portedMap('up-case'),
  },
  pools: {
    // However slow a client is, its upload or download may take as long as it takes.
    streams: { minThreads: 0, requestTimeoutMs: 0 },
    // A blocking call stops its thread. Here it stops only others of its kind, and not for ever.
    blocking: { minThreads: 0, maxThreads: 2 },
    // Its extension has a queue of its own, and what a module keeps belongs to one thread.
    queue: { minThreads: 0, maxThreads: 1 },
  },
});
