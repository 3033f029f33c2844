import { HostError } from '../observe/host-error.ts';

/** One error for all problems of a configuration: a sentence, or a summary with a line for each. */
export function configError(problems: readonly string[], options?: ErrorOptions): HostError {
  const [first = ''] = problems;
  const message =
    problems.length === 1
      ? `invalid configuration: ${first}`
      : [`invalid configuration, ${problems.length} problems:`, ...problems].join('\n  ');
  return new HostError('ISAPI_ERR_CONFIG', message, options);
}

/** A place in a config as JavaScript would write it: `extensions.hello.paths[0]`. */
export function keyText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the config';
  return path.map(stepText).join('').replace(/^\./, '');
}

function stepText(key: PropertyKey): string {
  const isName = typeof key === 'string' && /^[\w$-]+$/.test(key);
  return isName ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A value for a message, on one line and not long. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === null ? 'null' : `of type ${typeof value}`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
