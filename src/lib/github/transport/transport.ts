import type { Clock } from '../../clock.ts';
import { failureBeforeHeaders, failureInBody, TransportFailure } from '../../transport-failure.ts';
import type { RoundTrip } from '../budget/server-time.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Blob;
  /** Deadline instead of the transport's own, in real milliseconds. */
  readonly timeoutMs?: number;
  /** `manual`: a redirect is a response like any other. */
  readonly redirect?: 'manual';
}

/** A whole response. */
export interface Reply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly trip: RoundTrip;
}

export type Transport = (request: WireRequest, signal: AbortSignal | undefined) => Promise<Reply>;

export interface TransportOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Deadline for one request in real milliseconds, redirects, headers and body included. */
  readonly timeoutMs: number;
}

/** GitHub asks to follow these by sending the same request again (docs.github.com, "Follow redirects"). */
const SAME_REQUEST_REDIRECTS = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 3;

/**
 * Sends one request and reads the whole response. Redirects are followed at most three times, with method and body as
 * they are, and only within the origin: a token never goes elsewhere.
 *
 * @throws TransportFailure when no whole response came. @throws the signal's reason when it is aborted.
 */
export function createTransport(options: TransportOptions): Transport {
  const { fetch, clock } = options;
  return async (request, signal) => {
    signal?.throwIfAborted();
    const { timeoutMs = options.timeoutMs } = request;
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    const onAbort = () => deadline.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const progress: { status?: number } = {};
    try {
      return await followed(fetch, clock, request, deadline.signal, progress);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!deadline.signal.aborted) throw thrown;
      const { status } = progress;
      const missing = status === undefined ? 'no response' : `headers (${status}) but no whole body`;
      throw new TransportFailure(
        'deadline_exceeded',
        `${missing} within ${timeoutMs / 1_000} s`,
        status === undefined ? {} : { status },
      );
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  };
}

async function followed(
  fetch: typeof globalThis.fetch,
  clock: Clock,
  request: WireRequest,
  signal: AbortSignal,
  progress: { status?: number },
): Promise<Reply> {
  let { url } = request;
  for (let hops = 0; ; hops += 1) {
    delete progress.status;
    const reply = await once(fetch, clock, { ...request, url }, signal, progress);
    const { location } = reply.headers;
    if (request.redirect === 'manual') return reply;
    if (!SAME_REQUEST_REDIRECTS.has(reply.status) || location === undefined) return reply;
    const target = URL.parse(location, url);
    if (target?.origin !== new URL(url).origin) {
      throw redirectFailure(`refused to follow a redirect to ${target?.origin ?? 'an invalid address'}`, reply.status);
    }
    if (hops === MAX_REDIRECTS) throw redirectFailure(`more than ${MAX_REDIRECTS} redirects`, reply.status);
    url = target.href;
  }
}

function redirectFailure(message: string, status: number): TransportFailure {
  return new TransportFailure('redirect', message, { status });
}

async function once(
  fetch: typeof globalThis.fetch,
  clock: Clock,
  { method, url, headers, body }: WireRequest,
  signal: AbortSignal,
  progress: { status?: number },
): Promise<Reply> {
  const sentAt = clock.now();
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body }),
    });
  } catch (thrown) {
    throw failureBeforeHeaders(thrown);
  }
  const { status } = response;
  progress.status = status;
  const trip = { sentAt, headersAt: clock.now() };
  try {
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status, headers: Object.fromEntries(response.headers), body: bytes, trip };
  } catch (thrown) {
    throw failureInBody(thrown, status);
  }
}
