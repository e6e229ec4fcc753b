import { RESET_MARGIN_MS } from './rate-budget.ts';

/** Nothing is sent until `until`, because GitHub said that a limit is exceeded. */
export interface LimitHold {
  readonly kind: 'primary' | 'secondary';
  /** Local clock, milliseconds since the epoch. */
  readonly until: number;
  /** When this hold began: answers to requests that were sent before do not speak of it. */
  readonly since: number;
  /** How many times in a row GitHub has refused for this limit. */
  readonly strikes: number;
}

/** What a limited response said; times on the local clock. */
export interface LimitNotice {
  readonly kind: 'primary' | 'secondary';
  readonly retryAfterMs: number | undefined;
  readonly remaining: number | undefined;
  readonly resetAt: number | undefined;
}

/** After this many refusals in a row the client stops waiting: going on while limited can get an integration banned. */
export const MAX_STRIKES = 5;

const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 16 * 60_000;

/**
 * The hold after a limited response, in the order that GitHub documents: `retry-after`; else the reset when the budget
 * is spent; else at least a minute, doubling with each refusal in a row, plus up to a quarter of jitter.
 * A response to a request that was sent before the present hold began lengthens it but is no new strike.
 * Source: docs.github.com, "Rate limits for the REST API", exceeding the rate limit.
 *
 * @param sentAt when the refused request was sent. @param random in [0, 1).
 */
export function holdAfter(
  previous: LimitHold | undefined,
  notice: LimitNotice,
  sentAt: number,
  now: number,
  random: () => number,
): LimitHold {
  const overlapping = previous !== undefined && sentAt <= previous.since;
  const strikes = overlapping ? previous.strikes : (previous?.strikes ?? 0) + 1;
  const until = Math.max(now + waitMs(notice, strikes, now, random), overlapping ? previous.until : 0);
  return { kind: notice.kind, until, since: overlapping ? previous.since : now, strikes };
}

function waitMs(notice: LimitNotice, strikes: number, now: number, random: () => number): number {
  const { retryAfterMs, remaining, resetAt } = notice;
  if (retryAfterMs !== undefined) return retryAfterMs + Math.round(RESET_MARGIN_MS * random());
  const spent = notice.kind === 'primary' || remaining === 0;
  if (spent && resetAt !== undefined && resetAt + RESET_MARGIN_MS > now) return resetAt + RESET_MARGIN_MS - now;
  const doubled = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (strikes - 1));
  return Math.round(doubled * (1 + random() / 4));
}

/** The hold after a request that was sent at `sentAt` went through: gone, unless the hold began after it was sent. */
export function holdAfterSuccess(hold: LimitHold | undefined, sentAt: number): LimitHold | undefined {
  return hold && sentAt <= hold.since ? hold : undefined;
}
