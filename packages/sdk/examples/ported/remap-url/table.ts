/** What becomes of a URL. */
export type Target =
  /** Whatever would have answered without this extension. */
  | { readonly kind: 'pass' }
  | { readonly kind: 'error'; readonly status: string; readonly subError: number }
  | { readonly kind: 'redirect'; readonly url: string }
  /** Another URL of this server, inside this request. */
  | { readonly kind: 'run'; readonly url: string };

/** SCRIPT_NAME to what becomes of it. ISAPI's sample read it from an INI file; what is not in it is passed on. */
export const TABLE: ReadonlyMap<string, Target> = new Map<string, Target>([
  ['/ported/remap-url/hello', { kind: 'run', url: '/samples/hello' }],
  ['/ported/remap-url/variables', { kind: 'run', url: '/samples/variables?mapped' }],
  ['/ported/remap-url/elsewhere', { kind: 'redirect', url: 'http://www.example.com/' }],
  ['/ported/remap-url/gone', { kind: 'error', status: '410 Gone', subError: 0 }],
  // Of another pool.
  ['/ported/remap-url/download', { kind: 'run', url: '/samples/download' }],
]);
