import { scheduler } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';

/** To be awaited between two steps of work that holds the thread; throws the signal's reason once it is aborted. */
export type TakeTurn = () => Promise<void>;

/** How long Ctrl-C may go unheard beside the longest step, in milliseconds. */
const LONGEST_DEAF_MS = 25;

/**
 * Lets the event loop have its turn when its last was a while ago. One with each of hundreds of artifacts would take a tenth of
 * the time of consolidating them.
 */
export function takeTurns(clock: Pick<Clock, 'now'>, signal: AbortSignal): TakeTurn {
  let lastAt = clock.now();
  return async () => {
    if (clock.now() - lastAt >= LONGEST_DEAF_MS) {
      await scheduler.yield();
      lastAt = clock.now();
    }
    signal.throwIfAborted();
  };
}
