/** Numbers from 0 to 1 that follow from a seed. Mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const HOST = 'Host: fuzz\r\n';

/** Requests that are answered as they stand, one character a byte. */
const REQUESTS: readonly string[] = [
  `GET /hello HTTP/1.1\r\n${HOST}\r\n`,
  `GET /page.txt HTTP/1.1\r\n${HOST}Range: bytes=0-3\r\nIf-None-Match: "x"\r\n\r\n`,
  `GET /sub/../%2e%2e/page.asp?x=1 HTTP/1.1\r\n${HOST}Accept: text/html\r\n\r\n`,
  `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 11\r\n\r\nhello world`,
  `POST /echo?q HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX: y\r\n\r\n`,
  `POST /digest HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 4\r\n\r\nbody`,
  `GET http://fuzz/hello HTTP/1.1\r\n${HOST}Connection: keep-alive, close\r\n\r\n`,
  `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
  'GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  `GET /hello/path/info?a=b HTTP/1.1\r\n${HOST}Cookie: a=b; c=d\r\nX_Y: z\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
];

/** Pieces that parsers have stumbled over. */
const PIECES: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  '\x0b',
  ':',
  ',',
  ';',
  '%00',
  '%2f',
  '%zz',
  '..',
  '\xff',
  '0',
  '-1',
  '+5',
  '0x10',
  '99999999999999999999',
  '\r\n\r\n',
  '0\r\n\r\n',
  'chunked',
  'HTTP/1.1',
  'HTTP/9.9',
  'Host: other\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip\r\n',
  'Expect: 100-continue\r\n',
  'Connection: close\r\n',
  'Connection: upgrade\r\n',
  'TRACE',
  'CONNECT',
  '::$DATA',
  'A'.repeat(300),
  'B: c\r\n'.repeat(120),
  'D'.repeat(20_000),
];

/** What a client sends over one connection: one to three requests, mostly damaged. */
export function mutatedRequests(random: () => number): {
  readonly bytes: Buffer;
  /** Requests before they were damaged. */
  readonly count: number;
} {
  const count = 1 + Math.floor(random() * 3);
  let text = Array.from({ length: count }, () => pick(REQUESTS, random)).join('');
  const damages = Math.floor(random() * 5);
  for (let i = 0; i < damages; i += 1) text = damaged(text, random);
  return { bytes: Buffer.from(text, 'latin1'), count };
}

function damaged(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length);
  const end = Math.min(text.length, at + Math.floor(random() * 12));
  switch (Math.floor(random() * 6)) {
    case 0:
      return text.slice(0, at) + pick(PIECES, random) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(end);
    case 2:
      return text.slice(0, at) + text.slice(at, end).repeat(2) + text.slice(end);
    case 3:
      return (
        text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1)
      );
    case 4:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + pick(PIECES, random) + text.slice(end);
  }
}

function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)] as T;
}
