/** Major number of the ISAPI revision that this package describes. ISAPI: `HSE_VERSION_MAJOR`. */
export const HSE_VERSION_MAJOR = 8 as const;

/** Minor number of the ISAPI revision that this package describes. ISAPI: `HSE_VERSION_MINOR`. */
export const HSE_VERSION_MINOR = 0 as const;

/**
 * Major and minor number in one: what an extension gives as `VersionInfo.version`.
 *
 * ISAPI: `HSE_VERSION`, which is `MAKELONG(HSE_VERSION_MINOR, HSE_VERSION_MAJOR)`.
 */
export const HSE_VERSION = 0x0008_0000 as const;

/**
 * Room for an extension's description in bytes, the closing NUL of C included: 255 bytes of UTF-8 are kept.
 *
 * ISAPI: `HSE_MAX_EXT_DLL_NAME_LEN`.
 */
export const HSE_MAX_EXT_DLL_NAME_LEN = 256 as const;

/**
 * Puts a major and a minor number (0 to 65,535 each) into one unsigned 32-bit number.
 *
 * ISAPI: `MAKELONG(minor, major)`.
 *
 * @param major - goes into the upper 16 bits
 * @param minor - goes into the lower 16 bits
 */
export function makeVersion(major: number, minor: number): number {
  return (((major & 0xffff) << 16) | (minor & 0xffff)) >>> 0;
}
