/*
 * JSON Schemas of what the admin API answers, for its OpenAPI document. Answers are not filtered by them; a test
 * holds real answers against them.
 */

type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };
const ms = { type: 'number', minimum: 0, description: 'ms' };
const flag = { type: 'boolean' };

function nullable(type: 'string' | 'integer' | 'number', description: string): Schema {
  return { type: [type, 'null'], description };
}

/** An object that has all of these, and nothing else. */
function record(properties: Readonly<Record<string, Schema>>): Schema {
  const required = Object.keys(properties);
  return { type: 'object', required, additionalProperties: false, properties };
}

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

const process = { ...count, description: 'the host process it is of' };

const threadProperties = {
  process,
  threadId: { type: 'integer' },
  state: { type: 'string', enum: ['starting', 'idle', 'busy', 'blocked', 'retiring'] },
  sessions: { ...count, description: 'sessions open' },
  claims: { ...count, description: 'requests taken since it joined' },
};

const pool = record({
  name: text,
  state: { type: 'string', enum: ['serving', 'recycling', 'disabled'] },
  isolation: { type: 'string', enum: ['thread', 'process'] },
  generation: { ...count, description: 'raised whenever fresh threads take over' },
  draining: { ...count, description: 'earlier generations that still have requests' },
  threads: listOf(record(threadProperties)),
  maxThreads: count,
  waiting: { ...count, description: 'requests that no thread has taken' },
  inFlight: { ...count, description: 'requests that wait or run' },
  served: { ...count, description: 'requests its threads have taken' },
  maxQueue: count,
  pid: nullable('integer', 'process of its own'),
  rssMb: nullable('number', 'MiB; resident memory of that process'),
});

const times = record({ count, totalMs: { ...ms, description: 'ms, all of them together' } });

const extension = record({
  name: text,
  module: { ...text, description: 'file' },
  pool: text,
  paths: listOf(text),
  scriptMaps: listOf(record({ suffix: text, verbs: listOf(text) })),
  wildcard: nullable('string', 'URL below which it answers everything first'),
  loaded: flag,
  version: nullable('string', 'ISAPI revision it was written for, once loaded'),
  description: nullable('string', 'what getExtensionVersion told'),
  problem: nullable('string', 'why it did not load the last time'),
  requests: { type: 'object', additionalProperties: count, description: 'by status class: 2xx' },
  errors: { type: 'object', additionalProperties: count, description: 'by error code' },
  queue: times,
  run: times,
});

const timesInBuckets = record({
  buckets: { ...listOf(count), description: 'one for each of boundsMs, and one for longer times' },
  totalMs: { ...ms, description: 'ms, all of them together' },
});

type SchemaName =
  | 'host'
  | 'pools'
  | 'pool'
  | 'threads'
  | 'extensions'
  | 'requests'
  | 'traffic'
  | 'faults'
  | 'swapped'
  | 'draining'
  | 'reopened'
  | 'recycling'
  | 'logLevel';

export const schemas: Readonly<Record<SchemaName, Schema>> = {
  host: record({
    version: text,
    node: text,
    pid: { ...count, description: 'the process that answered' },
    processes: { ...count, description: 'host processes that the answer is of' },
    startedAt: { type: 'string', format: 'date-time' },
    uptimeMs: ms,
    draining: flag,
    logLevel: text,
    rssMb: { type: 'number' },
    heapUsedMb: { type: 'number' },
    loopDelayMs: { ...ms, description: 'ms; longest delay of the event loop' },
    requests: { type: 'object', additionalProperties: count, description: 'all, by status class' },
    faults: listOf(record({ evt: text, extension: text, pool: text, count })),
  }),
  pools: record({ pools: listOf(pool) }),
  pool,
  threads: record({ threads: listOf(record({ pool: text, ...threadProperties })) }),
  extensions: record({ extensions: listOf(extension) }),
  requests: record({
    requests: listOf(
      record({
        process,
        requestId: text,
        connId: count,
        pool: text,
        extension: text,
        url: text,
        stage: { type: 'string', enum: ['queued', 'running'] },
        ageMs: { ...ms, description: 'ms since it was queued' },
        threadId: nullable('integer', 'the thread that runs it'),
      }),
    ),
  }),
  traffic: record({
    atMs: { ...ms, description: 'ms on a clock that only goes forward' },
    boundsMs: { ...listOf(ms), description: 'ms; upper bounds of the buckets' },
    extensions: listOf(
      record({
        extension: { ...text, description: "'': what the host answers by itself" },
        pool: text,
        requests: { type: 'object', additionalProperties: count, description: 'by status class' },
        queue: timesInBuckets,
        run: timesInBuckets,
      }),
    ),
  }),
  faults: record({
    faults: listOf(
      record({
        process,
        number: { ...count, description: 'counts the faults since the start, from 1' },
        at: { type: 'string', format: 'date-time' },
        evt: { ...text, description: 'its name in the log' },
        level: { type: 'string', enum: ['info', 'warn', 'error', 'fatal'] },
        message: text,
        extension: nullable('string', 'the extension at fault'),
        pool: nullable('string', 'the pool it happened in'),
        url: nullable('string', 'URL of the request it happened in'),
        requestId: nullable('string', 'that request in the log'),
        errorCode: nullable('string', 'code of the error'),
        reason: { ...text, description: 'message of the error, and what else is known' },
      }),
    ),
  }),
  swapped: record({
    pools: listOf(record({ name: text, generation: count })),
  }),
  draining: record({ draining: flag }),
  reopened: record({ reopened: flag }),
  recycling: record({ recycling: flag }),
  logLevel: record({
    level: {
      type: 'string',
      enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    },
  }),
};
