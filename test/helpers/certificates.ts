// @peculiar/x509 needs it before it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Closing } from './cleanup.ts';
import { tempFolder } from './temp-folder.ts';

/** A certificate with its key, in PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Who can issue certificates. */
export interface Authority extends Identity {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Certificates of tests are valid in any year. */
const VALIDITY = { notBefore: new Date('2000-01-01'), notAfter: new Date('2200-01-01') };

/** Makes an authority of its own. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await createKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...VALIDITY,
    serialNumber: '01',
    name,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  return { ...(await identityOf(certificate, keys)), certificate, keys };
}

/** Has an authority issue a certificate for `localhost`. @param serialNumber - hexadecimal */
export async function issue(
  authority: Authority,
  name: string,
  serialNumber: string = '0a1b2c',
): Promise<Identity> {
  const keys = await createKeys();
  const certificate = await X509CertificateGenerator.create({
    ...VALIDITY,
    serialNumber,
    subject: name,
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  return identityOf(certificate, keys);
}

/** Writes the parts of an identity, and perhaps of an authority for clients, to files; as the setting `tls`. */
export function writeFiles(
  t: Closing,
  { key, cert }: Identity,
  ca?: Identity,
): { readonly key: string; readonly cert: string; readonly ca?: string } {
  const folder = tempFolder(t);
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const files = { key: write('key.pem', key), cert: write('cert.pem', cert) };
  return ca === undefined ? files : { ...files, ca: write('ca.pem', ca.cert) };
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function identityOf(
  certificate: X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Promise<Identity> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = pkcs8.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
  };
}
