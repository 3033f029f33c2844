import type { FastifyRequest } from 'fastify';
import type { AccessLog } from '../observe/access-log.ts';
import type { Exchange } from './exchange.ts';
import type { PlainExchange } from './plain-exchange.ts';

/** Logs a request that an extension answered. */
export function logExchange(log: AccessLog, exchange: Exchange, started: number): void {
  const { of, responder, outcome } = exchange;
  const logStatus = outcome?.logStatus ?? 0;
  const record = {
    reqId: of.requestId,
    method: of.method,
    url: of.url,
    statusCode: exchange.statusCode,
    subStatus: responder.subStatus,
    extension: of.resolution.extension.name,
    pool: of.resolution.extension.pool,
    threadId: exchange.threadId,
    remoteAddress: of.remoteAddress,
    responseTime: rounded(performance.now() - started),
    queueMs: rounded(exchange.queueMs),
    runMs: rounded(exchange.runMs),
    bytesIn: exchange.bytesIn,
    bytesOut: responder.bytesOut,
    keepAlive: !responder.isLast,
    logStatus: logStatus === 0 || logStatus === responder.statusCode ? undefined : logStatus,
    logData: outcome?.logData === '' ? undefined : outcome?.logData,
    logParameter: outcome?.logParameter === '' ? undefined : outcome?.logParameter,
    errorCode: exchange.errorCode,
  };
  log.write(record, of.request);
}

/** Logs a request that the host answered itself. */
export function logPlain(
  log: AccessLog,
  { id, raw }: FastifyRequest,
  exchange: PlainExchange,
  { remoteAddress, started }: { readonly remoteAddress: string; readonly started: number },
): void {
  const { responder, isClientGone } = exchange;
  const record = {
    reqId: id,
    method: raw.method ?? 'GET',
    url: raw.url ?? '/',
    statusCode: isClientGone ? 499 : responder.statusCode,
    subStatus: responder.subStatus,
    remoteAddress,
    responseTime: rounded(performance.now() - started),
    bytesIn: 0,
    bytesOut: responder.bytesOut,
    keepAlive: !responder.isLast,
  };
  log.write(record, raw);
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
