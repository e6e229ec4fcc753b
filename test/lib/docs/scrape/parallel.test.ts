import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapInParallel } from '../../../../src/lib/docs/scrape/parallel.ts';

test('results are in the order of the items, and never more than the limit are under way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3 })), fc.integer({ min: 1, max: 6 }), async (items, limit) => {
      let underWay = 0;
      let most = 0;
      const results = await mapInParallel(items, limit, async (ticks, index) => {
        underWay += 1;
        most = Math.max(most, underWay);
        for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
        underWay -= 1;
        return `${index}: ${ticks}`;
      });
      expect(results).toEqual(items.map((ticks, index) => `${index}: ${ticks}`));
      expect(most).toBe(Math.min(limit, items.length));
    }),
    { numRuns: 50 },
  );
});

test('after a failure nothing more is begun, and what is under way ends before it is told', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = mapInParallel([0, 1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error('the first');
    await delay(5);
    ended.push(item);
  });
  await expect(work).rejects.toThrow('the first');
  expect({ begun, ended }).toEqual({ begun: [0, 1], ended: [1] });
});
