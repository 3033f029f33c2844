import { HSE_REQ_SEND_CUSTOM_ERROR, type HseCustomErrorInfo } from '@isapi-host/sdk';
import type { CustomErrorCall } from '../protocol/index.ts';
import { parseResponseHead } from '../response-head.ts';
import type { Session } from '../session.ts';
import { invalid, requireCount, requireObject, type Style } from './handler.ts';
import { beginInHost, runInHost, startInHost } from './run-in-host.ts';

/** ISAPI: HSE_REQ_SEND_CUSTOM_ERROR. */
export function sendCustomError(session: Session, info: HseCustomErrorInfo, style: Style): unknown {
  const { status, subError, async: isAsync } = requireObject(info, 'status, subError');
  const subStatus = requireCount(subError, 'subError');
  if (status === undefined || subStatus > 0xffff) invalid('expected { status, subError }');
  const { statusCode, text } = parseResponseHead(status, undefined, true).head;
  session.assertIdle();
  const { writer } = session;
  if (writer.hasHead) invalid('the response headers are already sent');
  if (!session.isConnected) throw session.goneError();
  if (isAsync === true && !session.io.hasCompletion) invalid('no completion is registered');
  writer.continueInHost(undefined);
  writer.seal('the error page is the whole response');
  const input: Omit<CustomErrorCall, 'replyAt'> = { statusLine: text, statusCode, subStatus };
  const work = {
    code: HSE_REQ_SEND_CUSTOM_ERROR,
    input,
    runsChild: true,
    failed: () => {
      writer.takeBack();
    },
    ended: () => undefined,
  };
  if (isAsync === true) return startInHost(session, work, style, undefined);
  // The page may be that of an extension, which a blocked thread could not run.
  return style === 'blocking' ? beginInHost(session, work) : runInHost(session, work, style);
}
