import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const readme = fileURLToPath(new URL('../../../../packages/sdk/README.md', import.meta.url));

test("the README's extension passes the README's test", async (t) => {
  const folder = await mkdtemp(join(here, 'readme-'));
  t.after(() => rm(folder, { recursive: true }));
  const text = await readFile(readme, 'utf8');
  const [extension = '', itsTest = '', ...more] = Array.from(
    text.matchAll(/```js\n(.*?)```/gs),
    ([, code]) => code ?? '',
  );
  await writeFile(join(folder, 'hello.js'), extension);
  await writeFile(join(folder, 'hello-test.js'), itsTest);

  const env = { ...process.env };
  delete env['NODE_TEST_CONTEXT']; // else the inner run reports to the outer one
  const { stdout } = await promisify(execFile)(process.execPath, ['hello-test.js'], {
    cwd: folder,
    env,
  });

  assert.deepEqual(more, []);
  assert.match(stdout, /the name in the query is greeted/);
});
