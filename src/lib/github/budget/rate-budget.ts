import type { RateBudget, RateResource } from '../client.ts';

/** How much of a budget is left for others: a share of the limit, or a fixed number of units. */
export type Reserve =
  | { readonly kind: 'percent'; readonly value: number }
  | { readonly kind: 'units'; readonly value: number };

/**
 * What is known of one budget. Several processes may spend the same token, so GitHub's last word (`told`) counts, minus
 * what this process has in flight: GitHub may or may not have charged that yet.
 */
export interface BudgetState {
  readonly told: RateBudget | undefined;
  /** How often `told` has changed: tells whether a request was sent before or after GitHub's last word arrived. */
  readonly generation: number;
  /** Units that requests in flight are expected to cost. */
  readonly inFlight: number;
  /** When the last request was let through; milliseconds since the epoch. */
  readonly admittedAt: number | undefined;
  /** Expected units of the work that is left; undefined when nobody said. */
  readonly remainingWork: number | undefined;
}

export const UNKNOWN_BUDGET: BudgetState = {
  told: undefined,
  generation: 0,
  inFlight: 0,
  admittedAt: undefined,
  remainingWork: undefined,
};

export type BudgetDecision =
  | { readonly verdict: 'go' }
  | { readonly verdict: 'wait'; readonly until: number; readonly reason: 'budget_exhausted' | 'pacing' }
  /** What is left may be enough once a request in flight tells what it really cost. */
  | { readonly verdict: 'await_settlement' };

/**
 * Added to GitHub's reset time before sending again: the header has whole seconds, so the window may end up to one
 * second after it.
 */
export const RESET_MARGIN_MS = 1_000;

/** Reset times of one window that differ by less are the same window, told by different servers. */
const SAME_WINDOW_MS = 5_000;

/** Units of `limit` that are left for others, whole and at least 0. It may reach `limit`: then nothing may be spent. */
export function reservedUnits(limit: number, reserve: Reserve): number {
  const units = reserve.kind === 'percent' ? Math.ceil((limit * reserve.value) / 100) : Math.ceil(reserve.value);
  return Math.min(limit, Math.max(0, units));
}

/**
 * May a request of `expectedCost` units be sent at `now`?
 *
 * - Nothing known, or the window is over: go.
 * - It would cut into the reserve: wait until the reset (or, when only requests in flight are in the way, for them).
 * - The work that is left fits above the reserve: go at full speed.
 * - It does not: spread what may be spent evenly over the time to the reset. With k requests affordable, the next goes
 *   at 1/(k+1) of the time between the last one and the reset, so that the k-th ends the budget just before it renews.
 */
export function decide(state: BudgetState, now: number, expectedCost: number): BudgetDecision {
  const { told, inFlight } = state;
  if (!told) return { verdict: 'go' };
  const renewed = now >= told.resetAt + RESET_MARGIN_MS;
  const aboveReserve = (renewed ? told.limit : told.remaining) - told.reserve;
  // A request dearer than the whole budget could never go: let it have a full window.
  const cost = Math.min(expectedCost, told.limit - told.reserve);
  if (aboveReserve < cost)
    return { verdict: 'wait', until: told.resetAt + RESET_MARGIN_MS, reason: 'budget_exhausted' };
  const spendable = aboveReserve - inFlight;
  if (spendable < cost) return { verdict: 'await_settlement' };
  if (renewed || state.remainingWork === undefined || state.remainingWork <= spendable) return { verdict: 'go' };
  if (state.admittedAt === undefined) return { verdict: 'go' };
  const affordable = Math.floor(spendable / Math.max(cost, 1));
  const slot = Math.ceil(state.admittedAt + (told.resetAt - state.admittedAt) / (affordable + 1));
  return slot > now ? { verdict: 'wait', until: slot, reason: 'pacing' } : { verdict: 'go' };
}

/** A request of `cost` units was let through at `now`. */
export function admit(state: BudgetState, now: number, cost: number): BudgetState {
  return { ...state, inFlight: state.inFlight + cost, admittedAt: now };
}

/** A request that held `reserved` units is over and was charged `charged` units, as far as is known. */
export function release(state: BudgetState, reserved: number, charged: number): BudgetState {
  const { remainingWork } = state;
  return {
    ...state,
    inFlight: Math.max(0, state.inFlight - reserved),
    remainingWork: remainingWork === undefined ? undefined : Math.max(0, remainingWork - charged),
  };
}

/**
 * GitHub told its budget in answer to a request that was sent at generation `sentAt`. When nothing else was told since,
 * it is the newest word and holds even where it is higher; answers that overlapped may arrive out of order, and the
 * lowest counts. `told.resetAt` and `now` are on the local clock.
 */
export function observe(state: BudgetState, told: RateBudget, sentAt: number, now: number): BudgetState {
  const known = state.told;
  const next = { ...state, told, generation: state.generation + 1 };
  if (!known || sentAt === state.generation || now >= known.resetAt) return next;
  const apart = told.resetAt - known.resetAt;
  if (apart > SAME_WINDOW_MS) return next;
  if (apart < -SAME_WINDOW_MS) return state;
  return { ...next, told: told.remaining < known.remaining ? told : known };
}

/** A request that GitHub may have charged ended without its word: count it as spent until GitHub speaks again. */
export function presumeSpent(state: BudgetState, units: number): BudgetState {
  if (!state.told) return state;
  const told = { ...state.told, remaining: Math.max(0, state.told.remaining - units) };
  return { ...state, told, generation: state.generation + 1 };
}

/** The wire's name of a budget (`x-ratelimit-resource`) as ours; undefined for the ones that this program does not use. */
export function resourceNamed(name: string): RateResource | undefined {
  if (name === 'graphql') return 'graphql';
  return name === 'core' ? 'rest' : undefined;
}
