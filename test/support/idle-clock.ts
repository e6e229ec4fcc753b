import type { Clock } from '../../src/lib/clock.ts';

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Turns of the event loop without anything under way that mean that only sleepers are left. */
const QUIET_TURNS = 3;

/**
 * A clock whose sleepers do not wait: as soon as nothing is under way, time jumps to the first of them. What is under way
 * is what runs inside `during`, so that a request that is being answered takes no time and no lease runs out meanwhile.
 */
export class IdleClock implements Clock {
  #now: number;
  #underWay = 0;
  #sleepers = new Set<Sleeper>();
  #watching = false;

  constructor(startAt: number) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  /** Lets `ms` pass without waking anybody before the next idle moment. */
  advance(ms: number): void {
    this.#now += ms;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      this.#watch();
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { due: this.#now + ms, wake: resolve };
    this.#sleepers.add(sleeper);
    const abort = () => {
      this.#sleepers.delete(sleeper);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.#watch();
    return promise.finally(() => signal?.removeEventListener('abort', abort));
  }

  #watch(): void {
    if (this.#watching) return;
    this.#watching = true;
    let quiet = 0;
    const look = () => {
      if (this.#underWay > 0 || this.#sleepers.size === 0) {
        // Whatever ends, or sleeps next, looks again.
        this.#watching = false;
        return;
      }
      quiet += 1;
      if (quiet < QUIET_TURNS) {
        setImmediate(look);
        return;
      }
      this.#watching = false;
      const [first] = [...this.#sleepers].sort((one, other) => one.due - other.due);
      if (first === undefined) return;
      this.#sleepers.delete(first);
      this.#now = Math.max(this.#now, first.due);
      first.wake();
      this.#watch();
    };
    setImmediate(look);
  }
}
