// A small engine for a file type: /pages/index.md is sent through it to the client as HTML.
// The files are the operator's own. Even so, HTML in them is shown as text and no script runs: pages get copied around.
// ISAPI: a script map, as .asp to asp.dll; the file is in lpszPathTranslated.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';
import { Marked } from 'marked';
import { escapeHtml, page } from '../page.ts';

const markdown = new Marked({ renderer: { html: ({ text }) => escapeHtml(text) } });

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Markdown to HTML' }),

  async httpExtensionProc(ecb) {
    const body = await markdown.parse(await readFile(ecb.pathTranslated, 'utf8'));
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; style-src 'self'; img-src 'self' https:",
      },
      keepConn: true,
    });
    await ecb.writeClient(page(titleOf(body) ?? escapeHtml(basename(ecb.pathTranslated)), body));
    return HSE_STATUS_SUCCESS;
  },
});

/** The first heading without its tags. */
function titleOf(body: string): string | undefined {
  return /<h\d>(.*?)<\/h\d>/s.exec(body)?.[1]?.replaceAll(/<[^>]*>/g, '');
}
