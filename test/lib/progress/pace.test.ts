import { expect, test } from 'vitest';
import { addSample, type PaceSample, ratePerMinute, withoutWait } from '../../../src/lib/progress/pace.ts';

function sampled(points: readonly (readonly [seconds: number, finished: number])[]): readonly PaceSample[] {
  return points.reduce<readonly PaceSample[]>(
    (samples, [seconds, finished]) => addSample(samples, { at: seconds * 1000, finished }),
    [],
  );
}

test('there is no rate before two samples that are far enough apart', () => {
  expect(ratePerMinute([], 5_000)).toBeUndefined();
  expect(ratePerMinute(sampled([[0, 25]]), 5_000)).toBeUndefined();
  expect(
    ratePerMinute(
      sampled([
        [0, 25],
        [1, 50],
      ]),
      1_000,
    ),
  ).toBeUndefined();
  expect(
    ratePerMinute(
      sampled([
        [0, 25],
        [3, 50],
      ]),
      3_000,
    ),
  ).toBe(500);
});

test('the rate follows the last minute, not the whole run', () => {
  const slowThenFast = sampled(
    Array.from({ length: 241 }, (_, second) => [second, second < 120 ? second : 120 + (second - 120) * 10]),
  );
  expect(ratePerMinute(slowThenFast, 240_000)).toBeCloseTo(600, 0);
});

test('chunks slower than the window still have a rate', () => {
  expect(
    ratePerMinute(
      sampled([
        [0, 0],
        [90, 30],
        [180, 60],
      ]),
      180_000,
    ),
  ).toBe(20);
});

test('the rate is steady between chunks and falls in a stall', () => {
  const steady = sampled([
    [0, 0],
    [10, 100],
    [20, 200],
    [30, 300],
  ]);
  expect(ratePerMinute(steady, 39_000)).toBe(600);
  expect(ratePerMinute(steady, 70_000)).toBe(300);
});

test('a wait does not count as slowness', () => {
  const before = sampled([
    [0, 0],
    [10, 100],
  ]);
  const after = addSample(withoutWait(before, 3_600_000), { at: 3_620_000, finished: 200 });
  expect(ratePerMinute(after, 3_620_000)).toBe(600);
});

test('a fast run keeps few samples', () => {
  const samples = sampled(Array.from({ length: 20_000 }, (_, index) => [index / 100, index]));
  expect(samples.length).toBeLessThan(150);
  expect(ratePerMinute(samples, 200_000)).toBeCloseTo(6_000, -2);
});
