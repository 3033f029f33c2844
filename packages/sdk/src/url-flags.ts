/** The URL may be read. ISAPI: `HSE_URL_FLAGS_READ`. */
export const HSE_URL_FLAGS_READ = 0x0000_0001 as const;

/** The URL may be written. ISAPI: `HSE_URL_FLAGS_WRITE`. */
export const HSE_URL_FLAGS_WRITE = 0x0000_0002 as const;

/** The URL may be executed. ISAPI: `HSE_URL_FLAGS_EXECUTE`. */
export const HSE_URL_FLAGS_EXECUTE = 0x0000_0004 as const;

/** The URL needs TLS. ISAPI: `HSE_URL_FLAGS_SSL`. */
export const HSE_URL_FLAGS_SSL = 0x0000_0008 as const;

/** The URL must not be cached. ISAPI: `HSE_URL_FLAGS_DONT_CACHE`. */
export const HSE_URL_FLAGS_DONT_CACHE = 0x0000_0010 as const;

/** A client certificate is asked for. ISAPI: `HSE_URL_FLAGS_NEGO_CERT`. */
export const HSE_URL_FLAGS_NEGO_CERT = 0x0000_0020 as const;

/** A client certificate is required. ISAPI: `HSE_URL_FLAGS_REQUIRE_CERT`. */
export const HSE_URL_FLAGS_REQUIRE_CERT = 0x0000_0040 as const;

/** The client certificate is mapped to an account. ISAPI: `HSE_URL_FLAGS_MAP_CERT`. */
export const HSE_URL_FLAGS_MAP_CERT = 0x0000_0080 as const;

/** The URL needs TLS with 128 bits or more. ISAPI: `HSE_URL_FLAGS_SSL128`. */
export const HSE_URL_FLAGS_SSL128 = 0x0000_0100 as const;

/** Scripts may run at the URL. ISAPI: `HSE_URL_FLAGS_SCRIPT`. */
export const HSE_URL_FLAGS_SCRIPT = 0x0000_0200 as const;

/** Every bit that has a meaning. ISAPI: `HSE_URL_FLAGS_MASK`. */
export const HSE_URL_FLAGS_MASK = 0x0000_03ff as const;

/** What a URL maps to. ISAPI: `HSE_URL_MAPEX_INFO`. */
export interface HseUrlMapExInfo {
  /** The path on disk. */
  readonly path: string;
  /** What the URL allows: `HSE_URL_FLAGS_*`, added up. */
  readonly flags: number;
  /** How many characters of `path` are the folder of the matched virtual directory. */
  readonly matchingPath: number;
  /** How many characters of the URL are the matched virtual directory. */
  readonly matchingUrl: number;
}
