import {
  type ControlBlockInit,
  encodeControlBlock,
  packConnection,
  packScript,
  type Slab,
} from '@isapi-host/worker-runtime/protocol';

/** A control block of `GET /ext/info?query`, with the given parts in place of that. */
export function controlBlockInit(parts: Partial<ControlBlockInit> = {}): ControlBlockInit {
  return {
    connId: 1,
    requestId: 'req-1',
    extension: 'ext',
    module: '/modules/ext.js',
    method: 'GET',
    url: '/ext/info?query',
    httpVersion: '1.1',
    scriptName: '/ext',
    pathInfo: '/info',
    pathTranslated: undefined,
    scriptTranslated: '/modules/ext.js',
    totalBytes: 0,
    bodyEnded: true,
    keepConn: true,
    user: undefined,
    remoteAddress: '192.0.2.7',
    remotePort: 51_000,
    localAddress: '198.51.100.2',
    localPort: 80,
    secure: false,
    ...parts,
  };
}

/** Writes a request into a slot as the host does. */
export function encodeInit(
  slab: Slab,
  slot: number,
  init: ControlBlockInit,
  headerBlock: string,
  body: readonly Uint8Array[],
): boolean {
  const parts = { script: packScript(init), connection: packConnection(init), request: init };
  return encodeControlBlock(slab, slot, parts, headerBlock, body);
}
