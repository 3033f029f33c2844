// Certificates: reference isapi.md sections 3.5 and 4.1 (HSE_REQ_GET_CERT_INFO_EX).
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, test } from 'node:test';
import { HSE_REQ_GET_CERT_INFO_EX } from '@isapi-host/sdk';
import { createAuthority, issue, writeFiles } from '../helpers/certificates.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

const t = { after };
const authority = await createAuthority('C=US, O=Test Authority, CN=Root');
const server = await issue(authority, 'O=Example\\, Inc., CN=localhost');
const alice = await issue(authority, 'C=DE, O=Clients, CN=Alice', '0a1b2c3d');
const host = await startHost(t, {
  fixtures: ['describe', 'script'],
  tls: { ...writeFiles(t, server, authority), clientCertificates: 'accept' },
  // `script` keeps in its thread what came of its steps.
  pools: { default: { minThreads: 1, maxThreads: 1 } },
});
const known = { ca: authority.cert, key: alice.key, cert: alice.cert };
const unknown = { ca: authority.cert };

const names = [
  'CERT_COOKIE',
  'CERT_FLAGS',
  'CERT_ISSUER',
  'CERT_KEYSIZE',
  'CERT_SECRETKEYSIZE',
  'CERT_SERIALNUMBER',
  'CERT_SERVER_ISSUER',
  'CERT_SERVER_SUBJECT',
  'CERT_SUBJECT',
  'HTTPS',
  'HTTPS_KEYSIZE',
  'HTTPS_SECRETKEYSIZE',
  'HTTPS_SERVER_ISSUER',
  'HTTPS_SERVER_SUBJECT',
  'SERVER_PORT_SECURE',
];
const path = `/describe?${names.join('&')}`;

const ofServer = {
  CERT_KEYSIZE: '256',
  CERT_SECRETKEYSIZE: '256',
  CERT_SERVER_ISSUER: 'C=US, O=Test Authority, CN=Root',
  CERT_SERVER_SUBJECT: 'O=Example\\, Inc., CN=localhost',
  HTTPS: 'on',
  HTTPS_KEYSIZE: '256',
  HTTPS_SECRETKEYSIZE: '256',
  HTTPS_SERVER_ISSUER: 'C=US, O=Test Authority, CN=Root',
  HTTPS_SERVER_SUBJECT: 'O=Example\\, Inc., CN=localhost',
  SERVER_PORT_SECURE: '1',
};
const ofAlice = {
  CERT_COOKIE: new X509Certificate(alice.cert).fingerprint256.replaceAll(':', '').toLowerCase(),
  CERT_FLAGS: '1',
  CERT_ISSUER: 'C=US, O=Test Authority, CN=Root',
  CERT_SERIALNUMBER: '0a-1b-2c-3d',
  CERT_SUBJECT: 'C=DE, O=Clients, CN=Alice',
};
const ofNobody = {
  CERT_COOKIE: '',
  CERT_FLAGS: '0',
  CERT_ISSUER: '',
  CERT_SERIALNUMBER: '',
  CERT_SUBJECT: '',
};

const versions = {
  'HTTP/1.1': async (tls: typeof unknown, target: string): Promise<string> => {
    const client = await RawClient.connectTls(t, host.port, tls);
    return (await client.request(target).next()).text;
  },
  'HTTP/2': async (tls: typeof unknown, target: string): Promise<string> => {
    const client = await Http2Client.connect(t, host.port, tls);
    return (await client.fetch(target)).text;
  },
};

for (const [version, fetch] of Object.entries(versions)) {
  // 3.5: CERT_* and HTTPS_*.
  test(`the variables of certificates tell of server and client over ${version}`, async () => {
    const withCertificate = await fetch(known, path);
    const without = await fetch(unknown, path);

    assert.deepEqual(JSON.parse(withCertificate).variables, { ...ofServer, ...ofAlice });
    assert.deepEqual(JSON.parse(without).variables, { ...ofServer, ...ofNobody });
  });

  for (const style of ['async', 'blocking']) {
    // 4.1: 1015, the certificate as the client sent it and the flags of CERT_FLAGS; 232 without one.
    test(`GET_CERT_INFO_EX gives the certificate of the client over ${version}, ${style}`, async () => {
      const steps = [['serverSupportFunction', HSE_REQ_GET_CERT_INFO_EX]];
      const outcomes = async (tls: typeof unknown): Promise<unknown> => {
        const id = `${version} ${style} ${String(tls === known)}`;
        await fetch(tls, `/script?${encodeURIComponent(JSON.stringify({ id, style, steps }))}`);
        return JSON.parse(await fetch(tls, `/script?${encodeURIComponent(`outcomes=${id}`)}`));
      };

      const der = [...new X509Certificate(alice.cert).raw.entries()];
      assert.deepEqual(await outcomes(known), [
        { value: { der: Object.fromEntries(der), flags: 1 } },
      ]);
      assert.deepEqual(await outcomes(unknown), [{ code: 'ERROR_NO_DATA', number: 232 }]);
    });
  }
}
