import { IsapiError } from '../errors.ts';
import { SERVER_VARIABLES } from '../server-variables.ts';
import type { CompleteRequest } from './request.ts';

/** Gives a server variable by its name. */
type VariableLookup = (name: string) => string;

/** Builds the server variables of a request; those of the author go before all others. */
export function buildServerVariables(
  request: CompleteRequest,
  own: Readonly<Record<string, string>>,
): VariableLookup {
  const fixed = new Map<string, string>(SERVER_VARIABLES.map((name) => [name, '']));
  for (const [name, value] of Object.entries(describe(request))) fixed.set(name, value);
  // No header may stand for HTTP_URL and its like; these two do stand for headers, and are absent with them.
  for (const name of ['HTTP_CONTENT_LENGTH', 'HTTP_CONTENT_TYPE']) fixed.delete(name);
  if (request.totalBytes === undefined) fixed.delete('CONTENT_LENGTH');

  const byHeader = new Map<string, string>();
  for (const [name, value] of request.headers) {
    append(byHeader, `HEADER_${name.toUpperCase()}`, value);
    append(byHeader, `HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value);
  }
  const ownByName = new Map(
    Object.entries(own).map(([name, value]) => [name.toUpperCase(), value]),
  );

  return (name) => {
    const key = name.toUpperCase();
    const plainKey = key.replace(/^UNICODE_/, '');
    const value = ownByName.get(plainKey) ?? fixed.get(plainKey) ?? byHeader.get(key);
    if (value !== undefined) return value;
    throw new IsapiError('ERROR_INVALID_INDEX', `no server variable ${JSON.stringify(name)}`);
  };
}

/** Repeated headers are joined as one list. */
function append(values: Map<string, string>, name: string, value: string): void {
  const before = values.get(name);
  values.set(name, before === undefined ? value : `${before}, ${value}`);
}

function describe(request: CompleteRequest): Record<string, string> {
  const header = (name: string): string =>
    request.headers.find(([known]) => known.toLowerCase() === name)?.[1] ?? '';
  const host = /^(.*?)(?::(\d+))?$/.exec(header('host'));
  const allHttp = request.headers.map(
    ([name, value]) => `HTTP_${name.toUpperCase().replaceAll('-', '_')}:${value}\n`,
  );
  return {
    ALL_HTTP: allHttp.join(''),
    ALL_RAW: request.headers.map(([name, value]) => `${name}: ${value}\r\n`).join(''),
    CONTENT_LENGTH: String(request.totalBytes ?? ''),
    CONTENT_TYPE: header('content-type'),
    GATEWAY_INTERFACE: 'CGI/1.1',
    HTTPS: 'off',
    HTTP_METHOD: request.method,
    HTTP_URL: request.url,
    HTTP_VERSION: 'HTTP/1.1',
    LOCAL_ADDR: '127.0.0.1',
    PATH_INFO: request.pathInfo,
    PATH_TRANSLATED: request.pathTranslated,
    QUERY_STRING: request.queryString,
    REMOTE_ADDR: '127.0.0.1',
    REMOTE_HOST: '127.0.0.1',
    REMOTE_PORT: '50000',
    REQUEST_METHOD: request.method,
    REQUEST_URI: request.url,
    SCRIPT_NAME: request.scriptName,
    SERVER_ADDR: '127.0.0.1',
    SERVER_NAME: host?.[1] ?? '',
    SERVER_PORT: host?.[2] ?? '80',
    SERVER_PORT_SECURE: '0',
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_SOFTWARE: 'isapi-host',
    UNENCODED_URL: request.url,
    URL: request.path,
  };
}
