import type { Clock } from '../../src/lib/clock.ts';

export interface ManualClock extends Clock {
  /** Lets `ms` pass: sleepers wake in their order, each before the next is looked at. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that moves only when told, so that minutes of pacing are tested in milliseconds. */
export function createManualClock(startAt = Date.UTC(2026, 10, 21, 14, 0, 0)): ManualClock {
  let now = startAt;
  const sleepers = new Set<Sleeper>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    sleep: (ms, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper: Sleeper = { due: now + ms, wake: resolve };
      const abort = () => {
        sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      if (signal?.aborted) reject(signal.reason);
      else {
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
      }
      return promise.finally(() => signal?.removeEventListener('abort', abort));
    },
    advance: async (ms) => {
      const until = now + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].filter(({ due }) => due <= until).sort((one, other) => one.due - other.due)[0];
        if (next === undefined) break;
        sleepers.delete(next);
        now = Math.max(now, next.due);
        next.wake();
        await settle();
      }
      now = until;
    },
  };
}
