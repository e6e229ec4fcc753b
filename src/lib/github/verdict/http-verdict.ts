import type { OperatorError } from '../../errors.ts';
import { permissionDenied, tokenRejected } from '../access-errors.ts';
import type { RateSignals } from '../budget/rate-signals.ts';
import { GitHubRefusal } from '../refusals.ts';

/** What an HTTP status means for GraphQL and REST alike; undefined when the body or the caller decides. */
export type HttpVerdict =
  | { readonly kind: 'limited'; readonly limit: 'primary' | 'secondary' }
  | { readonly kind: 'refused'; readonly refusal: GitHubRefusal }
  | { readonly kind: 'failed'; readonly error: OperatorError };

const SECONDARY = /secondary rate limit|abuse detection/i;
const PRIMARY = /rate limit/i;

/** Which limit a message of GitHub's speaks of. */
export function limitNamedIn(message: string): 'primary' | 'secondary' | undefined {
  if (SECONDARY.test(message)) return 'secondary';
  return PRIMARY.test(message) ? 'primary' : undefined;
}

/**
 * A 403 or 429 that is a rate limit and not a permission: GitHub says so in words, in `x-ratelimit-remaining: 0`, or by
 * `retry-after`. A permission error may come with an empty budget by chance, so GitHub's words go first.
 * Source: docs.github.com, "Rate limits for the REST API".
 */
function limitOf(status: number, signals: RateSignals, message: string): 'primary' | 'secondary' | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const named = limitNamedIn(message);
  if (named === 'secondary') return 'secondary';
  const spent = signals.remaining === 0;
  const retry = signals.retryAfterMs !== undefined;
  if (named === 'primary') return spent || !retry ? 'primary' : 'secondary';
  if (status === 403 && message !== '' && !retry) return undefined;
  if (spent) return 'primary';
  return status === 429 || retry ? 'secondary' : undefined;
}

/** Judges a response by status and headers. `message` is GitHub's own words, '' when it gave none. */
export function judgeStatus(
  status: number,
  headers: Readonly<Record<string, string>>,
  signals: RateSignals,
  message: string,
): HttpVerdict | undefined {
  const limit = limitOf(status, signals, message);
  if (limit) return { kind: 'limited', limit };
  if (status === 401) return { kind: 'failed', error: tokenRejected(message) };
  if (status === 403) return { kind: 'failed', error: permissionDenied(message, headers) };
  if (status === 408 || status === 502 || status === 503 || status === 504) {
    return { kind: 'refused', refusal: new GitHubRefusal('gateway_timeout', worded(status, message), status) };
  }
  if (status >= 500)
    return { kind: 'refused', refusal: new GitHubRefusal('server_error', worded(status, message), status) };
  return undefined;
}

function worded(status: number, message: string): string {
  return `GitHub answered HTTP ${status}${message ? `: ${message}` : ''}`;
}
