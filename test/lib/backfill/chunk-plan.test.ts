import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planChunks } from '../../../src/lib/backfill/plan/chunk-plan.ts';
import { chunkPlaces, WEIGHT_PER_PLACE, weigh } from '../../../src/lib/backfill/plan/chunk-size.ts';

const light = weigh({ changedFiles: 3, totalComments: 2 });
const items = (count: number, weight: number) =>
  Array.from({ length: count }, (_, index) => ({ number: index + 1, weight }));

describe('chunk plan', () => {
  it('fills a chunk of light pull requests up to the 37 that one point buys', () => {
    expect(planChunks(items(100, light), { size: 25, places: 37 }, true).map((chunk) => chunk.numbers.length)).toEqual([
      37, 37, 26,
    ]);
    expect(planChunks(items(100, light), { size: 10, places: 37 }, true)[0]?.numbers.length).toBeGreaterThanOrEqual(30);
  });

  it('gives a pull request of thousands of files a chunk of its own', () => {
    const heavy = { number: 50, weight: weigh({ changedFiles: 3_000, totalComments: 10 }) };
    const chunks = planChunks(
      [...items(10, light), heavy, { number: 51, weight: light }],
      { size: 10, places: 37 },
      true,
    );
    expect(chunks.map((chunk) => chunk.numbers.length)).toEqual([10, 1, 1]);
  });

  it('keeps to a small size that the operator asked for', () => {
    expect(
      planChunks(items(7, light), { size: 3, places: chunkPlaces(3, 37) }, true).map((chunk) => chunk.numbers.length),
    ).toEqual([3, 3, 1]);
  });

  it('holds an unfilled last chunk back while more is to come', () => {
    expect(planChunks(items(40, light), { size: 25, places: 37 }, false).map((chunk) => chunk.numbers.length)).toEqual([
      37,
    ]);
  });

  it('puts every item into exactly one chunk, in order, within the weight', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 200, noNaN: true }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        (weights, size) => {
          const all = weights.map((weight, index) => ({ number: index + 1, weight }));
          const chunks = planChunks(all, { size, places: 37 }, true);
          expect(chunks.flatMap((chunk) => chunk.numbers)).toEqual(all.map((item) => item.number));
          for (const chunk of chunks) {
            expect(chunk.numbers.length === 1 || chunk.weight <= size * WEIGHT_PER_PLACE).toBe(true);
            expect(chunk.numbers.length).toBeLessThanOrEqual(37);
          }
        },
      ),
    );
  });
});
