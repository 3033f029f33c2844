import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { rows } from '@isapi-host/host/internal/config/setting';
import { parseAllDocuments } from 'yaml';

const folder = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const read = (name: string): string => readFileSync(folder + name, 'utf8');

test('every ISAPI_ variable in deploy/ is one of the host', () => {
  const known = new Set(['ISAPI_CONFIG']);
  for (const { variable } of Object.values(rows)) known.add(variable);

  for (const name of readdirSync(folder)) {
    for (const [variable] of read(name).matchAll(/ISAPI_[A-Z_]+/g)) {
      assert.ok(known.has(variable), `${name}: ${variable}`);
    }
  }
});

interface Manifest {
  readonly kind: string;
  readonly spec: {
    readonly template?: {
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
      };
    };
    readonly metrics?: readonly { readonly pods: { readonly metric: { readonly name: string } } }[];
  };
}

interface Container {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

test('the Kubernetes manifests parse, and agree with the host on ports, time to drain, and the metric to scale on', () => {
  const documents = parseAllDocuments(read('kubernetes.yaml'));
  for (const { errors, warnings } of documents) assert.deepEqual([errors, warnings], [[], []]);
  const manifests = documents.map((document) => document.toJS() as Manifest);
  const byKind = new Map(manifests.map((manifest) => [manifest.kind, manifest]));

  assert.deepEqual(
    [...byKind.keys()],
    ['Deployment', 'Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'],
  );
  const { terminationGracePeriodSeconds: grace = 0, containers = [] } =
    byKind.get('Deployment')?.spec.template?.spec ?? {};
  const ports = containers[0]?.ports.map(({ containerPort }) => containerPort);
  assert.deepEqual(ports, [rows['listen.port'].fallback, rows['admin.port'].fallback]);
  const drain = containers[0]?.env.find(({ name }) => name === 'ISAPI_SHUTDOWN_TIMEOUT_MS');
  assert.ok(grace * 1000 >= Number(drain?.value) + 10_000, `${grace} s`);
  const metric = byKind.get('HorizontalPodAutoscaler')?.spec.metrics?.[0]?.pods.metric.name;
  assert.equal(metric, 'isapi_requests_waiting');
});

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

test(
  'systemd finds little to attack in the unit, and nothing wrong with it',
  { skip: hasAnalyze ? false : 'systemd-analyze is not installed' },
  () => {
    const options = ['security', '--offline=true', '--threshold=25', `${folder}isapi-host.service`];
    const { status, stdout, stderr } = spawnSync('systemd-analyze', options, { encoding: 'utf8' });

    assert.equal(status, 0, stdout + stderr);
    assert.equal(stderr, '');
  },
);
