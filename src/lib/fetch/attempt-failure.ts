import type { FetchFailureReason } from './page.ts';

/** What may follow one failed attempt. */
export type Remedy =
  /** Asking again gives the same answer. */
  | { readonly kind: 'none' }
  /** The page alone is asked for again after a backoff. */
  | { readonly kind: 'retry' }
  /** The host is left alone first: until then (milliseconds since the epoch), or for a backoff where it named no time. */
  | { readonly kind: 'pause'; readonly until: number | null };

/** One attempt failed; its message is a fragment such as `HTTP 503`, without the address. */
export class AttemptFailure extends Error {
  readonly reason: FetchFailureReason;
  readonly status: number | null;
  readonly remedy: Remedy;

  constructor(
    reason: FetchFailureReason,
    message: string,
    details: { readonly status?: number; readonly remedy?: Remedy; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'AttemptFailure';
    this.reason = reason;
    this.status = details.status ?? null;
    this.remedy = details.remedy ?? { kind: 'none' };
  }

  /** The same failure in other words. */
  withMessage(message: string): AttemptFailure {
    const { reason, status, remedy, cause } = this;
    return new AttemptFailure(reason, message, { remedy, cause, ...(status === null ? {} : { status }) });
  }
}
