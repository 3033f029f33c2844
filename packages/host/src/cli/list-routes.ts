import type { HostConfig } from '../config/host-config.ts';
import type { Texts } from '../config/read-texts.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { NameSpace } from '../name-space/name-space.ts';
import type { Resolution, Via } from '../name-space/resolution.ts';
import { exitCodes, type Shell } from './shell.ts';
import { tableText } from './table-text.ts';

/** `isapi routes`: prints what answers which URLs; with a URL, what answers that one, and why. */
export async function listRoutes(shell: Shell, flags: Texts): Promise<number> {
  const { env, cwd } = shell;
  const { config } = await resolveConfig({ flags, env, cwd });
  const { url, method = 'GET' } = flags;
  if (url === undefined) {
    shell.print(tableText([['ORDER', 'URL', 'ANSWERED BY'], ...routesOf(config)]));
    return exitCodes.done;
  }
  const resolution = await new NameSpace(config).resolve(url, method.toUpperCase());
  shell.print(tableText(rowsOf(resolution)));
  return resolution.kind === 'refused' ? exitCodes.problem : exitCodes.done;
}

/** In the order in which the name space tries them. */
function routesOf({ site, extensions, unlistedExtensions }: HostConfig): string[][] {
  const listed = Object.entries(extensions);
  const wildcards = listed
    .flatMap(([name, { wildcard }]) => (wildcard === undefined ? [] : [{ name, ...wildcard }]))
    .toSorted((a, b) => a.order - b.order)
    .map(({ name, under }) => ['1 wildcard', below(under), `extension ${name}`]);
  const paths = listed.flatMap(([name, of]) =>
    of.paths.map((path) => ['2 path', `${path}, ${below(path)}`, `extension ${name}`]),
  );
  const folders = Object.entries(site.virtualDirectories);
  const modules = folders
    .filter(([, { access }]) => access.includes('execute'))
    .map(([prefix]) => [
      '3 module',
      below(prefix),
      unlistedExtensions ? 'modules by their file' : 'listed modules by their file',
    ]);
  const scripts = listed.flatMap(([name, { scriptMaps }]) =>
    scriptMaps.map(({ suffix, verbs }) => [
      '4 script map',
      [`*${suffix}`, ...verbs].join(' '),
      `extension ${name}`,
    ]),
  );
  const files = [...folders, ['/', { path: site.root, access: ['read'] }] as const]
    .filter(([, { access }]) => access.includes('read'))
    .map(([prefix, { path }]) => ['5 file', below(prefix), path]);
  return [...wildcards, ...paths, ...modules, ...scripts, ...files];
}

function below(prefix: string): string {
  return prefix === '/' ? '/*' : `${prefix}/*`;
}

const becauseOf: Readonly<Record<Via, string>> = {
  file: 'the URL names the module file',
  path: 'a path in `paths`',
  scriptMap: 'a script map: the suffix of the file',
  wildcard: 'a wildcard map, before all others',
};

function rowsOf(resolution: Resolution): string[][] {
  switch (resolution.kind) {
    case 'extension': {
      const { extension, via, scriptName, pathInfo, pathTranslated } = resolution;
      return [
        ['answered by', `extension ${extension.name}`],
        ['because of', becauseOf[via]],
        ['module', extension.module],
        ['pool', extension.pool],
        ['SCRIPT_NAME', scriptName],
        ['PATH_INFO', pathInfo],
        ...(pathTranslated === undefined ? [] : [['PATH_TRANSLATED', pathTranslated]]),
      ];
    }
    case 'file':
      return [
        ['answered by', `file ${resolution.path}`],
        ['because of', 'no extension answers it, and there is such a file'],
      ];
    case 'redirect':
      return [
        ['answered by', `redirect to ${resolution.location}`],
        ['because of', 'it names a folder without a slash at the end'],
      ];
    case 'refused': {
      const { statusCode, subStatus, reason } = resolution;
      const status = subStatus === 0 ? String(statusCode) : `${statusCode}.${subStatus}`;
      return [
        ['answered by', `error ${status}`],
        ['because of', reason],
      ];
    }
    default:
      return resolution satisfies never;
  }
}
