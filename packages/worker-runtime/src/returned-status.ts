import {
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  type HseStatus,
} from '@isapi-host/sdk';

/** What httpExtensionProc returned, as a status; `undefined`: it is none. 0 is success: hosts of the time took it so. */
export function readStatus(returned: unknown): HseStatus | undefined {
  switch (returned) {
    case 0:
      return HSE_STATUS_SUCCESS;
    case HSE_STATUS_SUCCESS:
    case HSE_STATUS_SUCCESS_AND_KEEP_CONN:
    case HSE_STATUS_PENDING:
    case HSE_STATUS_ERROR:
      return returned;
    default:
      return undefined;
  }
}

/** Says what was returned in place of a status. */
export function describeNoStatus(returned: unknown): string {
  const shown =
    typeof returned === 'number' || typeof returned === 'boolean'
      ? String(returned)
      : typeof returned;
  return `httpExtensionProc returned ${shown}: expected HSE_STATUS_SUCCESS (1), SUCCESS_AND_KEEP_CONN (2), PENDING (3) or ERROR (4)`;
}
