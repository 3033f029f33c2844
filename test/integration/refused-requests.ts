// Rows F61 to F69 of the fault matrix, for a host with the limits of request-rules.test.ts.

/** A request that nobody answers. */
export interface RefusedRequest {
  readonly what: string;
  /** Its head up to the empty line; `|` stands for CR LF. */
  readonly head: string;
  readonly body?: string;
  /** Any of them will do. */
  readonly status: readonly number[];
  readonly allow?: string;
}

/** The beginning of a request with a body. */
export const post = 'POST /echo HTTP/1.1|Host: h|';

/** Each is answered with an error, then the connection closes, and nothing behind it is looked at. */
export const refused: readonly RefusedRequest[] = [
  { what: 'no Host', head: 'GET /hello HTTP/1.1|', status: [400] },
  { what: 'two Hosts', head: 'GET /hello HTTP/1.1|Host: a|Host: b|', status: [400] },
  { what: 'the same Host twice', head: 'GET /hello HTTP/1.1|Host: a|host: a|', status: [400] },
  { what: 'two Hosts in HTTP/1.0', head: 'GET /hello HTTP/1.0|Host: a|Host: b|', status: [400] },
  ...['', 'a,b', 'a/b', 'u@a', 'a b', 'a:b', 'a:1:2', '[::1', 'a?b', 'a\\b', 'a#b', '%00', 'é'].map(
    (value) => ({
      what: `Host ${JSON.stringify(value)}`,
      head: `GET /hello HTTP/1.1|Host: ${value}|`,
      status: [400],
    }),
  ),
  {
    what: 'a whole URL of another host',
    head: 'GET http://a/hello HTTP/1.1|Host: b|',
    status: [400],
  },
  {
    what: 'a whole URL without a host',
    head: 'GET http:///hello HTTP/1.1|Host: b|',
    status: [400],
  },
  {
    what: 'a whole URL with a user',
    head: 'GET http://u@b/hello HTTP/1.1|Host: b|',
    status: [400],
  },
  { what: 'a URL of another scheme', head: 'GET ftp://b/hello HTTP/1.1|Host: b|', status: [400] },
  { what: 'a target that is no path', head: 'GET hello HTTP/1.1|Host: b|', status: [400] },
  { what: '* for GET', head: 'GET * HTTP/1.1|Host: b|', status: [400] },
  ...['0.9', '1.2', '2.0', '3.0', '9.9', '11.1', '1.01', '1', 'x.y'].map((version) => ({
    what: `HTTP/${version}`,
    head: `GET /hello HTTP/${version}|Host: a|`,
    status: [400, 505],
  })),
  { what: 'no version', head: 'GET /hello|Host: a|', status: [400, 505] },
  { what: 'another protocol', head: 'GET /hello ICY/1.1|Host: a|', status: [400] },
  { what: 'the preface of HTTP/2', head: 'PRI * HTTP/2.0|', status: [400, 505] },
  { what: 'a greeting of TLS', head: '\x16\x03\x01\x02\x00\x01\x00\x01|', status: [400] },
  { what: 'a method nobody knows', head: 'HACK /hello HTTP/1.1|Host: a|', status: [400] },
  { what: 'a method in lower case', head: 'get /hello HTTP/1.1|Host: a|', status: [400] },
  ...[
    'gzip',
    'identity',
    'xchunked',
    'chunked, chunked',
    'chunked,',
    ',chunked',
    'gzip, chunked',
    'chunked, gzip',
    '"chunked"',
    '\x0bchunked',
    'chunked\x0b',
    'chunked;a=b',
    '',
    'chunke',
    'CHUNKEDx',
    'cow',
  ].map((coding) => ({
    what: `Transfer-Encoding ${JSON.stringify(coding)}`,
    head: `${post}Transfer-Encoding: ${coding}|`,
    body: '0\r\n\r\n',
    status: [400, 501],
  })),
  {
    what: 'Transfer-Encoding twice',
    head: `${post}Transfer-Encoding: chunked|Transfer-Encoding: chunked|`,
    body: '0\r\n\r\n',
    status: [400],
  },
  {
    what: 'Transfer-Encoding twice, one unknown',
    head: `${post}Transfer-Encoding: chunked|Transfer-Encoding: x|`,
    body: '0\r\n\r\n',
    status: [400],
  },
  {
    what: 'Transfer-Encoding in HTTP/1.0',
    head: 'POST /echo HTTP/1.0|Host: h|Transfer-Encoding: chunked|',
    body: '0\r\n\r\n',
    status: [400],
  },
  {
    what: 'a blank before the colon',
    head: `${post}Transfer-Encoding : chunked|`,
    body: '0\r\n\r\n',
    status: [400],
  },
  {
    what: 'a tab before the colon',
    head: `${post}Content-Length\t: 5|`,
    body: 'hello',
    status: [400],
  },
  { what: 'a header line that is folded', head: `${post}X: a| b|`, status: [400] },
  {
    what: 'a folded Transfer-Encoding',
    head: `${post}Transfer-Encoding:| chunked|`,
    body: '0\r\n\r\n',
    status: [400],
  },
  { what: 'a first line that is folded', head: 'POST /echo HTTP/1.1| Host: h|', status: [400] },
  { what: 'a header without a name', head: `${post}: x|`, status: [400] },
  { what: 'a header without a colon', head: `${post}X|`, status: [400] },
  { what: 'a control character in a name', head: `${post}X\x01: a|`, status: [400] },
  { what: 'NUL in a value', head: `${post}X: a\0b|`, status: [400] },
  { what: 'CR in a value', head: `${post}X: a\rb|`, status: [400] },
  {
    what: 'Content-Length and Transfer-Encoding',
    head: `${post}Content-Length: 5|Transfer-Encoding: chunked|`,
    body: '0\r\n\r\n',
    status: [400],
  },
  {
    what: 'Transfer-Encoding and Content-Length',
    head: `${post}Transfer-Encoding: chunked|Content-Length: 5|`,
    body: '0\r\n\r\n',
    status: [400],
  },
  {
    what: 'two Content-Lengths',
    head: `${post}Content-Length: 5|Content-Length: 6|`,
    body: 'hello',
    status: [400],
  },
  {
    what: 'the same Content-Length twice',
    head: `${post}Content-Length: 5|Content-Length: 5|`,
    body: 'hello',
    status: [400],
  },
  ...[
    '+5',
    '-5',
    '0x5',
    '5_0',
    '5, 5',
    '5 5',
    '5.0',
    '1e1',
    'five',
    '',
    '９',
    '18446744073709551616',
    '9007199254740993',
    '99999999999999999999999999',
  ].map((length) => ({
    what: `Content-Length ${JSON.stringify(length)}`,
    head: `${post}Content-Length: ${length}|`,
    body: 'hello',
    status: [400, 413],
  })),
  ...['Content_Length: 5', 'Transfer_Encoding: chunked', 'content_length: 5'].map((line) => ({
    what: `the underscore twin ${line}`,
    head: `${post}${line}|`,
    status: [400],
  })),
  {
    what: 'a URL that is too long',
    head: `GET /${'a'.repeat(1000)} HTTP/1.1|Host: h|`,
    status: [414],
  },
  {
    what: 'too many headers',
    head: `GET /hello HTTP/1.1|Host: h|${'A: b|'.repeat(20)}`,
    status: [431],
  },
  {
    what: 'far too many headers',
    head: `GET /hello HTTP/1.1|Host: h|${'A:b|'.repeat(3000)}`,
    status: [431],
  },
  {
    what: 'a head that is too large',
    head: `GET /hello HTTP/1.1|Host: h|A: ${'b'.repeat(17_000)}|`,
    status: [431],
  },
  {
    what: 'an expectation nobody can meet',
    head: `${post}Expect: 200-ok|Content-Length: 5|`,
    body: 'hello',
    status: [417],
  },
  { what: 'CONNECT', head: 'CONNECT h:80 HTTP/1.1|Host: h:80|', status: [405], allow: 'GET' },
  ...[
    ['a size that is no number', 'x\r\nhello\r\n0\r\n\r\n'],
    ['a size with a sign', '+5\r\nhello\r\n0\r\n\r\n'],
    ['a size with a prefix', '0x5\r\nhello\r\n0\r\n\r\n'],
    ['a size of 2^64', '10000000000000000\r\nhello\r\n0\r\n\r\n'],
    ['a blank before the size', ' 5\r\nhello\r\n0\r\n\r\n'],
    ['a size ended by a bare LF', '5\nhello\r\n0\r\n\r\n'],
    ['data without CR LF behind it', '5\r\nhello0\r\n\r\n'],
    ['data with a bare LF behind it', '5\r\nhello\n0\r\n\r\n'],
    ['data longer than its size', '3\r\nhello\r\n0\r\n\r\n'],
    ['an extension of 20 KiB', `5;${'a'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`],
    ['a control character in an extension', '5;\x01\r\nhello\r\n0\r\n\r\n'],
    ['a trailer that is none', '5\r\nhello\r\n0\r\nX\r\n\r\n'],
    ['a trailer that frames', '5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n'],
    ['a trailer with a coding', '5\r\nhello\r\n0\r\nTransfer-Encoding: x\r\n\r\n'],
  ].map(([what = '', body = '']) => ({
    what: `chunks: ${what}`,
    head: `${post}Transfer-Encoding: chunked|`,
    body,
    status: [400, 413],
  })),
];
