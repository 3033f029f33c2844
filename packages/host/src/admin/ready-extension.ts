import { HSE_STATUS_SUCCESS, HSE_VERSION } from '@isapi-host/sdk';
import type { HseStatus, VersionInfo } from '@isapi-host/sdk';

/** The extension that answers readiness probes: a pool whose threads run it runs others. */
export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'readiness probe of the host' };
}

export function httpExtensionProc(): HseStatus {
  return HSE_STATUS_SUCCESS;
}
