import { STATUS_CODES } from 'node:http';

/** A generic error body: JSON, or HTML for a browser. It says nothing of the inside. */
export function errorBody(
  statusCode: number,
  accept: string | undefined,
): { type: string; body: string } {
  const error = STATUS_CODES[statusCode] ?? 'Error';
  if (accept?.includes('text/html') === true) {
    const title = `${statusCode} ${error}`;
    return {
      type: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`,
    };
  }
  return {
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify({ statusCode, error })}\n`,
  };
}
