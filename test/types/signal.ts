// Compiled where the platform's types are known: the tests themselves (Node), and unit/sdk/consumers.test.ts (DOM).
import type { ExtensionControlBlock } from '@isapi-host/sdk';

type IsSame<A, B> = [A, B] extends [B, A] ? true : false;

export const isPlatformSignal: IsSame<ExtensionControlBlock['signal'], AbortSignal> = true;

export function passOn({ signal }: ExtensionControlBlock): Promise<unknown> {
  signal.addEventListener('abort', () => undefined, { once: true });
  return fetch('http://127.0.0.1/', { signal });
}
