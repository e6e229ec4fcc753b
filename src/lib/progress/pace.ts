/** How many pull requests were finished at a time (milliseconds since the epoch). */
export interface PaceSample {
  readonly at: number;
  readonly finished: number;
}

/** The rate is that of about the last minute: long enough for slow chunks, short enough to follow a change. */
export const PACE_WINDOW_MS = 60_000;

/** Samples closer together than this are merged, so that a fast run keeps at most about 120 of them. */
const MERGE_MS = 500;

/** Two samples must be at least this far apart before they say anything about a minute. */
const SHORTEST_SPAN_MS = 2_000;

/** Adds a sample and drops those that the window no longer needs: at most one older than the window stays. */
export function addSample(samples: readonly PaceSample[], sample: PaceSample): readonly PaceSample[] {
  const kept = samples.filter((_, index) => {
    const next = samples[index + 1];
    return next === undefined || next.at > sample.at - PACE_WINDOW_MS;
  });
  const last = kept.at(-1);
  const beforeLast = kept.at(-2);
  const merge = last !== undefined && beforeLast !== undefined && last.at - beforeLast.at < MERGE_MS;
  return merge ? [...kept.slice(0, -1), sample] : [...kept, sample];
}

/** The same samples as if a wait of `ms` had not happened: an hour asleep says nothing about the speed of the work. */
export function withoutWait(samples: readonly PaceSample[], ms: number): readonly PaceSample[] {
  return samples.map((sample) => ({ at: sample.at + ms, finished: sample.finished }));
}

/**
 * Pull requests a minute over the window, or undefined while two samples far enough apart are missing. Silence counts
 * against the rate only once it is longer than the longest gap seen, so that the figure neither saws up and down
 * between chunks nor stays high in a stall.
 */
export function ratePerMinute(samples: readonly PaceSample[], now: number): number | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 2) return undefined;
  const longestGap = samples.reduce((longest, sample, index) => {
    const previous = samples[index - 1];
    return previous === undefined ? longest : Math.max(longest, sample.at - previous.at);
  }, 0);
  const span = last.at - first.at + Math.max(0, now - last.at - longestGap);
  if (span < SHORTEST_SPAN_MS) return undefined;
  return Math.max(0, ((last.finished - first.finished) / span) * 60_000);
}
