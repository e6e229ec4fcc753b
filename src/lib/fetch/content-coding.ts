import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { messageOf } from '../errors.ts';
import { AttemptFailure } from './attempt-failure.ts';

const gunzipped = promisify(gunzip);
const inflated = promisify(inflate);
const inflatedRaw = promisify(inflateRaw);
const unbrotlied = promisify(brotliDecompress);

/** What the fetcher can read, for `accept-encoding`. */
export const ACCEPTED_CODINGS = 'gzip, br, deflate';

/**
 * Undoes the codings of a `content-encoding` header (RFC 9110 section 8.4: listed in the order in which they were applied).
 * Never holds more than `maxBytes` of output, whatever the input promises.
 * @throws AttemptFailure `too_large` beyond that, `transport` for a stream that is damaged or cut, `media_type` for a coding
 * that is not known.
 */
export async function decodeBody(body: Buffer, contentEncoding: string, maxBytes: number): Promise<Buffer> {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let decoded = body;
  for (const coding of codings.reverse()) decoded = await undone(decoded, coding, maxBytes);
  return decoded;
}

async function undone(body: Buffer, coding: string, maxBytes: number): Promise<Buffer> {
  const decompress = decompressorFor(coding, body);
  if (decompress === undefined) {
    throw new AttemptFailure('media_type', `its content-encoding ${coding} is not one of ${ACCEPTED_CODINGS}`, {
      status: 200,
    });
  }
  try {
    return await decompress(body, { maxOutputLength: maxBytes });
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw new AttemptFailure('too_large', `the page unpacks to more than ${maxBytes} bytes`, { status: 200 });
    }
    throw new AttemptFailure('transport', `its ${coding} stream is damaged: ${messageOf(thrown)}`, {
      status: 200,
      remedy: { kind: 'retry' },
      cause: thrown,
    });
  }
}

function decompressorFor(coding: string, body: Buffer) {
  if (coding === 'gzip' || coding === 'x-gzip') return gunzipped;
  if (coding === 'br') return unbrotlied;
  // `deflate` is a zlib stream, but some servers leave its header out (RFC 9110 section 8.4.1.2). Method 8 marks a header.
  if (coding === 'deflate') return ((body[0] ?? 0) & 0x0f) === 8 ? inflated : inflatedRaw;
  return undefined;
}
