// Of every host subject, path /dies: ends its thread, at once or by never coming back.
import { type ExtensionControlBlock, HSE_VERSION, type VersionInfo } from '@isapi-host/sdk';

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench dies' };
}

export function httpExtensionProc(ecb: ExtensionControlBlock): never {
  if (ecb.queryString === 'exit') process.exit(1);
  for (;;);
}
