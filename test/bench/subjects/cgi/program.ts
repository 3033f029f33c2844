// CGI program of subject `cgi-node`: one node process per request, the answers of the other subjects. RFC 3875.
import { PatternCheck, patternOf } from '../../pattern.ts';
import { pieces } from '../pieces.ts';

const { env, stdin, stdout } = process;
stdout.on('error', () => process.exit(1)); // the server gave it up

switch (env['PATH_INFO'] ?? '') {
  case '/hello': {
    const isComplete = env['HTTP_HOST'] && env['HTTP_USER_AGENT'] && env['REMOTE_ADDR'];
    send(Buffer.from(isComplete ? 'Hello' : 'a header is missing'));
    break;
  }
  case '/answer10k':
    send(patternOf(10_240));
    break;
  case '/answer1m':
    send(patternOf(1_048_576));
    break;
  case '/download': {
    const bytes = Number(env['QUERY_STRING']);
    sendHead(bytes);
    for (const piece of pieces(bytes)) {
      if (!stdout.write(piece)) await new Promise((resolve) => stdout.once('drain', resolve));
    }
    break;
  }
  default: {
    const check = new PatternCheck();
    for await (const piece of stdin) check.push(piece as Buffer);
    send(Buffer.from(check.verdict));
  }
}

function send(body: Buffer): void {
  sendHead(body.length);
  stdout.write(body);
}

function sendHead(bytes: number): void {
  stdout.write(
    `Content-Type: text/plain\r\nCache-Control: no-store\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
}
