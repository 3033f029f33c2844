import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  frame,
  get,
  headerBlock,
  HEADERS,
  PING,
  RST_STREAM,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from '../helpers/http2-frames.ts';

const PATHS = ['/hello', '/page.txt', '/echo', '/digest', '/none', '*', '/%00', '/../x'];
/** Numbers at the edges of what a field may hold. */
const NUMBERS = [0, 1, 5, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const STREAMS = [0, 1, 2, 3, 5, 7, 9, 11, 2 ** 31 - 1];

/** What a client of HTTP/2 sends behind its preface: frames in no good order, now and then a damaged byte. */
export function mutatedFrames(random: () => number): Buffer {
  const below = (end: number): number => Math.floor(random() * end);
  const frames = Array.from({ length: 1 + below(20) }, () => randomFrame(below));
  const bytes = Buffer.concat(frames);
  if (below(3) === 0) bytes.writeUInt8(below(256), below(bytes.length));
  return bytes;
}

type Below = (end: number) => number;

function randomFrame(below: Below): Buffer {
  const streamId = pick(STREAMS, below);
  const path = pick(PATHS, below);
  const number = uint32(pick(NUMBERS, below));
  const noise = Buffer.from(Array.from({ length: below(60) }, () => below(256)));
  switch (below(11)) {
    case 0:
    case 1:
    case 2:
      return get(path, streamId);
    case 3:
    case 4: {
      const head = { flags: END_HEADERS, payload: headerBlock(path, 'POST') };
      const body = { flags: below(2), payload: noise };
      return Buffer.concat([frame(HEADERS, streamId, head), frame(DATA, streamId, body)]);
    }
    case 5:
      return frame(RST_STREAM, streamId, { payload: number });
    case 6:
      return frame(WINDOW_UPDATE, streamId, { payload: number });
    case 7:
      return frame(SETTINGS, 0, {
        payload: Buffer.concat([Buffer.from([0, 1 + below(8)]), number]),
      });
    case 8:
      return frame(PING, 0, { payload: Buffer.alloc(8) });
    case 9:
      return frame(CONTINUATION, streamId, { flags: below(8), payload: noise });
    default:
      return frame(below(12), streamId, { flags: below(256), payload: noise });
  }
}

function pick<T>(values: readonly T[], below: Below): T {
  return values[below(values.length)] as T;
}
