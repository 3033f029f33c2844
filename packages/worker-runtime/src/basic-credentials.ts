/** What a client says of itself. Nobody has checked it. */
export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

const NONE: BasicCredentials = { user: '', password: '' };

/** The auth scheme of an `Authorization` header; empty without one. RFC 9110 section 11.4. */
export function authScheme(authorization: string): string {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/.exec(authorization)?.[0] ?? '';
}

/**
 * User and password of an `Authorization: Basic` header, UTF-8 or else Latin-1; empty for every other header, and
 * where the text has control characters, which would reach logs and answers. RFC 7617 section 2.
 */
export function basicCredentials(authorization: string): BasicCredentials {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return NONE;
  const text = decode(Buffer.from(encoded, 'base64'));
  const colon = text.indexOf(':');
  if (colon === -1 || /\p{Cc}/u.test(text)) return NONE;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
