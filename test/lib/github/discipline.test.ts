import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientFor, DOCUMENT } from './client-under-test.ts';
import { type LimitPlan, SimulatedLimits } from './simulated-limits.ts';
import { START, VirtualClock } from './virtual-clock.ts';

interface Work {
  readonly plan: LimitPlan;
  readonly requests: number;
  readonly concurrency: number;
}

/** Whole client, simulated limits, virtual time: `requests` GraphQL calls by `concurrency` workers. */
async function run({ plan, requests, concurrency }: Work) {
  const clock = new VirtualClock();
  const github = new SimulatedLimits(plan, clock);
  const { client } = clientFor('http://github.test', { clock, fetch: github.fetch });
  const call = () => client.graphql({ document: DOCUMENT, variables: {} });
  client.expectRemainingCost('graphql', requests * plan.cost);
  await call();
  let left = requests - 1;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { github, client, hours: (clock.now() - START) / 3_600_000 };
}

test('whatever limits it meets, the client never sends while limited, and loses no work', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        plan: fc.record({
          limit: fc.integer({ min: 20, max: 120 }),
          cost: fc.integer({ min: 1, max: 3 }),
          latencyMs: fc.integer({ min: 1, max: 5_000 }),
          others: fc.integer({ min: 0, max: 3 }),
          secondary: fc
            .uniqueArray(fc.tuple(fc.nat({ max: 80 }), fc.option(fc.integer({ min: 1, max: 120 }))), {
              maxLength: 4,
              selector: ([nth]) => nth,
            })
            .filter((all) => all.every(([nth]) => !all.some(([other]) => other === nth + 1)))
            .map((all) => new Map(all)),
        }),
        requests: fc.integer({ min: 1, max: 80 }),
        concurrency: fc.integer({ min: 1, max: 4 }),
      }),
      async (work) => {
        const { github, client } = await run(work);
        expect(github.violations).toBe(0);
        expect(client.spent.graphql).toBe(work.requests * work.plan.cost);
      },
    ),
    { numRuns: 200 },
  );
}, 30_000);

test('alone on its token, the client leaves the reserve untouched and little else, whatever the concurrency', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        plan: fc.record({
          limit: fc.integer({ min: 50, max: 150 }),
          cost: fc.integer({ min: 1, max: 4 }),
          latencyMs: fc.integer({ min: 1, max: 3_000 }),
          others: fc.constant(0),
          secondary: fc.constant(new Map<number, number | null>()),
        }),
        requests: fc.integer({ min: 100, max: 200 }),
        concurrency: fc.integer({ min: 1, max: 4 }),
      }),
      async (work) => {
        const { plan, concurrency } = work;
        const { github } = await run(work);
        expect(github.violations).toBe(0);
        expect(github.belowReserve).toBe(0);
        for (const idle of github.idle) expect(idle).toBeLessThan(plan.cost * (concurrency + 1));
      },
    ),
    { numRuns: 80 },
  );
}, 30_000);

test('work that fits goes at full speed; work that does not takes the hours that it must, and no more', async () => {
  const plan = { limit: 100, cost: 1, latencyMs: 100, others: 0, secondary: new Map<number, number | null>() };
  const fitting = await run({ plan, requests: 90, concurrency: 1 });
  expect(fitting.hours * 3_600).toBeCloseTo(9, 5);
  const three = await run({ plan, requests: 225, concurrency: 1 });
  expect(three.hours).toBeGreaterThan(2);
  expect(three.hours).toBeLessThan(2.01);
});
