import { type ExtensionControlBlock, HSE_REQ_SEND_RESPONSE_HEADER_EX } from '@isapi-host/sdk';
import { PatternCheck } from '../../pattern.ts';
import { headerFor, outgoingFor, outgoingText } from './answers.ts';

const READ_BYTES = 65_536;

/** Takes the upload or sends the body that a path asks for, awaiting each call. */
export async function exchangeBodies(ecb: ExtensionControlBlock): Promise<void> {
  const { bytes, body } =
    ecb.method === 'POST' ? outgoingText(await takeUpload(ecb)) : outgoingFor(ecb);
  const header = headerFor(bytes);
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  for (const piece of body) await ecb.writeClient(piece);
}

async function takeUpload(ecb: ExtensionControlBlock): Promise<string> {
  const check = new PatternCheck();
  check.push(ecb.data);
  while (check.bytes !== ecb.totalBytes) {
    const piece = await ecb.readClient(READ_BYTES);
    if (piece.length === 0) break;
    check.push(piece);
  }
  return check.verdict;
}

/** The same by blocking calls. */
export function exchangeBodiesSync(ecb: ExtensionControlBlock): void {
  const { bytes, body } =
    ecb.method === 'POST' ? outgoingText(takeUploadSync(ecb)) : outgoingFor(ecb);
  const header = headerFor(bytes);
  ecb.serverSupportFunctionSync(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  for (const piece of body) ecb.writeClientSync(piece);
}

function takeUploadSync(ecb: ExtensionControlBlock): string {
  const check = new PatternCheck();
  check.push(ecb.data);
  while (check.bytes !== ecb.totalBytes) {
    const piece = ecb.readClientSync(READ_BYTES);
    if (piece.length === 0) break;
    check.push(piece);
  }
  return check.verdict;
}
