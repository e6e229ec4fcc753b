import type { Clock } from '../clock.ts';

/**
 * Calls `act` every `ms` milliseconds until the signal is aborted, then resolves. It never rejects: if `act` fails,
 * the ticking ends and nothing else does.
 */
export async function tickEvery(ms: number, clock: Clock, signal: AbortSignal, act: () => void): Promise<void> {
  try {
    while (!signal.aborted) {
      await clock.sleep(ms, signal);
      act();
    }
  } catch {
    // Either the sleep was cut short by the signal, or nobody is left to show the failure to.
  }
}
