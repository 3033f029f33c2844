import type { ExtensionConfig } from '../../config/host-config.ts';
import type { ExtensionCounts, TimeCounts } from '../../observe/request-counts.ts';
import type { AdminHost } from '../admin-host.ts';
import type { LoadProblems } from './load-problems.ts';

/** The listed extensions, as the API tells of them. */
export function viewExtensions(host: AdminHost, problems: LoadProblems): object[] {
  const counts = new Map(host.counts.all().map((counted) => [counted.extension, counted]));
  return Object.entries(host.config.extensions).map(([name, config]) =>
    Object.assign(
      { name, problem: problems.of(name) },
      viewConfig(config),
      viewLoaded(host, config),
      viewCounts(counts.get(name)),
    ),
  );
}

/** Requests by status class: `{ '2xx': 12 }`. */
export function viewStatuses(counted: readonly ExtensionCounts[]): Record<string, number> {
  const view: Record<string, number> = {};
  for (const { statuses } of counted) {
    for (const [digit, count] of statuses.entries()) {
      if (count > 0) view[`${digit}xx`] = (view[`${digit}xx`] ?? 0) + count;
    }
  }
  return view;
}

function viewConfig({ module, pool, paths, scriptMaps, wildcard }: ExtensionConfig): object {
  return {
    module,
    pool,
    paths,
    scriptMaps: scriptMaps.map(({ suffix, verbs }) => ({ suffix, verbs })),
    wildcard: wildcard?.under ?? null,
  };
}

function viewLoaded({ keepers }: AdminHost, { module, pool }: ExtensionConfig): object {
  const loaded = keepers.get(pool)?.status().extensions;
  const own = loaded?.find((extension) => extension.module === module);
  return {
    loaded: own !== undefined,
    version: own === undefined ? null : versionText(own.version),
    description: own?.description ?? null,
  };
}

function viewCounts(counted: ExtensionCounts | undefined): object {
  return {
    requests: viewStatuses(counted === undefined ? [] : [counted]),
    errors: Object.fromEntries(counted?.errors ?? []),
    queue: viewTimes(counted?.queue),
    run: viewTimes(counted?.run),
  };
}

function viewTimes(times: TimeCounts | undefined): object {
  if (times === undefined) return { count: 0, totalMs: 0 };
  return { count: times.buckets.reduce((sum, count) => sum + count, 0), totalMs: times.sum };
}

/** ISAPI: MAKELONG(minor, major). */
function versionText(version: number): string {
  return `${version >>> 16}.${version & 0xffff}`;
}
