// Runs the tests on the other versions of Node that are supported, each fetched by npx:
//   node test/nodes.js                  everything on each
//   node test/nodes.js 24 26 dispatch   files whose path holds the word, on two of them
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const words = process.argv.slice(2);
const isVersion = (word) => /^\d+$/.test(word);
const asked = words.filter(isVersion);
const versions = asked.length > 0 ? asked : ['22', '24', '26'];
const run = fileURLToPath(new URL('run.js', import.meta.url));

const results = {};
for (const version of versions) {
  // npx puts it before all others on the path, so that processes of the tests find it too.
  const npx = ['--yes', `--package=node@${version}`, '--', 'node'];
  const options = { encoding: 'utf8', shell: process.platform === 'win32' };
  const { stdout } = spawnSync('npx', [...npx, '--version'], options);
  const tests = [run, ...words.filter((word) => !isVersion(word))];
  const { status } = spawnSync('npx', [...npx, ...tests], { ...options, stdio: 'inherit' });
  results[version] = { version: stdout.trim(), tests: status === 0 ? 'passed' : 'failed' };
  if (status !== 0) process.exitCode = 1;
}
console.table(results);
