import {
  ERROR_ACCESS_DENIED,
  HSE_EXEC_URL_DISABLE_CUSTOM_ERROR,
  HSE_EXEC_URL_HTTP_CACHE_ELIGIBLE,
  HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR,
  HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE,
  HSE_EXEC_URL_NO_HEADERS,
  HSE_EXEC_URL_SSI_CMD,
  HSE_REQ_EXEC_URL,
  HSE_REQ_SEND_URL,
  type HseExecUrlInfo,
  type HseExecUrlStatus,
  IsapiError,
  type IsapiErrorCode,
  win32ErrorName,
} from '@isapi-host/sdk';
import {
  CALL_STOP_BODY,
  type ExecCall,
  type ExecOutcome,
  type NamedUser,
} from '../protocol/index.ts';
import { buildHeaderLines } from '../response-head.ts';
import type { Session } from '../session.ts';
import { invalid, requireFlags, requireObject, requireText, type Style } from './handler.ts';
import { beginInHost, type HostWork, runInHost, startInHost } from './run-in-host.ts';
import { redirect } from './sending.ts';

const FLAGS =
  HSE_EXEC_URL_NO_HEADERS |
  HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR |
  HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE |
  HSE_EXEC_URL_DISABLE_CUSTOM_ERROR |
  HSE_EXEC_URL_SSI_CMD |
  HSE_EXEC_URL_HTTP_CACHE_ELIGIBLE;

/** An HTTP method is a token. RFC 9110 section 9.1. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/;

type ExecInput = Omit<ExecCall, 'replyAt' | 'head'>;

/** ISAPI: HSE_REQ_SEND_URL. A URL of another server cannot be run here, so the client is sent there. */
export function sendUrl(session: Session, url: string, style: Style): unknown {
  if (!requireText(url).startsWith('/')) return redirect(session, url);
  session.assertIdle();
  if (session.writer.hasHead) invalid('HSE_REQ_SEND_URL: the response has begun');
  const input = {
    url: requireUrl(url),
    method: undefined,
    headers: undefined,
    user: undefined,
    entity: undefined,
    handsOverBody: false,
    flags: 0,
    isEmbedded: false,
    isSendUrl: true,
  };
  const work = workOf(session, HSE_REQ_SEND_URL, input);
  // A blocked thread could not run the child, and the answer is no longer this session's anyway.
  return style === 'blocking' ? beginInHost(session, work) : runInHost(session, work, style);
}

/**
 * ISAPI: HSE_REQ_EXEC_URL. With a completion registered it is the session's operation; without one a promise
 * settles when the child is done. A blocked thread could not run a child of its own, so blocking needs a completion.
 */
export function execUrl(session: Session, info: HseExecUrlInfo, style: Style): unknown {
  const input = checked(session, info);
  session.assertIdle();
  const hasCompletion = session.io.hasCompletion;
  if (style === 'blocking' && !hasCompletion) invalid('HSE_REQ_EXEC_URL needs a completion');
  if (!session.isConnected) throw session.goneError();
  if (input.handsOverBody && session.hasReadBody) return execWithRest(session, input, style);
  const whole = input.handsOverBody ? withReadAhead(session, input) : input;
  return start(session, whole, style);
}

/** ISAPI: HSE_REQ_GET_EXEC_URL_STATUS. */
export function execUrlStatus(session: Session): HseExecUrlStatus {
  const outcome = session.execOutcome;
  if (outcome === undefined) return invalid('no HSE_REQ_EXEC_URL has ended');
  const { statusCode, subStatus, win32Error } = outcome;
  return { statusCode, subStatus, win32Error };
}

function checked(session: Session, info: HseExecUrlInfo): ExecInput {
  const { url, method, childHeaders, userInfo, entity, flags } = requireObject(info, 'url, flags');
  if (
    method !== undefined &&
    method !== null &&
    !(typeof method === 'string' && METHOD.test(method))
  ) {
    invalid('method: expected an HTTP method');
  }
  if (entity !== undefined && entity !== null && !(entity instanceof Uint8Array)) {
    invalid('entity: expected a Uint8Array');
  }
  const known = requireFlags(flags ?? 0, FLAGS);
  const isEmbedded = (known & HSE_EXEC_URL_NO_HEADERS) !== 0 || session.writer.hasHead;
  return {
    url: url === undefined || url === null ? undefined : requireUrl(url),
    method: method ?? undefined,
    headers:
      childHeaders === undefined || childHeaders === null
        ? undefined
        : buildHeaderLines(childHeaders),
    user: userOf(userInfo),
    entity: entity === undefined || entity === null ? undefined : new Uint8Array(entity),
    handsOverBody: entity === undefined || entity === null,
    flags: known,
    isEmbedded,
    isSendUrl: false,
  };
}

/** Nothing was read: the child gets the read-ahead, and the host has the rest. */
function withReadAhead(session: Session, input: ExecInput): ExecInput {
  const { readAhead, init } = session.request;
  const entity = readAhead.length === 0 ? undefined : new Uint8Array(readAhead);
  // From now on the parent's body is at its end.
  if (!init.bodyEnded) session.body.handOver();
  return Object.assign(input, { entity, handsOverBody: !init.bodyEnded });
}

/** Part was read: first what the host has under way comes in, then what is here goes back with the call. */
function execWithRest(session: Session, input: ExecInput, style: Style): unknown {
  const handOver = (): ExecInput => {
    const { bytes, ended } = session.body.handOver();
    return Object.assign(input, { entity: bytes, handsOverBody: !ended });
  };
  if (!session.body.isFlowing) return start(session, handOver(), style);
  if (style === 'blocking') {
    session.calls.askSync({ code: CALL_STOP_BODY, input: undefined });
    return start(session, handOver(), style);
  }
  return new Promise((resolve, reject) => {
    session.calls.ask({ code: CALL_STOP_BODY, input: undefined }, (error) => {
      try {
        if (error !== undefined) throw error;
        resolve(start(session, handOver(), style));
      } catch (failure) {
        reject(failure);
      }
    });
  });
}

function start(session: Session, input: ExecInput, style: Style): unknown {
  const work = workOf(session, HSE_REQ_EXEC_URL, input);
  if (!session.io.hasCompletion) return runInHost(session, work, style);
  return startInHost(session, work, style, undefined);
}

function workOf(session: Session, code: number, input: ExecInput): HostWork {
  const { writer } = session;
  const isEmbedded = input.isEmbedded;
  // An embedded child needs a begun answer; another one brings its own head.
  const hadHead = writer.hasHead;
  const head = writer.continueInHost(undefined);
  if (!isEmbedded) writer.seal('another URL answers this request');
  const takeBack = (): void => {
    if (hadHead) writer.unseal();
    else writer.takeBack();
  };
  return {
    code,
    input: Object.assign(input, { head }),
    runsChild: true,
    failed: takeBack,
    ended: (value) => {
      const outcome = value as ExecOutcome | undefined;
      if (outcome === undefined) return undefined;
      session.execOutcome = outcome;
      if (!outcome.hasAnswered) takeBack();
      return outcome.win32Error === 0 ? undefined : errorOf(outcome.win32Error);
    },
  };
}

function errorOf(number: number): IsapiError {
  const name = win32ErrorName(number) as IsapiErrorCode | undefined;
  const why =
    number === ERROR_ACCESS_DENIED ? 'the URL belongs to another pool (403.18)' : 'no child ran';
  return new IsapiError(name ?? 'ERROR_INVALID_PARAMETER', why);
}

function requireUrl(url: string): string {
  if (!/^\/[!-~\u0080-\u00FF]*$/.test(requireText(url))) {
    invalid(`url: expected a path of this server with its query, got ${JSON.stringify(url)}`);
  }
  return url;
}

function userOf(info: HseExecUrlInfo['userInfo']): NamedUser | undefined {
  if (info === undefined || info === null) return undefined;
  const { customUserName, customAuthType } = requireObject(info, 'customUserName, customAuthType');
  return { name: optionalText(customUserName), authType: optionalText(customAuthType) };
}

function optionalText(text: unknown): string | undefined {
  if (text === undefined || text === null) return undefined;
  if (typeof text !== 'string') invalid(`expected a text, got ${typeof text}`);
  return text.replace(/[\r\n\0]+/g, ' ').slice(0, 256);
}
