import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeAfter, type Closing } from './cleanup.ts';

/** Makes a folder that goes away after the test. */
export function tempFolder(t: Closing): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'isapi-test-')));
  closeAfter(t, () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
