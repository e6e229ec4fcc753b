import type { Resource } from './budgets.ts';
import type { Token } from './tokens.ts';

/** A client's timer may end this much early without having been impolite. */
const TIMER_TOLERANCE_MS = 5;

/**
 * What each client has been told about waiting. GitHub may ban those who go on while limited, so every request that
 * comes in too early is noted. Requests that were on their way when the refusal was sent are no offence.
 */
export class ToldLimits {
  readonly #until = new Map<string, number>();

  /** The answer that says "wait until `until`" has been sent. A secondary limit holds for both resources. */
  told(token: Token, resources: readonly Resource[], until: number): void {
    for (const resource of resources) {
      const key = `${resource} ${token.budget}`;
      this.#until.set(key, Math.max(until, this.#until.get(key) ?? 0));
    }
  }

  isLimited(token: Token, resource: Resource, now: number): boolean {
    return now < (this.#until.get(`${resource} ${token.budget}`) ?? 0) - TIMER_TOLERANCE_MS;
  }

  reset(): void {
    this.#until.clear();
  }
}
