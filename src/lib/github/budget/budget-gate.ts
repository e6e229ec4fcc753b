import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { GitHubObserver, RateBudget, RateResource } from '../client.ts';
import { RateLimitPause } from '../refusals.ts';
import { holdAfter, holdAfterSuccess, type LimitHold, MAX_STRIKES } from './limit-hold.ts';
import {
  admit,
  type BudgetState,
  decide,
  observe,
  presumeSpent,
  type Reserve,
  release,
  reservedUnits,
  UNKNOWN_BUDGET,
} from './rate-budget.ts';
import type { BudgetReading, RateSignals } from './rate-signals.ts';
import { onLocalClock, type RoundTrip } from './server-time.ts';
import type { Wait, WaitAnnouncer } from './wait-announcer.ts';

export interface BudgetGateOptions {
  readonly clock: Clock;
  readonly observer: GitHubObserver;
  readonly announcer: WaitAnnouncer;
  readonly reserve: Reserve;
  /** The longest wait that is slept through, in milliseconds; a longer one is thrown as `RateLimitPause`. */
  readonly maxWaitMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** A machine that is suspended stops its timers but not the clock: a long wait looks at the clock again this often. */
const LONGEST_SLEEP_MS = 60_000;

/** What became of a request that was let through. */
export type Settlement =
  | {
      readonly kind: 'answered' | 'limited_primary' | 'limited_secondary';
      readonly signals: RateSignals;
      readonly trip: RoundTrip;
      /** `data.rateLimit` of a GraphQL answer, where there is one. */
      readonly reading?: BudgetReading | undefined;
      /** Units that GitHub charged. */
      readonly charged: number;
    }
  /** No whole response came; GitHub may have charged this much. */
  | { readonly kind: 'lost'; readonly charged: number };

/** The right to send one request now. It must be settled, whatever happens. */
export interface Permit {
  settle(settlement: Settlement): void;
}

/**
 * Every request passes here first. It holds the state of both budgets and of the limits that GitHub imposed, and lets a
 * request through only when none is in the way: those already waiting decide again when they wake up, so a limit that
 * one request meets holds all of them.
 */
export class BudgetGate {
  readonly #options: BudgetGateOptions;
  readonly #budgets: Record<RateResource, BudgetState> = { graphql: UNKNOWN_BUDGET, rest: UNKNOWN_BUDGET };
  /** Primary holds by budget; the secondary limit is one for both. */
  readonly #holds: Record<RateResource | 'secondary', LimitHold | undefined> = {
    graphql: undefined,
    rest: undefined,
    secondary: undefined,
  };
  readonly #spent: Record<RateResource, number> = { graphql: 0, rest: 0 };
  #requestsInFlight = 0;
  #settled = Promise.withResolvers<void>();

  constructor(options: BudgetGateOptions) {
    this.#options = options;
  }

  /** Units charged so far. */
  get spent(): Readonly<Record<RateResource, number>> {
    return this.#spent;
  }

  /** What GitHub last told of a budget, as long as that window lasts. */
  budget(resource: RateResource): RateBudget | undefined {
    const { told } = this.#budgets[resource];
    return told && this.#options.clock.now() < told.resetAt ? told : undefined;
  }

  expectRemainingCost(resource: RateResource, units: number): void {
    this.#budgets[resource] = { ...this.#budgets[resource], remainingWork: Math.max(0, units) };
  }

  /**
   * Resolves when a request that is expected to cost `expectedCost` units may be sent.
   *
   * @throws RateLimitPause when the wait would be longer than `maxWaitMs`, or GitHub refused `MAX_STRIKES` times in a row.
   * @throws the signal's reason when it is aborted while waiting.
   */
  async admit(resource: RateResource, expectedCost: number, signal: AbortSignal | undefined): Promise<Permit> {
    for (;;) {
      signal?.throwIfAborted();
      const now = this.#options.clock.now();
      const next = this.#next(resource, expectedCost, now);
      if (next === 'go') return this.#permit(resource, expectedCost, now);
      if (next === 'await_settlement') await abortable(this.#settled.promise, signal);
      else await this.#sleep(next, signal);
    }
  }

  #next(resource: RateResource, expectedCost: number, now: number): 'go' | 'await_settlement' | Wait {
    for (const hold of [this.#holds.secondary, this.#holds[resource]]) {
      if (!hold) continue;
      if (now < hold.until) return this.#heldBy(hold, now);
      // After a limit one request goes first, and the others only when it came through.
      if (this.#requestsInFlight > 0) return 'await_settlement';
    }
    const decision = decide(this.#budgets[resource], now, expectedCost);
    if (decision.verdict !== 'wait') return decision.verdict;
    const { until, reason } = decision;
    const tooLong = until - now > this.#options.maxWaitMs;
    if (reason === 'pacing') return tooLong ? 'go' : { reason, until };
    if (tooLong) throw new RateLimitPause('primary', until);
    return { reason, until, detail: `${resource} budget, reserve kept` };
  }

  #heldBy(hold: LimitHold, now: number): Wait {
    if (hold.strikes >= MAX_STRIKES || hold.until - now > this.#options.maxWaitMs) {
      throw new RateLimitPause(hold.kind, hold.until);
    }
    return { reason: hold.kind === 'primary' ? 'budget_exhausted' : 'secondary_limit', until: hold.until };
  }

  #sleep(wait: Wait, signal: AbortSignal | undefined): Promise<void> {
    const { announcer, clock } = this.#options;
    return announcer.during(wait, clock.now(), async () => {
      for (let left = wait.until - clock.now(); left > 0; left = wait.until - clock.now()) {
        await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), signal);
      }
    });
  }

  #permit(resource: RateResource, reserved: number, sentAt: number): Permit {
    const { generation } = this.#budgets[resource];
    this.#budgets[resource] = admit(this.#budgets[resource], sentAt, reserved);
    this.#requestsInFlight += 1;
    let open = true;
    return {
      settle: (settlement) => {
        if (!open) return;
        open = false;
        this.#requestsInFlight -= 1;
        this.#spent[resource] += settlement.charged;
        this.#budgets[resource] = release(this.#budgets[resource], reserved, settlement.charged);
        try {
          if (settlement.kind === 'lost') this.#presumeSpent(resource, settlement.charged);
          else this.#heed(resource, settlement, sentAt, generation);
        } finally {
          this.#settled.resolve();
          this.#settled = Promise.withResolvers<void>();
        }
      },
    };
  }

  #presumeSpent(resource: RateResource, units: number): void {
    this.#budgets[resource] = presumeSpent(this.#budgets[resource], units);
  }

  #heed(
    resource: RateResource,
    settlement: Exclude<Settlement, { kind: 'lost' }>,
    sentAt: number,
    generation: number,
  ): void {
    const { kind, signals, trip, reading, charged } = settlement;
    const local = (resetAt: number) => onLocalClock(resetAt, signals.date, trip);
    const readings = [signals.budget, reading].filter((one) => one !== undefined);
    if (kind === 'answered') {
      this.#holds.secondary = holdAfterSuccess(this.#holds.secondary, sentAt);
      this.#holds[resource] = holdAfterSuccess(this.#holds[resource], sentAt);
    } else {
      const { random, clock } = this.#options;
      const scope = kind === 'limited_secondary' ? 'secondary' : resource;
      const notice = {
        kind: kind === 'limited_secondary' ? 'secondary' : 'primary',
        retryAfterMs: signals.retryAfterMs,
        remaining: signals.remaining ?? reading?.remaining,
        resetAt: resetOf(signals, reading, local),
      } as const;
      this.#holds[scope] = holdAfter(this.#holds[scope], notice, sentAt, clock.now(), random);
    }
    if (readings.length === 0 && charged > 0) this.#presumeSpent(resource, charged);
    for (const told of readings) this.#tell(told, local(told.resetAt), generation);
  }

  #tell(reading: BudgetReading, resetAt: number, generation: number): void {
    const { reserve, observer, clock } = this.#options;
    const { resource, limit, remaining } = reading;
    const units = reservedUnits(limit, reserve);
    const told: RateBudget = { resource, limit, remaining, reserve: units, resetAt };
    const before = this.#budgets[resource];
    this.#budgets[resource] = observe(before, told, generation, clock.now());
    if (units >= limit) throw reserveExceedsLimit(told);
    const now = this.#budgets[resource].told;
    if (now && now !== before.told) observer.budget?.(now);
  }
}

function resetOf(
  signals: RateSignals,
  reading: BudgetReading | undefined,
  local: (resetAt: number) => number,
): number | undefined {
  const resetAt = signals.resetAt ?? reading?.resetAt;
  return resetAt === undefined ? undefined : local(resetAt);
}

function reserveExceedsLimit({ resource, limit, reserve }: RateBudget): OperatorError {
  return new OperatorError(
    `The reserve of ${reserve} leaves nothing of this token's ${resource} budget of ${limit} an hour.`,
    { code: 'reserve_exceeds_limit', exitCode: EXIT.usage, nextSteps: [`Choose a reserve below ${limit}, e.g. 10%.`] },
  );
}

async function abortable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
