import type { ExtensionControlBlock } from '@isapi-host/sdk';
import { patternOf } from '../../pattern.ts';
import { pieces } from '../pieces.ts';

/** An answer's body: how long it is, and its pieces. */
export interface Outgoing {
  readonly bytes: number;
  readonly body: Iterable<Buffer>;
}

const whole: ReadonlyMap<string, Outgoing> = new Map([
  ['/answer10k', { bytes: 10_240, body: [patternOf(10_240)] }],
  ['/answer1m', { bytes: 1_048_576, body: [patternOf(1_048_576)] }],
]);

/** What a GET is answered with: by its path one piece, else as many bytes as its query says, in pieces. */
export function outgoingFor(ecb: ExtensionControlBlock): Outgoing {
  const known = whole.get(ecb.getServerVariable('SCRIPT_NAME'));
  if (known !== undefined) return known;
  const bytes = Number(ecb.queryString);
  return { bytes, body: pieces(bytes) };
}

/** What an upload is answered with. */
export function outgoingText(text: string): Outgoing {
  return { bytes: text.length, body: [Buffer.from(text)] };
}

/** The header lines of an answer. */
export function headerFor(bytes: number): string {
  return `Content-Type: text/plain\r\nCache-Control: no-store\r\nContent-Length: ${bytes}\r\n\r\n`;
}

/** Reads three server variables, as every subject reads what they stand for. */
export function isComplete(ecb: ExtensionControlBlock): boolean {
  return (
    ecb.getServerVariable('HTTP_HOST') !== '' &&
    ecb.getServerVariable('HTTP_USER_AGENT') !== '' &&
    ecb.getServerVariable('REMOTE_ADDR') !== ''
  );
}
