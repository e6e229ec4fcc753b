import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { failureBeforeHeaders, failureInBody, type TransportFailure } from '../transport-failure.ts';
import { AttemptFailure } from './attempt-failure.ts';
import type { ExchangeLimits } from './limits.ts';

/** What is asked for: a page, its headers, or its headers by way of its first byte, for servers that know no HEAD. */
export type Asked = 'page' | 'headers' | 'first_byte';

/** One answer to one request; redirects are answers. */
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: http.IncomingHttpHeaders;
  /** As it was sent, still encoded; empty unless a page was asked for and the status is 200. */
  readonly body: Buffer;
}

export interface ExchangeOptions {
  readonly asked: Asked;
  readonly headers: Readonly<Record<string, string>>;
  readonly lookup: LookupFunction;
  readonly limits: ExchangeLimits;
  readonly signal: AbortSignal;
}

export interface Connections {
  /** @throws AttemptFailure. @throws the signal's reason when it is aborted. */
  ask(url: URL, options: ExchangeOptions): Promise<Answer>;
  close(): void;
}

/** Connections of its own, kept alive between requests, so that none is shared with code that checks no addresses. */
export function openConnections(): Connections {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  return {
    ask: (url, options) =>
      url.protocol === 'https:'
        ? exchange((init) => https.request(url, { ...init, agent: agents['https:'] }), options)
        : exchange((init) => http.request(url, { ...init, agent: agents['http:'] }), options),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

type Send = (init: Pick<http.RequestOptions, 'method' | 'headers' | 'lookup' | 'signal'>) => http.ClientRequest;

async function exchange(send: Send, { asked, headers, lookup, limits, signal }: ExchangeOptions): Promise<Answer> {
  signal.throwIfAborted();
  const ended = new AbortController();
  const abort = () => ended.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const seen: { status?: number } = {};
  const late = (ms: number, what: string) =>
    setTimeout(() => ended.abort(timeout(`no ${what} within ${ms / 1_000} s`, seen)), ms);
  const total = late(limits.totalMs, 'whole answer');
  const first = late(limits.headersMs, 'answer');
  try {
    const method = asked === 'headers' ? 'HEAD' : 'GET';
    const response = await responseTo(send({ method, headers: { ...headers }, lookup, signal: ended.signal }));
    clearTimeout(first);
    const { statusCode: status = 0 } = response;
    seen.status = status;
    return { status, headers: response.headers, body: await bodyOf(response, asked, limits, ended) };
  } catch (thrown) {
    ended.signal.throwIfAborted();
    if (thrown instanceof AttemptFailure) throw thrown;
    throw seen.status === undefined
      ? connectionFailed(failureBeforeHeaders(thrown))
      : connectionFailed(failureInBody(thrown, seen.status));
  } finally {
    clearTimeout(total);
    clearTimeout(first);
    signal.removeEventListener('abort', abort);
  }
}

function responseTo(request: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    // Stays: a request that is given up while its body is read reports that here as well.
    request.on('error', reject);
    request.end();
  });
}

async function bodyOf(
  response: http.IncomingMessage,
  asked: Asked,
  limits: ExchangeLimits,
  ended: AbortController,
): Promise<Buffer> {
  if (response.statusCode === 304 || asked === 'headers') {
    response.resume();
    return Buffer.alloc(0);
  }
  // An error page may be as long as its server likes: the connection is worth less than reading it.
  if (response.statusCode !== 200 || asked === 'first_byte') {
    response.destroy();
    return Buffer.alloc(0);
  }
  const { maxBytes, pace } = limits;
  const told = Number(response.headers['content-length'] ?? 0);
  if (told > maxBytes) throw tooLarge(`${told} bytes`, maxBytes);
  const chunks: Buffer[] = [];
  let received = 0;
  let before = 0;
  const watch = setInterval(() => {
    const slow = `less than ${pace.minBytes} bytes of the body came in ${pace.windowMs / 1_000} s`;
    if (received - before < pace.minBytes) ended.abort(timeout(slow, { status: 200 }));
    before = received;
  }, pace.windowMs);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > maxBytes) throw tooLarge(`more than ${maxBytes} bytes`, maxBytes);
      chunks.push(chunk);
    }
  } finally {
    clearInterval(watch);
  }
  return Buffer.concat(chunks, received);
}

function tooLarge(size: string, maxBytes: number): AttemptFailure {
  return new AttemptFailure('too_large', `the page has ${size}, the limit is ${maxBytes}`, { status: 200 });
}

function timeout(message: string, answered: { readonly status?: number }): AttemptFailure {
  return new AttemptFailure('timeout', message, { ...answered, remedy: { kind: 'retry' } });
}

/** A name that does not exist and a certificate that is not trusted stay what they are; a lost connection may come back. */
function connectionFailed(failure: TransportFailure): AttemptFailure {
  const lasting = failure.kind === 'refused_here' || failure.errorCode === 'ENOTFOUND';
  return new AttemptFailure('transport', failure.message, {
    remedy: { kind: lasting ? 'none' : 'retry' },
    cause: failure,
    ...(failure.status === null ? {} : { status: failure.status }),
  });
}
