import type { GitHubObserver, WaitReason } from '../client.ts';

export interface Wait {
  readonly reason: WaitReason;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly detail?: string;
}

/** Pacing gaps shorter than this are the normal rhythm, not news. */
const SHORTEST_NEWS_MS = 1_000;

/**
 * Tells the observer about waits as one: several requests may wait at the same time, and people want to know when the
 * work goes on. `waitStarted` comes with the first wait (and again when one ends later than what was told),
 * `waitEnded` when the last one is over.
 */
export class WaitAnnouncer {
  readonly #observer: GitHubObserver;
  #open = 0;
  #told: Wait | undefined;

  constructor(observer: GitHubObserver) {
    this.#observer = observer;
  }

  /** Announces `wait` for as long as `sleep` takes, however it ends. */
  async during(wait: Wait, now: number, sleep: () => Promise<void>): Promise<void> {
    if (wait.reason === 'pacing' && wait.until - now < SHORTEST_NEWS_MS) return sleep();
    this.#open += 1;
    if (!this.#told || wait.until > this.#told.until) {
      this.#told = wait;
      this.#observer.waitStarted?.(wait);
    }
    try {
      await sleep();
    } finally {
      this.#open -= 1;
      if (this.#open === 0) {
        this.#told = undefined;
        this.#observer.waitEnded?.();
      }
    }
  }
}
