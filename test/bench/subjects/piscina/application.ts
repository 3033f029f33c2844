import { PatternCheck, patternOf } from '../../pattern.ts';
import { burn } from '../burn.ts';
import type { ThreadAnswer, ThreadRequest } from './exchange.ts';

const answer10k = patternOf(10_240);
const answer1m = patternOf(1_048_576);

/** What runs on a thread: the same work as in every other subject. */
export function respond(request: ThreadRequest): ThreadAnswer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
    body: bodyFor(request),
  };
}

function bodyFor({ url, headers, remoteAddress, body }: ThreadRequest): string | Uint8Array {
  const [path = '', query] = url.split('?');
  switch (path) {
    case '/hello': {
      const { host, 'user-agent': agent } = headers;
      const isComplete = host !== undefined && agent !== undefined && remoteAddress !== '';
      return isComplete ? 'Hello' : 'a header is missing';
    }
    case '/post': {
      const check = new PatternCheck();
      if (body !== undefined) check.push(body);
      return check.verdict;
    }
    case '/answer10k':
      return answer10k;
    case '/answer1m':
      return answer1m;
    case '/cpu':
    case '/hog':
      return burn(Number(query));
    default:
      return 'no such path';
  }
}
