import type { BackoffCurve } from '../backoff.ts';

/** What one request may take. */
export interface ExchangeLimits {
  /** Milliseconds from the start of a request, connection included, to the headers of its answer. */
  readonly headersMs: number;
  /** Milliseconds from the start of a request to the last byte of its answer. */
  readonly totalMs: number;
  /** In every `windowMs` of a body at least `minBytes` must arrive. */
  readonly pace: { readonly windowMs: number; readonly minBytes: number };
  /** Bytes of a body, as sent and after decompression. */
  readonly maxBytes: number;
}

export interface FetchLimits extends ExchangeLimits {
  /** Requests to one host at the same time. */
  readonly perHost: number;
  /** Requests to all hosts at the same time. */
  readonly total: number;
  /** Milliseconds between the starts of two requests to one host. */
  readonly minIntervalMs: number;
  readonly maxRedirects: number;
  /** Tries after the first. */
  readonly retries: number;
  readonly backoff: BackoffCurve;
  /** The longest pause in milliseconds that a host is granted; one that asks for more is given up. */
  readonly maxPauseMs: number;
  /** Milliseconds without any answer after which pages of a host fail at once, if some were given up already. */
  readonly maxSilenceMs: number;
}

/**
 * Four connections and at most fifty requests a second are what a browser would do to a host; the times bound a host that
 * hangs (`retries` included) to about two minutes. Ten redirects are Go's bound, and so the reference's.
 */
export const DEFAULT_LIMITS: FetchLimits = {
  perHost: 4,
  total: 16,
  minIntervalMs: 20,
  headersMs: 20_000,
  totalMs: 60_000,
  pace: { windowMs: 10_000, minBytes: 8_192 },
  maxBytes: 16 * 2 ** 20,
  maxRedirects: 10,
  retries: 4,
  backoff: { baseMs: 500, capMs: 15_000 },
  maxPauseMs: 120_000,
  maxSilenceMs: 60_000,
};
