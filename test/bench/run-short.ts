import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bench = fileURLToPath(new URL('./bench.js', import.meta.url));
const runFile = promisify(execFile);

/** The shortest run of a part, for tests. It exits with 1, and so rejects, if one byte of one answer was wrong. */
export async function runShort(...args: readonly string[]): Promise<string> {
  const { stdout } = await runFile(process.execPath, [bench, ...args, '--short']);
  return stdout;
}
