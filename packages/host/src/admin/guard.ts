import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { AdminConfig } from '../config/host-config.ts';
import { isLoopback } from '../config/loopback.ts';
import { HostError } from '../observe/host-error.ts';

/** Methods that change nothing. */
const SAFE = new Set(['GET', 'HEAD']);

/**
 * Who may ask the admin server what.
 *
 * (1) With `admin.token` set, every route but the open ones needs it.
 * (2) Without the token in the request, its Host must be an IP address, a loopback name or `admin.host`: a page whose
 *     name was made to lead here (DNS rebinding) sends a name of its own. Load balancers send none; browsers always do.
 * (3) A request that changes something may not come from a page of another origin.
 */
export class Guard {
  readonly #host: string;
  readonly #token: Buffer | undefined;

  constructor({ host, token }: AdminConfig) {
    this.#host = host.toLowerCase();
    this.#token = token === '' ? undefined : digest(token);
  }

  /** @throws HostError `ISAPI_ERR_ADMIN_UNAUTHORIZED`, `ISAPI_ERR_ADMIN_FOREIGN` */
  check(request: FastifyRequest, route: 'open' | 'guarded'): void {
    const hasToken = this.#hasToken(request);
    if (route === 'guarded' && this.#token !== undefined && !hasToken) {
      throw new HostError('ISAPI_ERR_ADMIN_UNAUTHORIZED', 'a bearer token is needed');
    }
    const { host = '', origin } = request.headers;
    if (!hasToken && host !== '' && !this.#isOurs(host)) {
      throw new HostError('ISAPI_ERR_ADMIN_FOREIGN', 'the Host header names another host');
    }
    if (SAFE.has(request.method) || origin === undefined) return;
    if (origin.toLowerCase() !== `${request.protocol}://${host.toLowerCase()}`) {
      throw new HostError('ISAPI_ERR_ADMIN_FOREIGN', 'the Origin header names another site');
    }
  }

  #hasToken({ headers }: FastifyRequest): boolean {
    const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    if (this.#token === undefined || token === undefined) return false;
    return timingSafeEqual(digest(token), this.#token);
  }

  #isOurs(host: string): boolean {
    const [, bracketed, plain = ''] = /^(?:\[([\da-f:.]+)\]|([^:]*))(?::\d+)?$/i.exec(host) ?? [];
    const name = (bracketed ?? plain).toLowerCase();
    return isIP(name) !== 0 || isLoopback(name) || name === this.#host;
  }
}

/** Of one length whatever the token, so that comparing tells nothing of it. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
