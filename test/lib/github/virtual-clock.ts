import type { Clock } from '../../../src/lib/clock.ts';

/** Any whole hour will do: reset headers have whole seconds. */
export const START = Date.UTC(2026, 0, 5, 12);

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock whose sleepers do not wait: as soon as the process has nothing else to do at once, time jumps to the first of
 * them. `slept` are the lengths of all sleeps, in milliseconds.
 */
export class VirtualClock implements Clock {
  readonly slept: number[] = [];
  #now = START;
  #sleepers: Sleeper[] = [];
  #jumping = false;
  #frozen = false;

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  /** Sleepers stay asleep until `thaw`. */
  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    this.#jumpSoon();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { at: this.#now + ms, wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener(
      'abort',
      () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason);
      },
      { once: true },
    );
    this.#jumpSoon();
    return promise;
  }

  #jumpSoon(): void {
    if (this.#jumping || this.#frozen) return;
    this.#jumping = true;
    setImmediate(() => {
      this.#jumping = false;
      const [first] = this.#sleepers.sort((a, b) => a.at - b.at);
      if (!first) return;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== first);
      this.#now = Math.max(this.#now, first.at);
      first.wake();
      if (this.#sleepers.length > 0) this.#jumpSoon();
    });
  }
}
