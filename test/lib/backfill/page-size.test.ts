import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterAnswer,
  afterRefusal,
  initialPageSize,
  type PageSize,
} from '../../../src/lib/backfill/capture/page-size.ts';

const answers = (page: PageSize, times: number): PageSize =>
  Array.from({ length: times }).reduce<PageSize>((current) => afterAnswer(current, current.size, 500), page);

describe('page size', () => {
  it('is halved by a refusal, down to one', () => {
    let page = initialPageSize(25, 37);
    const sizes = [];
    for (let i = 0; i < 5; i += 1) {
      page = afterRefusal(page, page.size);
      sizes.push(page.size);
    }
    expect(sizes).toEqual([12, 6, 3, 1, 1]);
  });

  it('halves what was asked for when that was less than the size', () => {
    expect(afterRefusal(initialPageSize(25, 37), 8).size).toBe(4);
  });

  it('grows slowly while pages succeed, up to the maximum', () => {
    expect(answers(initialPageSize(25, 37), 3).size).toBe(25);
    expect(answers(initialPageSize(25, 37), 4).size).toBe(31);
    expect(answers(initialPageSize(25, 37), 40).size).toBe(37);
  });

  it('stays below a size that was refused, and tries it again only after many successes', () => {
    const refused = afterRefusal(initialPageSize(25, 37), 25);
    expect(answers(refused, 30).size).toBe(24);
    expect(answers(refused, 120).size).toBeGreaterThan(25);
  });

  it('learns nothing from pages that were not full', () => {
    const page = initialPageSize(25, 37);
    expect(afterAnswer(page, 3, 100)).toEqual(page);
  });

  it('shrinks before GitHub gives up when answers become slow', () => {
    expect(afterAnswer(initialPageSize(24, 37), 24, 8_000).size).toBe(18);
  });

  it('asks for less after every refusal, whatever happened before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant('refused' as const), fc.integer({ min: 1, max: 12_000 }))),
        (history) => {
          let page = initialPageSize(25, 37);
          for (const step of history) {
            const before = page.size;
            page = step === 'refused' ? afterRefusal(page, before) : afterAnswer(page, before, step);
            expect(page.size).toBeGreaterThanOrEqual(1);
            expect(page.size).toBeLessThanOrEqual(37);
            if (step === 'refused' && before > 1) {
              expect(page.size).toBeLessThan(before);
            }
          }
        },
      ),
    );
  });
});
