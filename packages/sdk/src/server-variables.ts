/**
 * Every server variable with a fixed name. Beside these there are the request's headers, as `HTTP_USER_AGENT` and
 * `HEADER_User-Agent`, and `UNICODE_` before any name of this list.
 *
 * ISAPI: the variable names of `GetServerVariable`.
 */
export const SERVER_VARIABLES = [
  'ALL_HTTP',
  'ALL_RAW',
  'APPL_MD_PATH',
  'APPL_PHYSICAL_PATH',
  'APP_POOL_CONFIG',
  'APP_POOL_ID',
  'AUTH_PASSWORD',
  'AUTH_TYPE',
  'AUTH_USER',
  'CACHE_URL',
  'CERT_COOKIE',
  'CERT_FLAGS',
  'CERT_ISSUER',
  'CERT_KEYSIZE',
  'CERT_SECRETKEYSIZE',
  'CERT_SERIALNUMBER',
  'CERT_SERVER_ISSUER',
  'CERT_SERVER_SUBJECT',
  'CERT_SUBJECT',
  'CONTENT_LENGTH',
  'CONTENT_TYPE',
  'CRYPT_CIPHER_ALG_ID',
  'CRYPT_HASH_ALG_ID',
  'CRYPT_KEYEXCHANGE_ALG_ID',
  'CRYPT_PROTOCOL',
  'DOCUMENT_ROOT',
  'FORWARDED_URL',
  'GATEWAY_INTERFACE',
  'HTTPS',
  'HTTPS_KEYSIZE',
  'HTTPS_SECRETKEYSIZE',
  'HTTPS_SERVER_ISSUER',
  'HTTPS_SERVER_SUBJECT',
  'HTTP_CFG_ENC_CAPS',
  'HTTP_CONTENT_LENGTH',
  'HTTP_CONTENT_TYPE',
  'HTTP_METHOD',
  'HTTP_URL',
  'HTTP_VERSION',
  'INSTANCE_ID',
  'INSTANCE_META_PATH',
  'INSTANCE_NAME',
  'LOCAL_ADDR',
  'LOGON_USER',
  'MANAGED_PIPELINE_MODE',
  'PATH_INFO',
  'PATH_TRANSLATED',
  'QUERY_STRING',
  'REMOTE_ADDR',
  'REMOTE_HOST',
  'REMOTE_PORT',
  'REMOTE_USER',
  'REQUEST_FILENAME',
  'REQUEST_FLAGS',
  'REQUEST_METHOD',
  'REQUEST_URI',
  'SCRIPT_FILENAME',
  'SCRIPT_NAME',
  'SCRIPT_TRANSLATED',
  'SERVER_ADDR',
  'SERVER_NAME',
  'SERVER_PORT',
  'SERVER_PORT_SECURE',
  'SERVER_PROTOCOL',
  'SERVER_SOFTWARE',
  'UNENCODED_URL',
  'UNMAPPED_REMOTE_USER',
  'URL',
] as const;

/** A server variable with a fixed name. ISAPI: the variable names of `GetServerVariable`. */
export type ServerVariable = (typeof SERVER_VARIABLES)[number];

/**
 * What `getServerVariable` takes: any text, as headers make names of their own. The known names are spelled out
 * so that an editor offers them.
 *
 * ISAPI: `lpszVariableName`.
 */
export type ServerVariableName = ServerVariable | (string & Record<never, never>);
