import {
  defineExtension,
  HSE_VERSION,
  type Extension,
  type ExtensionControlBlock,
  type HseStatus,
} from '@isapi-host/sdk';

/** An extension that is one proc. */
export function extensionOf(
  httpExtensionProc: (ecb: ExtensionControlBlock) => HseStatus | Promise<HseStatus>,
): Extension {
  return defineExtension({
    getExtensionVersion: () => ({ version: HSE_VERSION, description: 'test' }),
    httpExtensionProc,
  });
}
