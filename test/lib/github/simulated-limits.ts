import { rateField, rateHeaders } from './scripted-server.ts';
import type { VirtualClock } from './virtual-clock.ts';

const HOUR = 3_600_000;

export interface LimitPlan {
  readonly limit: number;
  readonly cost: number;
  readonly latencyMs: number;
  /** Units that other programs spend with each of our requests. */
  readonly others: number;
  /** Requests (by number) that meet a secondary limit of so many seconds; null tells no `retry-after`. */
  readonly secondary: ReadonlyMap<number, number | null>;
}

/** GitHub's limits on a virtual clock, behind `fetch`; counts what a good client never does. */
export class SimulatedLimits {
  /** Requests that were sent after GitHub had told that nothing may be sent yet. */
  violations = 0;
  /** Units that our requests took out of the reserve, by window. */
  belowReserve = 0;
  /** What was left above the reserve at the end of each whole window. */
  readonly idle: number[] = [];
  requests = 0;
  readonly #plan: LimitPlan;
  readonly #clock: VirtualClock;
  #remaining: number;
  #resetAt: number;
  #toldUntil = 0;
  #toldAt = 0;

  constructor(plan: LimitPlan, clock: VirtualClock) {
    this.#plan = plan;
    this.#clock = clock;
    this.#remaining = plan.limit;
    this.#resetAt = clock.now() + HOUR;
  }

  get reserve(): number {
    return Math.ceil(this.#plan.limit / 10);
  }

  readonly fetch: typeof globalThis.fetch = async () => {
    const nth = this.requests;
    this.requests += 1;
    this.#renew();
    const now = this.#clock.now();
    // At the very instant of the answer, a request may have left already.
    if (now > this.#toldAt && now < this.#toldUntil) this.violations += 1;
    const { cost, latencyMs, others, secondary, limit } = this.#plan;
    const seconds = secondary.get(nth);
    const limited = this.#remaining < cost;
    if (seconds === undefined && !limited) {
      this.#remaining -= cost;
      if (this.#remaining < this.reserve) this.belowReserve += 1;
      this.#remaining = Math.max(0, this.#remaining - others);
    }
    const remaining = this.#remaining;
    const resetAt = this.#resetAt;
    await this.#clock.sleep(latencyMs);
    if (seconds !== undefined) return this.#secondary(seconds);
    if (limited) {
      this.#hold(resetAt);
      return reply(
        200,
        { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] },
        rateHeaders(0, resetAt, limit),
      );
    }
    return reply(
      200,
      { data: { rateLimit: rateField(remaining, resetAt, cost, limit) } },
      rateHeaders(remaining, resetAt, limit),
    );
  };

  #renew(): void {
    while (this.#clock.now() >= this.#resetAt) {
      this.idle.push(this.#remaining - this.reserve);
      this.#remaining = this.#plan.limit;
      this.#resetAt += HOUR;
    }
  }

  #hold(until: number): void {
    this.#toldAt = this.#clock.now();
    this.#toldUntil = Math.max(this.#toldUntil, until);
  }

  #secondary(seconds: number | null): Response {
    this.#hold(this.#clock.now() + (seconds ?? 60) * 1_000);
    return reply(
      403,
      { message: 'You have exceeded a secondary rate limit' },
      seconds === null ? {} : { 'retry-after': String(seconds) },
    );
  }
}

function reply(status: number, body: unknown, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}
