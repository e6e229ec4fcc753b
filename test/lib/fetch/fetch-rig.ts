import type { LookupFunction } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/lib/clock.ts';
import { FetchFailure, type FetchRequest, type PageFetcher } from '../../../src/lib/fetch/page.ts';
import { createPageFetcher, type PageFetcherOptions } from '../../../src/lib/fetch/page-fetcher.ts';
import { type DocsHost, type DocsHostOptions, startDocsHost } from '../../sandbox/docs-host.ts';

/** A clock on which every sleep is over at once. */
export interface LeapingClock extends Clock {
  readonly slept: readonly number[];
}

export function createLeapingClock(startAt = Date.now()): LeapingClock {
  let now = startAt;
  const slept: number[] = [];
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
    slept,
  };
}

/** Every name leads to loopback. */
export const toLoopback: LookupFunction = (_hostname, { all }, callback) =>
  all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

export interface FetchRig {
  readonly host: DocsHost;
  readonly fetcher: PageFetcher;
  readonly clock: LeapingClock;
  /** Fetches a path of the host. */
  get(path: string, request?: Partial<FetchRequest>): ReturnType<PageFetcher['fetch']>;
  /** The failure that fetching ends with. */
  failureOf(path: string, request?: Partial<FetchRequest>): Promise<FetchFailure>;
}

/** A documentation host and a fetcher that may ask it, on a clock that leaps and without jitter, for as long as the test lasts. */
export async function startFetchRig(
  hostOptions: DocsHostOptions,
  fetcherOptions: Partial<PageFetcherOptions> = {},
): Promise<FetchRig> {
  const host = await startDocsHost(hostOptions);
  const clock = createLeapingClock();
  const fetcher = createPageFetcher({
    clock,
    userAgent: 'capture-cli-test (+mailto:docs@example.com)',
    allowPrivateHosts: [host.host],
    random: () => 0,
    ...fetcherOptions,
  });
  onTestFinished(async () => {
    await fetcher.close();
    await host.close();
  });
  const get: FetchRig['get'] = (path, request) =>
    fetcher.fetch({ url: URL.parse(path, host.url)?.href ?? path, ...request }, new AbortController().signal);
  return {
    host,
    fetcher,
    clock,
    get,
    failureOf: async (path, request) => {
      try {
        await get(path, request);
      } catch (thrown) {
        if (thrown instanceof FetchFailure) return thrown;
        throw thrown;
      }
      throw new Error(`${path} was fetched`);
    },
  };
}
