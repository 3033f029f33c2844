import { displayName } from '../config/config-file.ts';
import type { ExtensionConfig } from '../config/host-config.ts';
import type { Texts } from '../config/read-texts.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { type ExtensionFinding, exitCodes, type Shell } from './shell.ts';
import { tableText } from './table-text.ts';

/** `isapi extensions`: prints each listed extension, where it runs, what answers to it, and what it says of itself. */
export async function listExtensions(shell: Shell, flags: Texts): Promise<number> {
  const { env, cwd } = shell;
  const { config } = await resolveConfig({ flags, env, cwd });
  const host = await shell.openHost(config);
  const findings = await host.inspect().finally(() => host.close());
  const listed = findings.flatMap((finding) => {
    const settings = config.extensions[finding.extension];
    return settings === undefined ? [] : [{ finding, settings }];
  });
  const text = flags['json'] === 'true' ? asJson(listed) : asTable(listed, cwd);
  shell.print(text);
  const hasProblem = findings.some(({ problem }) => problem !== undefined);
  return hasProblem ? exitCodes.problem : exitCodes.done;
}

interface Listed {
  readonly finding: ExtensionFinding;
  readonly settings: ExtensionConfig;
}

function asJson(listed: readonly Listed[]): string {
  const extensions = listed.map(({ finding, settings }) => ({
    name: finding.extension,
    module: finding.module,
    pool: settings.pool,
    answers: answersOf(settings),
    version: finding.version === undefined ? null : versionText(finding.version),
    description: finding.description ?? null,
    problem: finding.problem ?? null,
  }));
  return `${JSON.stringify(extensions, null, 2)}\n`;
}

function asTable(listed: readonly Listed[], cwd: string): string {
  const rows = listed.map(({ finding, settings }) => [
    finding.extension,
    settings.pool,
    answersOf(settings).join(', ') || 'its file',
    finding.version === undefined ? '-' : versionText(finding.version),
    displayName(finding.module, cwd),
    finding.problem === undefined ? (finding.description ?? '') : `PROBLEM: ${finding.problem}`,
  ]);
  return tableText([['NAME', 'POOL', 'ANSWERS', 'VERSION', 'MODULE', 'DESCRIPTION'], ...rows]);
}

function answersOf({ paths, scriptMaps, wildcard }: ExtensionConfig): string[] {
  return [
    ...paths,
    ...scriptMaps.map(({ suffix, verbs }) => [`*${suffix}`, ...verbs].join(' ')),
    ...(wildcard === undefined ? [] : [`all under ${wildcard.under}`]),
  ];
}

/** ISAPI: MAKELONG(minor, major). */
function versionText(version: number): string {
  return `${version >>> 16}.${version & 0xffff}`;
}
