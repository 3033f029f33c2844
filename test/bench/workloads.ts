import { unit } from './pattern.ts';

/** A body: `unit`, repeated and cut to `bytes`. */
export interface Body {
  readonly unit: Buffer;
  readonly bytes: number;
}

/** The body of an answer, and the headers it has to carry beside its framing; `answerHeaders` unless told. */
export interface ExpectedAnswer extends Body {
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is asked of a subject again and again, and the answer it has to give. */
export interface Workload {
  readonly name: WorkloadName;
  readonly about: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** As sent, `Host` left out. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Body | undefined;
  readonly answer: ExpectedAnswer;
  /** Keep-alive connections, each with one request under way. */
  readonly connections: readonly number[];
  /** `time`: a burst is over when its time is. `answer`: then no more is asked, but each answer is awaited, because one takes long. */
  readonly burstBy: 'time' | 'answer';
}

/** Every workload there is; the last three belong to parts of their own. */
export type WorkloadName =
  | 'hello'
  | 'hello12'
  | 'post1k'
  | 'answer10k'
  | 'answer1m'
  | 'upload'
  | 'download'
  | 'cpu'
  | 'hog'
  | 'page';

/** Headers that each answer of an extension has to carry. */
export const answerHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/plain',
  'cache-control': 'no-store',
};

const fewHeaders = [['User-Agent', 'isapi-bench']] as const;

/** What a browser sends: with the request line and `Host` about 900 bytes of head, 12 headers. */
const browserHeaders = [
  ['Connection', 'keep-alive'],
  ['Cache-Control', 'max-age=0'],
  ['sec-ch-ua', '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"'],
  ['sec-ch-ua-mobile', '?0'],
  ['Upgrade-Insecure-Requests', '1'],
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  ],
  [
    'Accept',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  ],
  ['Referer', 'http://www.example.com/catalogue/products?category=books&sort=price&page=3'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Accept-Language', 'en-GB,en;q=0.9,de;q=0.8,fr;q=0.7'],
  [
    'Cookie',
    'session=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08; theme=dark; consent=1; _ga=GA1.1.1234567890.1700000000; _gid=GA1.1.987654321.1700000000; csrftoken=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6',
  ],
] as const;

const hello: Body = { unit: Buffer.from('Hello'), bytes: 5 };

/** @param streamBytes - length of the long upload and of the long download */
export function buildWorkloads(streamBytes: number): readonly Workload[] {
  const get = { method: 'GET', headers: fewHeaders, body: undefined, burstBy: 'time' } as const;
  return [
    { ...get, name: 'hello', about: '2 headers', path: '/hello', answer: hello, connections: [64] },
    {
      ...get,
      name: 'hello12',
      about: '12 browser-like headers',
      path: '/hello',
      headers: browserHeaders,
      answer: hello,
      connections: [1, 64, 256],
    },
    {
      ...upload(1024),
      name: 'post1k',
      about: 'POST of 1 KiB',
      path: '/post',
      connections: [64],
      burstBy: 'time',
    },
    {
      ...get,
      name: 'answer10k',
      about: 'answer of 10 KiB',
      path: '/answer10k',
      answer: { unit, bytes: 10_240 },
      connections: [64],
    },
    {
      ...get,
      name: 'answer1m',
      about: 'answer of 1 MiB',
      path: '/answer1m',
      answer: { unit, bytes: 1_048_576 },
      connections: [16],
    },
    {
      ...upload(streamBytes),
      name: 'upload',
      about: `upload of ${streamBytes / 1_048_576} MiB`,
      path: '/upload',
      connections: [1],
      burstBy: 'answer',
    },
    {
      ...get,
      name: 'download',
      about: `download of ${streamBytes / 1_048_576} MiB`,
      path: `/download?${streamBytes}`,
      answer: { unit, bytes: streamBytes },
      connections: [1],
      burstBy: 'answer',
    },
  ];
}

/** @param streamBytes - as of `buildWorkloads`, for the two that are long */
export function workloadNamed(name: WorkloadName, streamBytes = 0): Workload {
  const found = buildWorkloads(streamBytes).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no workload ${name} is built here`);
  return found;
}

/** A POST of the pattern. The answer says how many bytes of it came. */
function upload(bytes: number): Pick<Workload, 'method' | 'headers' | 'body' | 'answer'> {
  const verdict = Buffer.from(`${bytes}`);
  return {
    method: 'POST',
    headers: [...fewHeaders, ['Content-Type', 'application/octet-stream']],
    body: { unit, bytes },
    answer: { unit: verdict, bytes: verdict.length },
  };
}
