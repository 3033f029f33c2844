import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startSite, withoutDate } from '../helpers/start-site.ts';

const { port } = await startSite();
const root = new URL('../../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

test("the README's extension is the sample hello", () => {
  const sample = readFileSync(new URL('packages/sdk/examples/hello/index.ts', root), 'utf8');

  assert.equal(block('ts'), sample);
});

test("the README's curl shows what the server answers", async (t) => {
  const [command = '', ...shown] = block('console').split('\n');

  const response = await fetchRaw(t, port, '/samples/hello');

  assert.equal(command, '$ curl -i http://127.0.0.1:8080/samples/hello');
  const answer = `${response.head.replaceAll('\r\n', '\n')}${response.text}\n`;
  assert.equal(withoutDate(answer), withoutDate(shown.join('\n')));
});

test('the README is at most 120 lines', () => {
  assert.ok(readme.split('\n').length <= 121);
});

/** The only code block of this kind. */
function block(kind: string): string {
  const [code = '', ...more] = Array.from(
    readme.matchAll(new RegExp(`\`\`\`${kind}\\n(.*?)\`\`\``, 'gs')),
    ([, text]) => text ?? '',
  );
  assert.deepEqual(more, []);
  return code;
}
