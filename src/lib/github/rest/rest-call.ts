import { TransportFailure } from '../../transport-failure.ts';
import { githubUnreachable } from '../access-errors.ts';
import type { Permit } from '../budget/budget-gate.ts';
import { type RateSignals, readRateSignals } from '../budget/rate-signals.ts';
import type { RestAnswer, RestRequest } from '../client.ts';
import { GitHubRefusal, RateLimitPause } from '../refusals.ts';
import type { CallParts } from '../transport/call-parts.ts';
import { noTries, type Tries } from '../transport/connection.ts';
import type { RequestSender } from '../transport/request-sender.ts';
import { readBody } from '../verdict/reply-text.ts';
import { judgeRest, type RestVerdict } from './rest-verdict.ts';

/** How often a GET is repeated when GitHub's servers fail it; anything else may have had its effect and never is. */
const MAX_REPEATS = 3;

/** Every request costs one unit of the hourly budget, but for a 304 (docs.github.com, rate limits for the REST API). */
const COST = 1;

/** One REST request, repeated while limited or not connected, and a GET also when the servers fail. See `GitHubClient`. */
export async function callRest<Data>(parts: CallParts, request: RestRequest): Promise<RestAnswer<Data>> {
  const { gate, connection, apiUrl } = parts;
  const { signal, answers, once = false } = request;
  const idempotent = /^(GET|HEAD) /i.test(request.route);
  const tries = noTries();
  for (;;) {
    const permit = await gate.admit('rest', COST, signal);
    const reply = await send(parts, request, permit);
    if (reply instanceof TransportFailure) {
      if (once) throw lostForGood(reply, apiUrl);
      await recover(parts, reply, apiUrl, tries, idempotent, signal);
      continue;
    }
    connection.reached();
    const { status, headers, trip, method, url, notModified } = reply;
    const signals = readRateSignals(headers, 'rest');
    const { pathname, search } = new URL(url);
    const verdict = judgeRest(reply, readBody(reply), signals, { method, path: pathname + search }, answers);
    permit.settle({
      kind: settlementOf(verdict),
      signals,
      trip,
      charged: notModified || verdict.kind === 'limited' ? 0 : COST,
    });
    if (verdict.kind === 'failed') throw verdict.error;
    // The shape is the route's, which the caller names.
    if (verdict.kind === 'answer') return { status, headers, data: verdict.data as Data };
    if (once) throw verdict.kind === 'refused' ? verdict.refusal : pauseOf(verdict.limit, signals, parts.clock.now());
    if (verdict.kind === 'refused') await repeat(parts, verdict.refusal, tries, idempotent, signal);
  }
}

function settlementOf(verdict: RestVerdict): 'answered' | 'limited_primary' | 'limited_secondary' {
  return verdict.kind === 'limited' ? `limited_${verdict.limit}` : 'answered';
}

async function send(
  parts: CallParts,
  { route, parameters, signal, ...options }: RestRequest,
  permit: Permit,
): Promise<Awaited<ReturnType<RequestSender>> | TransportFailure> {
  try {
    return await parts.send(route, parameters ?? {}, signal, options);
  } catch (thrown) {
    const failure = thrown instanceof TransportFailure ? thrown : undefined;
    const untouched = failure?.kind === 'unreachable' || failure?.kind === 'refused_here';
    permit.settle({ kind: 'lost', charged: untouched ? 0 : COST });
    if (failure) return failure;
    throw thrown;
  }
}

/** What a request that may leave only once is lost with: not connected, or taken without a whole response. */
function lostForGood({ kind, message, status }: TransportFailure, url: string): Error {
  if (kind === 'unreachable' || kind === 'refused_here' || kind === 'redirect')
    return githubUnreachable(url, message, 1);
  return new GitHubRefusal(kind === 'deadline_exceeded' ? kind : 'cut_stream', message, status);
}

/** docs.github.com, "Rate limits for the REST API": without `retry-after` or a reset, wait for at least one minute. */
const LEAST_PAUSE_MS = 60_000;

function pauseOf(kind: 'primary' | 'secondary', { retryAfterMs, resetAt, date }: RateSignals, now: number): Error {
  const untilReset = kind === 'primary' && resetAt !== undefined ? Math.max(0, resetAt - (date ?? now)) : undefined;
  return new RateLimitPause(kind, now + (retryAfterMs ?? untilReset ?? LEAST_PAUSE_MS));
}

async function recover(
  { connection }: CallParts,
  failure: TransportFailure,
  url: string,
  tries: Tries,
  idempotent: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (failure.kind === 'reset_before_headers' && !idempotent) {
    throw new GitHubRefusal('cut_stream', `the connection was closed before the response: ${failure.message}`, null);
  }
  if (
    idempotent &&
    tries.repeats < MAX_REPEATS &&
    (failure.kind === 'cut_stream' || failure.kind === 'deadline_exceeded')
  ) {
    tries.repeats += 1;
    return connection.pause(tries.repeats, failure.message, signal);
  }
  return connection.recover(failure, url, tries, signal);
}

async function repeat(
  { connection }: CallParts,
  refusal: GitHubRefusal,
  tries: Tries,
  idempotent: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!idempotent || tries.repeats >= MAX_REPEATS) throw refusal;
  tries.repeats += 1;
  await connection.pause(tries.repeats, refusal.message, signal);
}
