import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import type { AddressGuard } from './address-guard.ts';
import { AttemptFailure } from './attempt-failure.ts';
import { ACCEPTED_CODINGS, decodeBody } from './content-coding.ts';
import type { Answer, Asked, Connections, ExchangeOptions } from './exchange.ts';
import type { HostPacing } from './host-pacing.ts';
import type { FetchLimits } from './limits.ts';
import { checkMediaType, mediaTypeOf } from './media-type.ts';
import type { FetchedPage, FetchRequest, Validators } from './page.ts';
import { failureOfStatus } from './status-verdict.ts';

/** What an attempt works with. */
export interface AttemptParts {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly limits: FetchLimits;
  readonly guard: AddressGuard;
  readonly connections: Connections;
  readonly pacing: HostPacing;
  /** Milliseconds that a host is left alone which refuses for a limit and names no time. */
  readonly pauseMs: number;
}

const RANGES: Readonly<Record<Asked, Readonly<Record<string, string>>>> = {
  page: {},
  headers: {},
  first_byte: { range: 'bytes=0-0' },
};

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Asks for a page once. @throws AttemptFailure. @throws the signal's reason when it is aborted. */
export async function attemptPage(
  request: FetchRequest,
  parts: AttemptParts,
  signal: AbortSignal,
): Promise<FetchedPage> {
  return await followRedirects(request, 'page', parts, signal, (answer, url) => pageFrom(answer, url, request, parts));
}

/** Asks once whether there is such a page. @throws as `attemptPage` */
export async function attemptProbe(
  request: FetchRequest,
  asked: Exclude<Asked, 'page'>,
  parts: AttemptParts,
  signal: AbortSignal,
): Promise<void> {
  await followRedirects(request, asked, parts, signal, ({ status, headers }, url) => {
    if (status !== 200 && status !== 206) throw refusal(status, headers, url, parts);
    if (request.mediaTypes) checkMediaType(mediaTypeOf(headers['content-type']), Buffer.alloc(0), request.mediaTypes);
  });
}

/**
 * Sends a request and follows its redirects, each of which is checked and paced like an address of its own. What `use`
 * throws of the last answer says where they led.
 */
async function followRedirects<T>(
  request: FetchRequest,
  asked: Asked,
  parts: AttemptParts,
  signal: AbortSignal,
  use: (answer: Answer, url: URL) => T | Promise<T>,
): Promise<T> {
  const start = URL.parse(request.url);
  if (start === null) throw new AttemptFailure('refused_address', 'this is not an address');
  let url = start;
  let { bearer } = request;
  try {
    for (let hops = 0; ; hops += 1) {
      parts.guard.admit(url);
      const headers = { ...headersFor(request, bearer, parts.userAgent), ...RANGES[asked] };
      const answer = await ask(url, { asked, headers }, request, parts, signal);
      if (!REDIRECTS.has(answer.status)) return await use(answer, url);
      if (hops === parts.limits.maxRedirects)
        throw new AttemptFailure('redirects', `more than ${hops} redirects`, { status: answer.status });
      const target = targetOf(answer, url);
      // Never sent again, also not when a later redirect leads back (fetch.spec.whatwg.org, HTTP-redirect fetch).
      if (target.origin !== url.origin) bearer = undefined;
      url = target;
    }
  } catch (thrown) {
    if (url === start || !(thrown instanceof AttemptFailure)) throw thrown;
    throw thrown.withMessage(`${thrown.message}, after a redirect to ${url.href}`);
  }
}

function headersFor({ accept, validators }: FetchRequest, bearer: string | undefined, userAgent: string) {
  return {
    'user-agent': userAgent,
    accept: accept ?? '*/*',
    'accept-encoding': ACCEPTED_CODINGS,
    ...(validators?.etag ? { 'if-none-match': validators.etag } : {}),
    ...(validators?.lastModified ? { 'if-modified-since': validators.lastModified } : {}),
    ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
  };
}

async function ask(
  url: URL,
  sent: Pick<ExchangeOptions, 'asked' | 'headers'>,
  { maxBytes }: FetchRequest,
  { connections, guard, limits, pacing }: AttemptParts,
  signal: AbortSignal,
): Promise<Answer> {
  const leave = await pacing.enter(url.host, signal);
  try {
    const answer = await connections.ask(url, {
      ...sent,
      lookup: guard.lookupFor(url),
      limits: { ...limits, maxBytes: maxBytes ?? limits.maxBytes },
      signal,
    });
    pacing.heardOf(url.host);
    return answer;
  } finally {
    leave();
  }
}

async function pageFrom(
  { status, headers, body }: Answer,
  url: URL,
  request: FetchRequest,
  parts: AttemptParts,
): Promise<FetchedPage> {
  const validators: Validators = { etag: headers.etag ?? null, lastModified: headers['last-modified'] ?? null };
  const held = request.validators;
  if (status === 304 && (held?.etag || held?.lastModified)) {
    return { outcome: 'unchanged', url: url.href, validators: { ...held, ...stated(validators) } };
  }
  if (status !== 200) throw refusal(status, headers, url, parts);
  const decoded = await decodeBody(body, headers['content-encoding'] ?? '', request.maxBytes ?? parts.limits.maxBytes);
  const mediaType = mediaTypeOf(headers['content-type']);
  if (request.mediaTypes) checkMediaType(mediaType, decoded, request.mediaTypes);
  return { outcome: 'fetched', url: url.href, body: decoded, mediaType, validators, sha256: hash('sha256', decoded) };
}

/** What an answer means that is no page. A host that asks for a pause gets it. */
function refusal(
  status: number,
  headers: IncomingHttpHeaders,
  url: URL,
  { clock, pacing, pauseMs }: AttemptParts,
): AttemptFailure {
  const now = clock.now();
  const failure = failureOfStatus(status, headers, now);
  const { remedy } = failure;
  if (remedy.kind === 'pause')
    pacing.hold(url.host, remedy.until ?? now + pauseMs, remedy.until === null ? 'backoff' : 'retry_after');
  return failure;
}

/** A 304 need not repeat what did not change. */
function stated({ etag, lastModified }: Validators): Partial<Validators> {
  return { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) };
}

function targetOf({ status, headers }: Answer, from: URL): URL {
  const target = headers.location === undefined ? null : URL.parse(headers.location, from.href);
  if (target !== null) return target;
  const where = headers.location === undefined ? 'without a location' : `to "${headers.location}", which is no address`;
  throw new AttemptFailure('redirects', `HTTP ${status} ${where}`, { status });
}
