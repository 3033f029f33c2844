/** What a segment of a URL can be: the name of a file, a name that stays hidden, or no name at all. */
export type NameKind = 'plain' | 'hidden' | 'unusable';

/**
 * Judges a decoded segment.
 *
 * Names that Windows would read as another file are no names, on every system: streams (`a.asp::$DATA`), dots and
 * spaces at the end, short names (`PAGE~1.ASP`), devices (`nul.txt`).
 */
export function judgeName(name: string): NameKind {
  if (name === '') return 'unusable';
  if (name.startsWith('.')) return 'hidden';
  if (/[\\/:]|[. ]$|~\d+(?:\.|$)/.test(name)) return 'unusable';
  return DEVICE.test(name) ? 'unusable' : 'plain';
}

const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³]) *(?:\.|$)/i;

/** Whether the name is that of an extension that answers by its file. */
export function isModuleName(name: string): boolean {
  return /.\.isapi\.(?:js|mjs|ts)$/i.test(name);
}
