/** A file of the console, and where it lies. */
export interface ConsoleFile {
  readonly type: string;
  readonly place: URL;
}

/** The page's own modules, compiled; without the suffix. */
const MODULES = [
  'admin-api',
  'main',
  'orders',
  'poller',
  'traffic-history',
  'views/chart',
  'views/confirm-dialog',
  'views/extensions-section',
  'views/faults-section',
  'views/formats',
  'views/host-header',
  'views/notice-bar',
  'views/page',
  'views/pools-section',
  'views/requests-section',
  'views/sign-in',
  'views/table',
  'views/traffic-section',
] as const;

const HTML = 'text/html; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Every file of the console by its URL. There is no other: what a request says never becomes a path. */
export const consoleFiles: ReadonlyMap<string, ConsoleFile> = new Map([
  ['/', { type: HTML, place: written('index.html') }],
  ['/console/console.css', { type: STYLE, place: written('console.css') }],
  ['/console/icon.svg', { type: 'image/svg+xml', place: written('icon.svg') }],
  ['/console/libraries/preact.js', { type: SCRIPT, place: installed('preact') }],
  ['/console/libraries/uplot.js', { type: SCRIPT, place: installed('uplot/dist/uPlot.esm.js') }],
  ['/console/libraries/uplot.css', { type: STYLE, place: installed('uplot/dist/uPlot.min.css') }],
  ...MODULES.map(
    (name) => [`/console/${name}.js`, { type: SCRIPT, place: compiled(name) }] as const,
  ),
]);

function written(path: string): URL {
  return new URL(`../../../console/${path}`, import.meta.url);
}

function compiled(name: string): URL {
  return new URL(`../../console/${name}.js`, import.meta.url);
}

function installed(specifier: string): URL {
  return new URL(import.meta.resolve(specifier));
}
