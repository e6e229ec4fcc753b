import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import { createAddressGuard } from './address-guard.ts';
import { type AttemptParts, attemptPage } from './attempt.ts';
import { AttemptFailure } from './attempt-failure.ts';
import { openConnections } from './exchange.ts';
import { HostPacing } from './host-pacing.ts';
import { DEFAULT_LIMITS, type FetchLimits } from './limits.ts';
import { type FetchedPage, FetchFailure, type FetchObserver, type FetchRequest, type PageFetcher } from './page.ts';

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
export function createPageFetcher(options: PageFetcherOptions): PageFetcher {
  const { clock, userAgent, observer = NOBODY, random = Math.random } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const connections = openConnections();
  const parts: Omit<AttemptParts, 'pauseMs'> = {
    clock,
    userAgent,
    limits,
    connections,
    guard: createAddressGuard(options.allowPrivateHosts ?? [], options.lookup ?? systemLookup),
    pacing: new HostPacing({ clock, limits, observer }),
  };

  async function fetchPage(request: FetchRequest, signal: AbortSignal): Promise<FetchedPage> {
    for (let attempts = 1; ; attempts += 1) {
      const pauseMs = backoffMs(attempts, limits.backoff, random);
      try {
        return await attemptPage(request, { ...parts, pauseMs }, signal);
      } catch (thrown) {
        if (!(thrown instanceof AttemptFailure)) throw thrown;
        const tooLong = longPause(thrown, clock.now(), limits.maxPauseMs);
        if (tooLong !== null || thrown.remedy.kind === 'none' || attempts > limits.retries)
          throw finalFailure(request.url, thrown, attempts, tooLong);
        // A pause of the host is waited for where every request to it waits.
        if (thrown.remedy.kind === 'pause') continue;
        observer.retrying?.(request.url, thrown.reason, clock.now() + pauseMs);
        await clock.sleep(pauseMs, signal);
      }
    }
  }

  return { fetch: fetchPage, close: async () => connections.close() };
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
