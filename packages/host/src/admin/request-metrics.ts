import type { HostErrorCode } from '../observe/host-error.ts';
import type { ExtensionCounts } from '../observe/request-counts.ts';
import type { AdminHost } from './admin-host.ts';
import { histogramSamples, type Metric, type Sample } from './metric.ts';

/** Errors by which the host refuses a request that it could not take in. */
const SHEDDING: ReadonlySet<HostErrorCode> = new Set([
  'ISAPI_ERR_SERVER_TOO_BUSY',
  'ISAPI_ERR_QUEUE_TIMEOUT',
  'ISAPI_ERR_POOL_DISABLED',
  'ISAPI_ERR_HOST_CLOSING',
  'ISAPI_ERR_HOST_MEMORY',
]);

/** What requests came to. */
export function requestMetrics({ counts, faultCounts }: AdminHost): Metric[] {
  return [
    {
      name: 'isapi_requests_total',
      type: 'counter',
      help: 'Requests answered; without an extension: files, redirects and errors of the host',
      read: () => counts.all().flatMap(statusSamples),
    },
    times('isapi_queue_seconds', 'Time requests waited for a thread', ({ queue }) => queue),
    times('isapi_run_seconds', 'Time sessions ran, from claim to end', ({ run }) => run),
    {
      name: 'isapi_request_errors_total',
      type: 'counter',
      help: 'Requests that failed, by error code',
      read: () => counts.all().flatMap((of) => errorSamples(of, () => true)),
    },
    {
      name: 'isapi_shed_total',
      type: 'counter',
      help: 'Requests refused with 503 as the host could not take them in, by error code',
      read: () => counts.all().flatMap((of) => errorSamples(of, (code) => SHEDDING.has(code))),
    },
    {
      name: 'isapi_faults_total',
      type: 'counter',
      help: 'Faults, by their name in the log',
      read: () =>
        faultCounts.all().map(({ evt, extension, pool, count }) => ({
          labels: { evt, extension, pool },
          value: count,
        })),
    },
  ];

  function times(name: string, help: string, of: (counted: ExtensionCounts) => TimeCounts): Metric {
    const read = (): Sample[] =>
      counts
        .all()
        .filter(({ extension }) => extension !== '')
        .flatMap((counted) => histogramSamples(name, labelsOf(counted), of(counted)));
    return { name, type: 'histogram', help, read };
  }
}

type TimeCounts = ExtensionCounts['queue'];

function labelsOf({ extension, pool }: ExtensionCounts): Readonly<Record<string, string>> {
  return { extension, pool };
}

function statusSamples(counted: ExtensionCounts): Sample[] {
  return [...counted.statuses]
    .map((value, digit) => ({ labels: { ...labelsOf(counted), status: `${digit}xx` }, value }))
    .filter(({ value }) => value > 0);
}

function errorSamples(
  counted: ExtensionCounts,
  isMeant: (code: HostErrorCode) => boolean,
): Sample[] {
  return [...counted.errors]
    .filter(([code]) => isMeant(code))
    .map(([code, value]) => ({ labels: { ...labelsOf(counted), code }, value }));
}
