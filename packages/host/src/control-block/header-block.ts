/** Joins raw headers to the block a control block carries: `Name: value` lines, each ended by CR LF. */
export function buildHeaderBlock(rawHeaders: readonly string[]): string {
  let block = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    // Not a template: V8 joins its parts one by one before they are added.
    block = block + rawHeaders[i] + ': ' + rawHeaders[i + 1] + '\r\n';
  }
  return block;
}
