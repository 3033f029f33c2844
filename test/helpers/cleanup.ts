/** What closes things after a test; `t` of node:test is one, and so is node:test itself for a whole file. */
export interface Closing {
  after(close: () => Promise<void> | void): void;
}

type Close = () => Promise<void> | void;

const stacks = new WeakMap<Closing, Close[]>();

/** Closes something after the test: what was opened last is closed first. */
export function closeAfter(t: Closing, close: Close): void {
  const known = stacks.get(t);
  if (known !== undefined) {
    known.push(close);
    return;
  }
  const stack = [close];
  stacks.set(t, stack);
  t.after(async () => {
    for (const last of stack.toReversed()) await last();
  });
}
