import { type Authority, createAuthority, issue, writeFiles } from './certificates.ts';
import type { Closing } from './cleanup.ts';
import { Http2Client } from './http2-client.ts';
import { type HostOptions, startHost, type StartedHost } from './start-host.ts';

/** A host with TLS. */
export interface SecureHost {
  readonly host: StartedHost;
  readonly authority: Authority;
  /** A connection of HTTP/2. */
  readonly connect: () => Promise<Http2Client>;
}

/** Starts a host with TLS and HTTP/2. */
export async function startSecureHost(t: Closing, options: HostOptions): Promise<SecureHost> {
  const authority = await createAuthority('CN=Test CA');
  const files = writeFiles(t, await issue(authority, 'CN=localhost'));
  const host = await startHost(t, { ...options, tls: { ...files, ...options.tls } });
  return {
    host,
    authority,
    connect: () => Http2Client.connect(t, host.port, { ca: authority.cert }),
  };
}
