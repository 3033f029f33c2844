import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { HostError, type HostErrorCode, statusOf } from '../observe/host-error.ts';
import type { Logger } from '../observe/logger.ts';

/** Body of every answer of the admin server that is no success. */
interface ErrorBody {
  readonly code: HostErrorCode;
  readonly message: string;
}

/** JSON Schema of `ErrorBody`. */
export const errorSchema = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', description: 'one of the error codes in docs/operations.md' },
    message: { type: 'string' },
  },
} as const;

/** Answers an error of a route. What nobody expects goes to the log: its text is not for clients. */
export function sendAdminError(
  logger: Logger,
  error: FastifyError | HostError,
  { method, url }: FastifyRequest,
  reply: FastifyReply,
): void {
  const { code, message } = error;
  if (error instanceof HostError) {
    void reply.code(statusOf(error.code) ?? 500).send(bodyOf(error.code, message));
    return;
  }
  const status = error.statusCode ?? 500;
  if (status < 500) {
    void reply.code(status).send(bodyOf('ISAPI_ERR_ADMIN_REQUEST', message));
    return;
  }
  logger.error({ err: error, code, method, url }, 'admin request failed');
  void reply.code(500).send(bodyOf('ISAPI_ERR_ADMIN_FAILED', 'see the log of the host'));
}

/** Answers a URL or method that the admin server has not. */
export function sendNotFound({ method, url }: FastifyRequest, reply: FastifyReply): void {
  const message = `nothing answers ${method} ${url}; GET /api/v1/openapi.json tells what there is`;
  void reply.code(404).send(bodyOf('ISAPI_ERR_ADMIN_NOT_FOUND', message));
}

function bodyOf(code: HostErrorCode, message: string): ErrorBody {
  return { code, message };
}
