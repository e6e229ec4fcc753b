import type { Reply, Transport } from './transport.ts';

interface Entry {
  readonly etag: string;
  readonly reply: Reply;
}

const MAX_ENTRIES = 64;
/** Listings of a hundred rows are larger and are read once: they would only push the polled resources out. */
const MAX_BODY_BYTES = 128 * 1024;

export interface ConditionalReply extends Reply {
  /** True when GitHub answered 304: the body is the remembered one, and the request was free. */
  readonly notModified: boolean;
}

/**
 * Makes GETs conditional: remembers up to 64 small responses by URL with their ETag, sends `if-none-match`, and answers a
 * 304 with the remembered body, status 200 and the new headers. An authorised 304 is not charged (docs.github.com,
 * "Use conditional requests"). One cache belongs to one token, as ETags do.
 */
export function conditional(transport: Transport): (...call: Parameters<Transport>) => Promise<ConditionalReply> {
  const entries = new Map<string, Entry>();
  return async (request, signal) => {
    if (request.method !== 'GET') return { ...(await transport(request, signal)), notModified: false };
    const key = `${request.headers['accept'] ?? ''} ${request.url}`;
    const known = entries.get(key);
    const headers = known ? { ...request.headers, 'if-none-match': known.etag } : request.headers;
    const reply = await transport({ ...request, headers }, signal);
    if (reply.status === 304 && known) {
      entries.delete(key);
      entries.set(key, known);
      const merged = { ...known.reply.headers, ...reply.headers };
      return { ...known.reply, headers: merged, trip: reply.trip, notModified: true };
    }
    remember(entries, key, reply);
    return { ...reply, notModified: false };
  };
}

function remember(entries: Map<string, Entry>, key: string, reply: Reply): void {
  const { etag } = reply.headers;
  entries.delete(key);
  if (reply.status !== 200 || etag === undefined || reply.body.length > MAX_BODY_BYTES) return;
  entries.set(key, { etag, reply });
  const [oldest] = entries.keys();
  if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
}
