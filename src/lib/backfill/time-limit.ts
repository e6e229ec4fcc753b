import type { Clock } from '../clock.ts';

export interface TimeLimit {
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** Stops the clock; to be called when the work has ended before. */
  cancel(): void;
}

/** @param minutes from now on; without them the time is never over */
export function startTimeLimit(clock: Clock, minutes: number | undefined): TimeLimit {
  const over = new AbortController();
  const timer = new AbortController();
  if (minutes !== undefined) {
    clock.sleep(minutes * 60_000, timer.signal).then(
      () => over.abort(),
      () => undefined,
    );
  }
  return { signal: over.signal, cancel: () => timer.abort() };
}
