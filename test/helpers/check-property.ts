import * as fc from 'fast-check';

/** Checks a property over generated values. A failure prints the seed; ISAPI_TEST_SEED runs it again. */
export function checkProperty<Values>(
  property: fc.IProperty<Values>,
  parameters: fc.Parameters<Values> = {},
): void {
  fc.assert(property, { ...parameters, ...seed() });
}

/** The same for a property that has to be awaited. */
export function checkAsyncProperty<Values>(
  property: fc.IAsyncProperty<Values>,
  parameters: fc.Parameters<Values> = {},
): Promise<void> {
  return fc.assert(property, { ...parameters, ...seed() });
}

function seed(): { readonly seed?: number } {
  const text = process.env['ISAPI_TEST_SEED'];
  return text === undefined ? {} : { seed: Number(text) };
}
