import type { FastifyPluginAsync } from 'fastify';
import { allowedText, isAllowed, rows } from '../../config/setting.ts';
import { HostError } from '../../observe/host-error.ts';
import type { AdminHost } from '../admin-host.ts';
import { schemas } from './api-schemas.ts';
import { route } from './look-routes.ts';

/** What operators can do with the host. */
export const steerRoutes: FastifyPluginAsync<{ readonly host: AdminHost }> = async (
  app,
  { host },
) => {
  app.post(
    '/drain',
    bodyRoute('whether /readyz tells load balancers to send no more', schemas.draining),
    async ({ body }) => {
      const draining = memberOf(body, 'draining');
      if (typeof draining !== 'boolean') throw wrong('draining', 'true or false');
      host.isDraining = draining;
      host.logger.info({ draining }, 'draining changed');
      return { draining };
    },
  );
  app.post(
    '/host/recycle',
    {
      ...route('a fresh process in place of each host process, once it serves', schemas.recycling),
      config: { covers: 'own' },
    },
    async () => {
      if (host.supervisor === undefined) {
        const message = 'no supervisor has started this host; `isapi start` is one';
        throw new HostError('ISAPI_ERR_NO_SUPERVISOR', message);
      }
      // It answers before its successor is there: it is to end then itself.
      host.supervisor.recycle('all', 'asked');
      return { recycling: true };
    },
  );
  app.post(
    '/reopen-log',
    route('a new access log file, after the old one was moved away', schemas.reopened),
    async () => {
      host.accessLog?.reopen();
      return { reopened: host.config.log.accessFile !== '' && host.accessLog !== undefined };
    },
  );
  app.post(
    '/log-level',
    bodyRoute('least level that is logged', schemas.logLevel),
    async ({ body }) => {
      const level = memberOf(body, 'level');
      if (!isLevel(level)) throw wrong('level', allowedText(rows['log.level']));
      host.logger.level = level;
      return { level };
    },
  );
};

function bodyRoute(summary: string, schema: object): { readonly schema: object } {
  const of = route(summary, schema);
  return { schema: { ...of.schema, body: schema } };
}

function memberOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

function isLevel(value: unknown): value is string {
  return isAllowed(rows['log.level'], value);
}

function wrong(name: string, allowed: string): HostError {
  return new HostError('ISAPI_ERR_ADMIN_REQUEST', `${name} of the body: expected ${allowed}`);
}
