import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  admit,
  type BudgetState,
  decide,
  observe,
  presumeSpent,
  RESET_MARGIN_MS,
  release,
  reservedUnits,
  UNKNOWN_BUDGET,
} from '../../../src/lib/github/budget/rate-budget.ts';
import type { RateBudget } from '../../../src/lib/github/client.ts';

const HOUR = 3_600_000;

function told(remaining: number, resetAt = HOUR, limit = 5_000, reserve = 500): RateBudget {
  return { resource: 'graphql', limit, remaining, reserve, resetAt };
}

const knowing = (budget: RateBudget, more: Partial<BudgetState> = {}): BudgetState => ({
  ...UNKNOWN_BUDGET,
  told: budget,
  ...more,
});

describe('a request goes', () => {
  test('at once when nothing is known', () => {
    expect(decide(UNKNOWN_BUDGET, 0, 1)).toEqual({ verdict: 'go' });
  });

  test('at full speed when the work that is left fits above the reserve, or nobody said how much it is', () => {
    const budget = told(1_500);
    expect(decide(knowing(budget, { remainingWork: 1_000, admittedAt: 0 }), 1, 1)).toEqual({ verdict: 'go' });
    expect(decide(knowing(budget, { admittedAt: 0 }), 1, 1)).toEqual({ verdict: 'go' });
  });

  test('evenly spaced when it does not fit', () => {
    const state = knowing(told(599), { remainingWork: 50_000, admittedAt: 0 });
    expect(decide(state, 1, 1)).toEqual({ verdict: 'wait', until: HOUR / 100, reason: 'pacing' });
    expect(decide(state, HOUR / 100, 1)).toEqual({ verdict: 'go' });
    expect(decide(state, 1, 10)).toEqual({ verdict: 'wait', until: HOUR / 10, reason: 'pacing' });
  });

  test('after the reset when it would cut into the reserve', () => {
    const wait = { verdict: 'wait', until: HOUR + RESET_MARGIN_MS, reason: 'budget_exhausted' };
    expect(decide(knowing(told(500)), 0, 1)).toEqual(wait);
    expect(decide(knowing(told(504)), 0, 5)).toEqual(wait);
    expect(decide(knowing(told(0)), HOUR + RESET_MARGIN_MS - 1, 1)).toEqual(wait);
    expect(decide(knowing(told(0)), HOUR + RESET_MARGIN_MS, 1)).toEqual({ verdict: 'go' });
  });

  test('after those in flight when only they are in the way', () => {
    const state = admit(knowing(told(501)), 0, 1);
    expect(decide(state, 0, 1)).toEqual({ verdict: 'await_settlement' });
    expect(decide(release(state, 1, 0), 0, 1)).toEqual({ verdict: 'go' });
  });

  test('with a full window even when it is dearer than the budget', () => {
    expect(decide(knowing(told(99, HOUR, 100, 10)), 0, 1_000)).toMatchObject({ verdict: 'wait' });
    expect(decide(knowing(told(100, HOUR, 100, 10)), HOUR + RESET_MARGIN_MS, 1_000)).toEqual({ verdict: 'go' });
  });
});

describe("GitHub's word", () => {
  test('of answers that overlap the lowest counts; of a request sent later its own, even when higher', () => {
    const first = observe(UNKNOWN_BUDGET, told(900), 0, 0);
    const overlapping = observe(first, told(901), 0, 0);
    expect(overlapping.told?.remaining).toBe(900);
    expect(observe(overlapping, told(950), overlapping.generation, 0).told?.remaining).toBe(950);
  });

  test('of a later window replaces, of an earlier one is ignored', () => {
    const now = observe(UNKNOWN_BUDGET, told(100, 2 * HOUR), 0, 0);
    expect(observe(now, told(5_000, 3 * HOUR), 0, 0).told?.remaining).toBe(5_000);
    expect(observe(now, told(3, HOUR), 0, 0).told?.remaining).toBe(100);
  });

  test('what may have been charged without an answer counts as spent until the next one', () => {
    const state = presumeSpent(observe(UNKNOWN_BUDGET, told(900), 0, 0), 7);
    expect(state.told?.remaining).toBe(893);
    expect(observe(state, told(900), state.generation, 0).told?.remaining).toBe(900);
  });
});

test('the reserve is a share of the limit, rounded up, or a fixed number', () => {
  expect(reservedUnits(5_000, { kind: 'percent', value: 10 })).toBe(500);
  expect(reservedUnits(15, { kind: 'percent', value: 10 })).toBe(2);
  expect(reservedUnits(1_000, { kind: 'units', value: 250 })).toBe(250);
  expect(reservedUnits(1_000, { kind: 'units', value: 5_000 })).toBe(1_000);
});

test('with more work than budget, the window is spent whole, evenly, down to the reserve and never below', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 15_000 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 10, max: 3_000 }),
      (limit, cost, latency) => {
        const reserve = Math.ceil(limit / 10);
        let state: BudgetState = { ...UNKNOWN_BUDGET, remainingWork: 10 * limit };
        state = observe(state, told(limit, HOUR, limit, reserve), 0, 0);
        let longest = 0;
        let before = 0;
        for (let now = 0; ; ) {
          const decision = decide(state, now, cost);
          if (decision.verdict === 'await_settlement') throw new Error('nothing is in flight');
          if (decision.verdict === 'wait' && decision.reason === 'budget_exhausted') break;
          if (decision.verdict === 'wait') {
            expect(decision.until).toBeGreaterThan(now);
            now = decision.until;
            continue;
          }
          longest = Math.max(longest, now - before);
          before = now;
          const remaining = (state.told?.remaining ?? 0) - cost;
          expect(remaining).toBeGreaterThanOrEqual(reserve);
          state = release(admit(state, now, cost), cost, cost);
          now += latency;
          if (now >= HOUR) return;
          state = observe(state, told(remaining, HOUR, limit, reserve), state.generation, now);
        }
        const left = (state.told?.remaining ?? 0) - reserve;
        expect(left).toBeLessThan(cost);
        const even = HOUR / Math.floor((limit - reserve) / cost);
        expect(longest).toBeLessThanOrEqual(2 * even + latency);
      },
    ),
    { numRuns: 60 },
  );
});
