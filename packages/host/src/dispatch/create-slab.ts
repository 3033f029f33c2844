import { Slab, type SlabShape } from '@isapi-host/worker-runtime/protocol';
import type { LimitsConfig, PoolConfig } from '../config/host-config.ts';
import { HostError } from '../observe/host-error.ts';

/** Answer bytes that always fit a slot, whatever the request. */
const ANSWER_ROOM = 40 * 1024;
/** Node's text access to memory goes no further. */
const MAX_SLAB_BYTES = 2 ** 31 - 1;
/** What a control block may need beside URL, headers and read-ahead, bytes. */
const CONTROL_ROOM = 16 * 1024;

/**
 * Makes the memory of a pool, large enough for what its settings allow.
 *
 * @throws HostError `ISAPI_ERR_CONFIG` - that is more than there can be
 */
export function createSlab(pool: string, config: PoolConfig, limits: LimitsConfig): Slab {
  return Slab.create(checkSlabShape(pool, config, limits));
}

/**
 * How large the memory of a pool is.
 *
 * @throws HostError `ISAPI_ERR_CONFIG` - larger than it can be
 */
export function checkSlabShape(
  pool: string,
  { maxThreads, sessionsPerThread, maxQueue }: PoolConfig,
  { maxUrlBytes, maxHeaderBytes, readAheadBytes }: LimitsConfig,
): SlabShape {
  const shape = {
    slots: maxQueue + maxThreads * sessionsPerThread,
    slotBytes: maxUrlBytes * 4 + maxHeaderBytes * 2 + readAheadBytes + CONTROL_ROOM + ANSWER_ROOM,
    threads: maxThreads * 2,
  };
  const bytes = Slab.bytesOf(shape);
  if (bytes > MAX_SLAB_BYTES) {
    throw new HostError(
      'ISAPI_ERR_CONFIG',
      `pools.${pool}: ${shape.slots} requests of up to ${shape.slotBytes} bytes take ${bytes} bytes of shared memory: expected at most ${MAX_SLAB_BYTES}; lower maxQueue, sessionsPerThread, maxThreads or limits`,
    );
  }
  return shape;
}
