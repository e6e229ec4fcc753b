import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { DocsFault } from './faults.ts';
import type { DocsPage } from './pages.ts';

/** True when the copy that the request speaks of is current (RFC 9110 section 13.2.2: the ETag goes first). */
export function isCurrent({ headers }: IncomingMessage, page: DocsPage): boolean {
  const etag = headers['if-none-match'];
  if (etag !== undefined) return etag === page.etag;
  const since = headers['if-modified-since'];
  return since !== undefined && Date.parse(since) >= Date.parse(page.lastModified);
}

/** Sends a page, compressed where the client takes that, or 304. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: DocsPage): void {
  const validators = { etag: page.etag, 'last-modified': page.lastModified };
  if (isCurrent(request, page)) {
    response.writeHead(304, validators).end();
    return;
  }
  const zipped = page.gzip !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = zipped && page.gzip !== null ? page.gzip : page.body;
  response.writeHead(200, {
    ...validators,
    'content-type': page.mediaType,
    'content-length': body.length,
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(body);
}

const LOGIN_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>\n';

/** Sends what the fault makes of the page; resolves when the exchange is over for the host. `page` is null for a 404. */
export async function sendFault(response: ServerResponse, fault: DocsFault, page: DocsPage | null): Promise<void> {
  const body = page?.body ?? Buffer.from('x'.repeat(1_000));
  const mediaType = page?.mediaType ?? 'text/plain; charset=utf-8';
  const gone = once(response, 'close');
  if (fault.type === 'status') response.writeHead(fault.status, { ...fault.headers }).end(`HTTP ${fault.status}\n`);
  else if (fault.type === 'redirect') response.writeHead(fault.status ?? 302, { location: fault.to }).end();
  else if (fault.type === 'reset') response.socket?.resetAndDestroy();
  else if (fault.type === 'login')
    response.writeHead(200, { 'content-type': fault.disguised ? mediaType : 'text/html' }).end(LOGIN_PAGE);
  else if (fault.type === 'cut') {
    response.writeHead(200, { 'content-type': mediaType, 'content-length': body.length });
    response.write(body.subarray(0, body.length >>> 1), () => response.socket?.destroy());
  } else if (fault.type === 'coding') {
    const coded = encoded(body, fault.coding);
    const sent = fault.broken ? coded.subarray(0, coded.length >>> 1) : coded;
    response.writeHead(200, { 'content-type': mediaType, 'content-encoding': headerName(fault.coding) }).end(sent);
  } else if (fault.type === 'new-etag')
    response.writeHead(200, { 'content-type': mediaType, etag: `"${Math.random()}"` }).end(body);
  else if (fault.type === 'bomb') {
    response.writeHead(200, { 'content-type': mediaType, 'content-encoding': 'gzip' });
    await pipeline(zeros(fault.bytes), createGzip(), response).catch(() => {});
  } else if (fault.type === 'huge') {
    response.writeHead(200, {
      'content-type': mediaType,
      ...(fault.untold ? {} : { 'content-length': fault.bytes }),
    });
    await pipeline(zeros(fault.bytes), response).catch(() => {});
  } else if (fault.type === 'slow-loris') {
    response.writeHead(200, { 'content-type': mediaType, 'content-length': body.length });
    for (let sent = 0; sent < body.length && !response.destroyed; sent += 1) {
      response.write(body.subarray(sent, sent + 1));
      await Promise.race([delay(fault.everyMs), gone]);
    }
    response.end();
  }
  await gone;
}

/** `deflate-raw` is what some servers send under the name `deflate`. */
function encoded(body: Buffer, coding: string): Buffer {
  if (coding === 'gzip') return gzipSync(body);
  if (coding === 'br') return brotliCompressSync(body);
  if (coding === 'deflate') return deflateSync(body);
  return coding === 'deflate-raw' ? deflateRawSync(body) : body;
}

function headerName(coding: string): string {
  return coding === 'deflate-raw' ? 'deflate' : coding;
}

const PIECE = Buffer.alloc(64 * 1_024);

function zeros(bytes: number): Readable {
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < bytes; sent += PIECE.length)
        yield PIECE.subarray(0, Math.min(PIECE.length, bytes - sent));
    })(),
    { objectMode: false },
  );
}
