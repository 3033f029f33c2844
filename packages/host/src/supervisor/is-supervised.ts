/**
 * Whether a command line starts a supervisor. This is read before anything else is loaded; whatever is wrong with the
 * command line, the host process will tell.
 */
export function isSupervised(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const [first = 'start', ...rest] = args;
  const isStart = first === 'start' || first.startsWith('-');
  const asksText = [first, ...rest].some((word) => TEXT_FLAGS.has(word));
  if (!isStart || asksText) return false;
  const flag = args.findLast((word) => SWITCH.test(word));
  if (flag !== undefined) return flag === '--supervise' || flag === '--supervise=true';
  return !['false', '0'].includes(env['ISAPI_SUPERVISE']?.trim().toLowerCase() ?? '');
}

/** These print something and end. */
const TEXT_FLAGS: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-v']);

const SWITCH = /^--(no-)?supervise(=|$)/;
