import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { createAddressGuard } from './address-guard.ts';
import { type AttemptParts, attemptPage, attemptProbe } from './attempt.ts';
import { AttemptFailure } from './attempt-failure.ts';
import { openConnections } from './exchange.ts';
import { HostPacing } from './host-pacing.ts';
import { DEFAULT_LIMITS, type FetchLimits } from './limits.ts';
import { FetchFailure, type FetchObserver, type FetchRequest, type ProbingPageFetcher } from './page.ts';

export interface PageFetcherOptions {
  readonly clock: Clock;
  /** Names the program and a contact: `capture-cli/1.0 (+https://example.org/contact)`. */
  readonly userAgent: string;
  /** In place of `DEFAULT_LIMITS`, one by one. */
  readonly limits?: Partial<FetchLimits>;
  /** Hosts, as `name` or `name:port`, that may have an address which is not public. Default: none. */
  readonly allowPrivateHosts?: readonly string[];
  readonly observer?: FetchObserver;
  /** Resolves names. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
  /** In [0, 1), for the jitter of backoffs. */
  readonly random?: () => number;
}

const NOBODY: FetchObserver = { waiting: () => {}, resumed: () => {} };

/** A fetcher with connections and a pacing of its own: one for all pages of a run, so that no host is asked too often. */
export function createPageFetcher(options: PageFetcherOptions): ProbingPageFetcher {
  const { clock, userAgent, observer = NOBODY, random = Math.random } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const connections = openConnections();
  const pacing = new HostPacing({ clock, limits, observer });
  const parts: Omit<AttemptParts, 'pauseMs'> = {
    clock,
    userAgent,
    limits,
    connections,
    guard: createAddressGuard(options.allowPrivateHosts ?? [], options.lookup ?? systemLookup),
    pacing,
  };

  async function withRetries<T>(
    request: FetchRequest,
    signal: AbortSignal,
    attempt: (parts: AttemptParts) => Promise<T>,
  ): Promise<T> {
    for (let attempts = 1; ; attempts += 1) {
      const pauseMs = backoffMs(attempts, limits.backoff, random);
      try {
        return await attempt({ ...parts, pauseMs });
      } catch (thrown) {
        if (!(thrown instanceof AttemptFailure)) throw thrown;
        const tooLong = longPause(thrown, clock.now(), limits.maxPauseMs);
        if (tooLong !== null || thrown.remedy.kind === 'none' || attempts > limits.retries) {
          if (thrown.status === null && thrown.remedy.kind === 'retry') pacing.gaveUp(new URL(request.url).host);
          throw finalFailure(request.url, thrown, attempts, tooLong);
        }
        // A pause of the host is waited for where every request to it waits.
        if (thrown.remedy.kind === 'pause') continue;
        observer.retrying?.(request.url, thrown.reason, clock.now() + pauseMs);
        await clock.sleep(pauseMs, signal);
      }
    }
  }

  async function probe(request: FetchRequest, signal: AbortSignal): Promise<void> {
    const ask = (asked: 'headers' | 'first_byte') =>
      withRetries(request, signal, (parts) => attemptProbe(request, asked, parts, signal));
    try {
      await ask('headers');
    } catch (thrown) {
      if (!(thrown instanceof FetchFailure) || thrown.status === null || !refusesMethod(thrown.status)) throw thrown;
      await ask('first_byte');
    }
  }

  return {
    fetch: (request, signal) => withRetries(request, signal, (parts) => attemptPage(request, parts, signal)),
    probe,
    close: async () => connections.close(),
  };
}

/** Servers that do not know HEAD, or do not like it, answer with any of these where a GET is well. */
function refusesMethod(status: number): boolean {
  return status === 501 || (status >= 400 && status < 500 && status !== 429);
}

/** The end of a pause that is longer than a host is granted, in milliseconds since the epoch; null for any other failure. */
function longPause({ remedy }: AttemptFailure, now: number, maxPauseMs: number): number | null {
  if (remedy.kind !== 'pause' || remedy.until === null) return null;
  return remedy.until - now > maxPauseMs ? remedy.until : null;
}

function finalFailure(url: string, failure: AttemptFailure, attempts: number, retryAt: number | null): FetchFailure {
  const { reason, status, cause } = failure;
  const again = retryAt === null ? '' : `; it may be asked again from ${new Date(retryAt).toISOString()}`;
  const count = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return new FetchFailure(`${url} could not be fetched: ${failure.message}${again} (${reason}, ${count})`, {
    reason,
    url,
    status,
    attempts,
    retryAt,
    cause,
  });
}
