import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { TlsConfig } from '../config/host-config.ts';
import { HostError } from '../observe/host-error.ts';

/**
 * Reads key, certificate and authorities from their files.
 *
 * @throws HostError `ISAPI_ERR_CONFIG` - a file cannot be read or used; the message says which, and why
 */
export async function readSecureContext(config: TlsConfig): Promise<SecureContextOptions> {
  const key = await readPem('tls.key', config.key);
  const cert = await readPem('tls.cert', config.cert);
  const ca = config.ca === '' ? undefined : await readPem('tls.ca', config.ca);
  const privateKey = parse('tls.key', config.key, 'private key without a password', () =>
    createPrivateKey(key),
  );
  const certificate = parseCertificate('tls.cert', config.cert, cert);
  if (ca !== undefined) parseCertificate('tls.ca', config.ca, ca);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw refusal('tls.key', config.key, `is not the key of ${config.cert} (tls.cert)`);
  }
  const options = ca === undefined ? { key, cert } : { key, cert, ca };
  try {
    createSecureContext(options);
  } catch (error) {
    throw refusal('tls.cert', config.cert, `cannot be used: ${reasonOf(error)}`);
  }
  return options;
}

async function readPem(setting: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw refusal(setting, file, `cannot be read: ${reasonOf(error)}`);
  }
}

function parseCertificate(setting: string, file: string, pem: string): X509Certificate {
  return parse(setting, file, 'certificate', () => new X509Certificate(pem));
}

function parse<Parsed extends KeyObject | X509Certificate>(
  setting: string,
  file: string,
  what: string,
  read: () => Parsed,
): Parsed {
  try {
    return read();
  } catch (error) {
    throw refusal(setting, file, `holds no ${what} in PEM form: ${reasonOf(error)}`);
  }
}

function refusal(setting: string, file: string, problem: string): HostError {
  return new HostError('ISAPI_ERR_CONFIG', `${setting}: ${file} ${problem}`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
