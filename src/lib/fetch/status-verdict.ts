import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import { AttemptFailure } from './attempt-failure.ts';
import type { FetchFailureReason } from './page.ts';

const PERMANENT: Readonly<Record<number, FetchFailureReason>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'not_found',
  410: 'gone',
  451: 'forbidden',
};

/**
 * What an answer that is neither a page, nor unchanged, nor a redirect means. 429, and 403 that speaks of a limit, pause
 * the host; 408 and 5xx are worth another try, after the time that the server names; everything else is final.
 * @param now milliseconds since the epoch
 */
export function failureOfStatus(status: number, headers: IncomingHttpHeaders, now: number): AttemptFailure {
  const words = `HTTP ${status}${STATUS_CODES[status] === undefined ? '' : ` ${STATUS_CODES[status]}`}`;
  const until = pauseEnd(headers, now);
  if (status === 429 || (status === 403 && until !== null))
    return new AttemptFailure('rate_limited', words, { status, remedy: { kind: 'pause', until } });
  if (status >= 500 || status === 408) {
    const remedy = until === null ? ({ kind: 'retry' } as const) : ({ kind: 'pause', until } as const);
    return new AttemptFailure(status === 408 ? 'timeout' : 'server_error', words, { status, remedy });
  }
  return new AttemptFailure(PERMANENT[status] ?? 'http_status', words, { status });
}

/**
 * When a server wants to be asked again, on the local clock: `retry-after` as seconds or as a date (RFC 9110 section
 * 10.2.3), else the reset of a budget that is used up (GitHub's `x-ratelimit-*`). Times of the server's are taken
 * relative to its own `date`, so that a clock that is wrong here does not matter. Null where it names none.
 */
export function pauseEnd(headers: IncomingHttpHeaders, now: number): number | null {
  const serverNow = timeOf(headers.date) ?? now;
  const retryAfter = headers['retry-after'];
  if (retryAfter !== undefined) {
    if (/^\d+$/.test(retryAfter)) return now + Number(retryAfter) * 1_000;
    const at = timeOf(retryAfter);
    if (at !== null) return now + Math.max(0, at - serverNow);
  }
  if (headers['x-ratelimit-remaining'] !== '0') return null;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1_000;
  return Number.isNaN(reset) ? null : now + Math.max(0, reset - serverNow);
}

function timeOf(date: string | undefined): number | null {
  const at = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(at) ? null : at;
}
