import { X509Certificate } from 'node:crypto';
import { type CertContextEx, IsapiError } from '@isapi-host/sdk';
import type { TlsPart } from './protocol/index.ts';

/*
 * What server variables and HSE_REQ_GET_CERT_INFO_EX tell of the certificates of a connection. Without TLS, or
 * without a certificate of the client, the variables are empty.
 *
 * A client whose certificate is not that of a known authority gets no connection, so the flag for that is never set.
 */

/** CERT_FLAGS: the client has a certificate. */
const HAS_CERTIFICATE = 1;

/** The certificate of the client. ISAPI: HSE_REQ_GET_CERT_INFO_EX. @throws IsapiError `ERROR_NO_DATA` - it has none */
export function certInfo(tls: TlsPart | undefined): CertContextEx {
  const der = tls?.clientCertificate;
  if (der === undefined) {
    throw new IsapiError('ERROR_NO_DATA', 'the client has sent no certificate');
  }
  return { der: new Uint8Array(der), flags: HAS_CERTIFICATE };
}

/** CERT_FLAGS. */
export function certFlags(tls: TlsPart | undefined): string {
  return String(tls?.clientCertificate === undefined ? 0 : HAS_CERTIFICATE);
}

/** CERT_COOKIE: names the certificate of the client; here by its SHA-256. */
export function certCookie(tls: TlsPart | undefined): string {
  return ofClient(tls, ({ fingerprint256 }) => fingerprint256.replaceAll(':', '').toLowerCase());
}

export function certIssuer(tls: TlsPart | undefined): string {
  return ofClient(tls, ({ issuer }) => distinguishedName(issuer));
}

export function certSubject(tls: TlsPart | undefined): string {
  return ofClient(tls, ({ subject }) => distinguishedName(subject));
}

/** CERT_SERIALNUMBER: pairs of hexadecimal digits with dashes between. */
export function certSerialNumber(tls: TlsPart | undefined): string {
  return ofClient(tls, ({ serialNumber }) => {
    const digits = serialNumber.toLowerCase();
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    return even.replace(/..(?=.)/g, '$&-');
  });
}

export function serverIssuer(tls: TlsPart | undefined): string {
  return ofServer(tls, ({ issuer }) => distinguishedName(issuer));
}

export function serverSubject(tls: TlsPart | undefined): string {
  return ofServer(tls, ({ subject }) => distinguishedName(subject));
}

/** Bits of the key that encrypts the connection. */
export function cipherKeyBits(tls: TlsPart | undefined): string {
  if (tls === undefined) return '';
  const { cipherSuite } = tls;
  return (
    /_(128|192|256)_/.exec(cipherSuite)?.[1] ?? (cipherSuite.includes('CHACHA20') ? '256' : '')
  );
}

/** Bits of the server's private key. */
export function serverKeyBits(tls: TlsPart | undefined): string {
  return ofServer(tls, ({ publicKey }) => {
    const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
    // The names of curves hold their bits: prime256v1, secp384r1.
    return String(modulusLength ?? /\d{3}/.exec(namedCurve ?? '')?.[0] ?? '');
  });
}

function ofClient(
  tls: TlsPart | undefined,
  read: (certificate: X509Certificate) => string,
): string {
  const der = tls?.clientCertificate;
  return der === undefined ? '' : read(new X509Certificate(der));
}

function ofServer(
  tls: TlsPart | undefined,
  read: (certificate: X509Certificate) => string,
): string {
  return tls === undefined ? '' : read(new X509Certificate(tls.serverCertificate));
}

/** `C=US, O=Example`: Node has a line for each part, escaped as in RFC 4514. */
function distinguishedName(lines: string): string {
  return lines.replaceAll('\n', ', ');
}
