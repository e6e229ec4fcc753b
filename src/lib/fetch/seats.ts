/** Gives a seat back; calling it again does nothing. */
export type Leave = () => void;

/** At most `size` hold a seat at the same time; whoever waited longest is next. */
export class Seats {
  #free: number;
  readonly #queue = new Set<() => void>();

  constructor(size: number) {
    this.#free = size;
  }

  /** @throws the signal's reason when it is aborted before there is a seat */
  async take(signal: AbortSignal): Promise<Leave> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#pass();
    };
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#queue.delete(next);
        reject(signal.reason);
      };
      this.#queue.add(next);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** The seat goes to the next in the queue without being free in between, so that no newcomer takes it. */
  #pass(): void {
    const [next] = this.#queue;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#queue.delete(next);
    next();
  }
}
