import { IsapiError } from '../errors.ts';
import type { IsapiErrorCode } from '../errors.ts';
import * as io from '../io.ts';
import {
  HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE,
  HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER,
} from '../sending.ts';
import type {
  HseFile,
  HseResponseVector,
  HseTransmitFileInfo,
  HseVectorElement,
} from '../sending.ts';
import { copyBytes, decodeUtf8 } from './platform.ts';
import type { Session } from './session.ts';

const TRANSMIT_FLAGS =
  io.HSE_IO_SYNC |
  io.HSE_IO_ASYNC |
  io.HSE_IO_DISCONNECT_AFTER_SEND |
  io.HSE_IO_SEND_HEADERS |
  io.HSE_IO_NODELAY;

const VECTOR_FLAGS =
  TRANSMIT_FLAGS |
  io.HSE_IO_FINAL_SEND |
  io.HSE_IO_CACHE_RESPONSE |
  io.HSE_IO_TRY_SKIP_CUSTOM_ERRORS;

const MAX_ELEMENTS = 1024;

/** Sends head, file and tail; the bytes of the file are what a completion learns. */
export function transmitFile(session: Session, info: HseTransmitFileInfo): void {
  const { flags, file, head, offset = 0, bytesToWrite = 0, completion, context } = info;
  requireFlags(flags, TRANSMIT_FLAGS);
  const content = file === undefined ? new Uint8Array() : readFile(session, file);
  if (offset > content.length) fail('WSAEINVAL', 'the offset lies behind the end of the file');
  const piece = cut(content, offset, bytesToWrite);
  const withHeaders = has(flags, io.HSE_IO_SEND_HEADERS);
  const start = withHeaders || head === undefined ? new Uint8Array() : copyBytes(head);
  const end = info.tail === undefined ? new Uint8Array() : copyBytes(info.tail);
  if (start === undefined || end === undefined) invalid('head and tail must be text or bytes');

  const output = (): number => {
    const header = head instanceof Uint8Array ? decodeUtf8(head) : head;
    if (withHeaders) session.response.sendHead(info.status, header);
    for (const bytes of [start, piece, end]) session.response.write(bytes);
    closeAfter(session, flags);
    return piece.length;
  };
  session.send(has(flags, io.HSE_IO_ASYNC), output, { completion, context });
}

/** Sends headers and elements; their bytes are what a completion learns. */
export function sendVector(session: Session, info: HseResponseVector): void {
  const { flags, status, headers, elements } = info;
  requireFlags(flags, VECTOR_FLAGS);
  const withHeaders = has(flags, io.HSE_IO_SEND_HEADERS);
  if (withHeaders !== (status !== undefined) || withHeaders !== (headers !== undefined)) {
    invalid('status and headers belong to HSE_IO_SEND_HEADERS');
  }
  if (!Array.isArray(elements) || elements.length > MAX_ELEMENTS) {
    invalid(`expected at most ${MAX_ELEMENTS} elements`);
  }
  const pieces = elements.map((element) => readElement(session, element));

  session.send(has(flags, io.HSE_IO_ASYNC), () => {
    if (withHeaders) session.response.sendHead(status, headers);
    for (const piece of pieces) session.response.write(piece);
    if (has(flags, io.HSE_IO_FINAL_SEND)) session.response.complete();
    closeAfter(session, flags);
    return pieces.reduce((length, piece) => length + piece.length, 0);
  });
}

function readElement(session: Session, element: HseVectorElement): Uint8Array {
  const { type, offset = 0, size } = element;
  switch (type) {
    case HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER: {
      const bytes = copyBytes(element.buffer) ?? invalid('expected a string or a Uint8Array');
      return size === 0
        ? invalid('an element of memory has no bytes')
        : cut(bytes, offset, size ?? 0);
    }
    case HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE: {
      return cut(readFile(session, element.file), offset, size ?? 0);
    }
    default: {
      return invalid(`no element has the type ${String(type satisfies never)}`);
    }
  }
}

/** @throws IsapiError - the recorded request has no such file */
function readFile(session: Session, file: HseFile): Uint8Array {
  const name = typeof file === 'string' ? file : String(file.fd);
  const missing = typeof file === 'string' ? 'ERROR_FILE_NOT_FOUND' : 'ERROR_INVALID_HANDLE';
  const content = copyBytes(session.options.files?.[name]);
  return content ?? fail(missing, `the recorded request has no file ${name}`);
}

/** Gives a part of the bytes; a size of 0 is all from the offset on. */
function cut(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  const end = size === 0 ? bytes.length : offset + size;
  const isRange = Number.isInteger(offset) && Number.isInteger(size) && offset >= 0 && size >= 0;
  if (!isRange) invalid('offset and size must be whole numbers from 0');
  const isInside = offset <= end && end <= bytes.length;
  if (!isInside) fail('ERROR_HANDLE_EOF', 'the range ends behind the bytes');
  return bytes.subarray(offset, end);
}

function closeAfter({ response }: Session, flags: number): void {
  if (!has(flags, io.HSE_IO_DISCONNECT_AFTER_SEND)) return;
  response.keepConn = false;
  response.complete();
}

function requireFlags(flags: number, known: number): void {
  const isBoth = has(flags, io.HSE_IO_SYNC) && has(flags, io.HSE_IO_ASYNC);
  if (!Number.isInteger(flags) || (flags & ~known) !== 0 || isBoth) invalid(`bad flags ${flags}`);
}

function has(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}

function invalid(message: string): never {
  return fail('ERROR_INVALID_PARAMETER', message);
}

function fail(code: IsapiErrorCode, message: string): never {
  throw new IsapiError(code, message);
}
