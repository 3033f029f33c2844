import { sep } from 'node:path';
import { IsapiError } from '@isapi-host/sdk';
import { authScheme, basicCredentials } from './basic-credentials.ts';
import {
  certCookie,
  certFlags,
  certIssuer,
  certSerialNumber,
  certSubject,
  cipherKeyBits,
  serverIssuer,
  serverKeyBits,
  serverSubject,
} from './certificates.ts';
import {
  decodePath,
  findDirectory,
  type SiteDirectory,
  translatePathInfo,
} from './protocol/index.ts';
import type { Session } from './session.ts';

/** Gives the value of one variable. Runs only for requests that ask. */
type Source = (session: Session) => string;

/** Every built-in variable; docs/isapi-map.md says the same of each, held by a test. */
export const VARIABLES: ReadonlyMap<string, Source> = new Map<string, Source>([
  ['ALL_HTTP', allHttp],
  ['ALL_RAW', (s) => s.request.headerBlock],
  ['APPL_MD_PATH', (s) => `${instancePath(s)}/ROOT${application(s).url}`],
  ['APPL_PHYSICAL_PATH', (s) => withSlash(application(s).path)],
  ['APP_POOL_CONFIG', empty],
  ['APP_POOL_ID', (s) => s.thread.settings.pool],
  ['AUTH_PASSWORD', password],
  ['AUTH_TYPE', (s) => s.request.init.user?.authType ?? authScheme(authorization(s))],
  ['AUTH_USER', user],
  ['CACHE_URL', cacheUrl],
  ['CERT_COOKIE', (s) => certCookie(s.request.tls)],
  ['CERT_FLAGS', (s) => certFlags(s.request.tls)],
  ['CERT_ISSUER', (s) => certIssuer(s.request.tls)],
  ['CERT_KEYSIZE', (s) => cipherKeyBits(s.request.tls)],
  ['CERT_SECRETKEYSIZE', (s) => serverKeyBits(s.request.tls)],
  ['CERT_SERIALNUMBER', (s) => certSerialNumber(s.request.tls)],
  ['CERT_SERVER_ISSUER', (s) => serverIssuer(s.request.tls)],
  ['CERT_SERVER_SUBJECT', (s) => serverSubject(s.request.tls)],
  ['CERT_SUBJECT', (s) => certSubject(s.request.tls)],
  ['CONTENT_LENGTH', contentLength],
  ['CONTENT_TYPE', (s) => s.request.header('Content-Type', 'literal') ?? ''],
  ['CRYPT_CIPHER_ALG_ID', empty],
  ['CRYPT_HASH_ALG_ID', empty],
  ['CRYPT_KEYEXCHANGE_ALG_ID', empty],
  ['CRYPT_PROTOCOL', empty],
  ['DOCUMENT_ROOT', (s) => s.thread.settings.site.root],
  ['FORWARDED_URL', empty],
  ['GATEWAY_INTERFACE', () => 'CGI/1.1'],
  ['HTTPS', (s) => (s.request.init.secure ? 'on' : 'off')],
  ['HTTPS_KEYSIZE', (s) => cipherKeyBits(s.request.tls)],
  ['HTTPS_SECRETKEYSIZE', (s) => serverKeyBits(s.request.tls)],
  ['HTTPS_SERVER_ISSUER', (s) => serverIssuer(s.request.tls)],
  ['HTTPS_SERVER_SUBJECT', (s) => serverSubject(s.request.tls)],
  ['HTTP_CFG_ENC_CAPS', empty],
  ['HTTP_METHOD', (s) => s.request.init.method],
  ['HTTP_URL', (s) => s.request.init.url],
  ['HTTP_VERSION', (s) => `HTTP/${s.request.init.httpVersion}`],
  ['INSTANCE_ID', (s) => String(s.thread.settings.site.id)],
  ['INSTANCE_META_PATH', instancePath],
  ['INSTANCE_NAME', (s) => s.thread.settings.site.name],
  ['LOCAL_ADDR', (s) => s.request.init.localAddress],
  ['LOGON_USER', user],
  ['MANAGED_PIPELINE_MODE', () => 'Classic'],
  ['PATH_INFO', (s) => s.request.init.pathInfo],
  ['PATH_TRANSLATED', (s) => s.ecb.pathTranslated],
  ['QUERY_STRING', (s) => s.request.queryString],
  ['REMOTE_ADDR', (s) => s.request.init.remoteAddress],
  ['REMOTE_HOST', (s) => s.request.init.remoteAddress],
  ['REMOTE_PORT', (s) => String(s.request.init.remotePort)],
  ['REMOTE_USER', user],
  ['REQUEST_FILENAME', requestFilename],
  ['REQUEST_FLAGS', () => '0'],
  ['REQUEST_METHOD', (s) => s.request.init.method],
  ['REQUEST_URI', pathAndQuery],
  ['SCRIPT_FILENAME', requestFilename],
  ['SCRIPT_NAME', (s) => s.request.init.scriptName],
  ['SCRIPT_TRANSLATED', (s) => s.request.init.scriptTranslated],
  ['SERVER_ADDR', (s) => s.request.init.localAddress],
  ['SERVER_NAME', serverName],
  ['SERVER_PORT', (s) => String(s.request.init.localPort)],
  ['SERVER_PORT_SECURE', (s) => (s.request.init.secure ? '1' : '0')],
  ['SERVER_PROTOCOL', (s) => `HTTP/${s.request.init.httpVersion}`],
  ['SERVER_SOFTWARE', (s) => s.thread.settings.serverSoftware],
  ['UNENCODED_URL', (s) => s.request.init.url],
  ['UNMAPPED_REMOTE_USER', user],
  ['URL', fullPath],
]);

/** Longest name, characters. */
const MAX_NAME = 256;

/** What the names asked for so far stand for; few ever occur. A name that is none is not kept. */
const known = new Map<string, Source>();
const MAX_KNOWN = 512;

/**
 * The value of a server variable. No trip to the host: everything comes from the slot or the thread's settings.
 *
 * @param name - compared without case; `UNICODE_X` is `X`, but for headers
 * @throws IsapiError `ERROR_INVALID_INDEX` - there is no such variable, or the request has no such header
 * @throws IsapiError `ERROR_INVALID_PARAMETER` - no text, or longer than 256 characters
 */
export function serverVariable(session: Session, name: string): string {
  return (known.get(name) ?? sourceOf(name))(session);
}

function sourceOf(name: string): Source {
  if (typeof name !== 'string' || name.length === 0 || name.length > MAX_NAME) {
    throw new IsapiError(
      'ERROR_INVALID_PARAMETER',
      'expected the name of a server variable, 1 to 256 characters',
    );
  }
  const source = builtIn(name) ?? headerSource(name);
  if (known.size < MAX_KNOWN) known.set(name, source);
  return source;
}

/** Built-ins go before headers: a header `Url` does not become HTTP_URL. */
function builtIn(name: string): Source | undefined {
  // Case is that of ASCII: other letters have upper cases that are ASCII.
  if (!/^[!-~]+$/.test(name)) return undefined;
  const key = name.toUpperCase();
  return VARIABLES.get(key.startsWith('UNICODE_') ? key.slice(8) : key);
}

function headerSource(name: string): Source {
  const match = /^http_/i.test(name) ? 'cgi' : 'literal';
  const from = match === 'cgi' ? 5 : 7;
  if (name.length === from || !/^(?:http|header)_/i.test(name)) throw unknown(name);
  return (session) => {
    const value = session.request.header(name, match, from);
    if (value === undefined) throw unknown(name);
    return value;
  };
}

function unknown(name: string): IsapiError {
  return new IsapiError('ERROR_INVALID_INDEX', `${name}: no such server variable`);
}

function instancePath(session: Session): string {
  return `/LM/W3SVC/${session.thread.settings.site.id}`;
}

function empty(): string {
  return '';
}

/**
 * `NAME:value` a line, ended by LF; names upper-cased, `-` as `_`, with the prefix `HTTP_`. A header that would take
 * the name of a built-in (`Url`) is in ALL_RAW only, as engines make variables of these lines.
 */
function allHttp(session: Session): string {
  return session.request.headerBlock.replace(
    /([^:\r\n]+): ([^\r\n]*)\r\n/g,
    (_line, header: string, value: string) => {
      const name = `HTTP_${header.toUpperCase().replaceAll('-', '_')}`;
      return VARIABLES.has(name) || isTwin(session, header) ? '' : `${name}:${value}\n`;
    },
  );
}

/** Whether a header named with `_` is there with `-` as well, which then has the variable. */
function isTwin({ request }: Session, header: string): boolean {
  return (
    header.includes('_') && request.header(header.replaceAll('_', '-'), 'literal') !== undefined
  );
}

function authorization(session: Session): string {
  return session.request.header('Authorization', 'literal') ?? '';
}

/**
 * The name that EXEC_URL gave, or else the client; nobody has checked that one, and there is no account behind it.
 */
function user(session: Session): string {
  return session.request.init.user?.name ?? basicCredentials(authorization(session)).user;
}

/** The client's own: whom EXEC_URL names has none. */
function password(session: Session): string {
  const isExposed =
    session.thread.settings.exposePassword && session.request.init.user?.name === undefined;
  return isExposed ? basicCredentials(authorization(session)).password : '';
}

function contentLength(session: Session): string {
  const { totalBytes } = session.request.init;
  if (totalBytes === undefined) throw unknown('CONTENT_LENGTH');
  return String(totalBytes);
}

/** Of an absolute target, else of the header `Host`: RFC 9112 section 3.2.2. */
function serverName(session: Session): string {
  const { url, localAddress } = session.request.init;
  const target = url.startsWith('/') ? undefined : /^https?:\/\/([^/?]*)/i.exec(url)?.[1];
  const host = target ?? session.request.header('Host', 'literal') ?? '';
  return host.replace(/:\d*$/, '') || localAddress;
}

/** The target without scheme and authority. */
function pathAndQuery(session: Session): string {
  const { url } = session.request.init;
  if (url.startsWith('/')) return url;
  const rest = url.replace(/^https?:\/\/[^/?]*/i, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** The URL by the address it came to, as sent, without query. */
function cacheUrl(session: Session): string {
  const { secure, localAddress, localPort } = session.request.init;
  const address = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  const path = pathAndQuery(session).split('?', 1)[0] ?? '';
  return `${secure ? 'https' : 'http'}://${address}:${localPort}${path}`;
}

/** The decoded path; of a default document its own. */
function fullPath(session: Session): string {
  const { scriptName, pathInfo } = session.request.init;
  const joined = scriptName + pathInfo;
  if (!pathInfo.startsWith(scriptName)) return joined;
  // PATH_INFO is the whole path, or it only begins like the script: the target tells.
  return decodePath(pathAndQuery(session).split('?', 1)[0] ?? '') === joined ? joined : pathInfo;
}

/** The folder of the site that the URL lies in. ISAPI: an application; here each virtual directory is one. */
function application(session: Session): SiteDirectory {
  return findDirectory(session.thread.settings.site, fullPath(session));
}

function requestFilename(session: Session): string {
  return translatePathInfo(session.thread.settings.site, fullPath(session));
}

function withSlash(path: string): string {
  return path.endsWith(sep) ? path : path + sep;
}
