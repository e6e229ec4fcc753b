import { describe, expect, test } from 'vitest';
import {
  formatClockTime,
  formatCount,
  formatDuration,
  formatDurationBriefly,
  formatEstimate,
  formatLatency,
  formatPercent,
  formatQuantity,
  formatRate,
} from '../../../src/lib/progress/format.ts';

describe('figures are written as people read them', () => {
  test.each([
    [0, '0 s'],
    [-5_000, '0 s'],
    [45_999, '45 s'],
    [200_000, '3 min 20 s'],
    [180_000, '3 min'],
    [7_500_000, '2 h 5 min'],
    [(3 * 24 + 4) * 3_600_000, '3 d 4 h'],
  ])('%d ms lasts %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  test.each([
    [45_000, '45 s'],
    [719_000, '12 min'],
    [5_400_000, '2 h'],
    [50 * 3_600_000, '2 d'],
  ])('%d ms is briefly %s', (ms, text) => expect(formatDurationBriefly(ms)).toBe(text));

  test.each([
    [400, '5 s'],
    [43_000, '45 s'],
    [203_000, '3 min 20 s'],
    [1_109_000, '18 min'],
  ])('an estimate of %d ms is about %s', (ms, text) => expect(formatEstimate(ms)).toBe(text));

  test.each([
    [12.4, '12 ms'],
    [1_240, '1.2 s'],
    [63_000, '1 min 3 s'],
  ])('a request of %d ms took %s', (ms, text) => expect(formatLatency(ms)).toBe(text));

  test('counts have separators and their nouns agree', () => {
    expect(formatCount(12_345)).toBe('12,345');
    expect(formatQuantity(1, 'gap')).toBe('1 gap');
    expect(formatQuantity(1_200, 'gap')).toBe('1,200 gaps');
  });

  test('only a whole thing is 100%, and a share of nothing is unknown', () => {
    expect(formatPercent(19_999, 20_000)).toBe('99.9%');
    expect(formatPercent(20_000, 20_000)).toBe('100%');
    expect(formatPercent(20_010, 20_000)).toBe('100%');
    expect(formatPercent(0, 0)).toBe('—');
  });

  test('an unknown rate is a dash, never zero', () => {
    expect(formatRate(undefined)).toBe('—');
    expect(formatRate(3.14)).toBe('3.1');
    expect(formatRate(1_234.5)).toBe('1,235');
  });

  test('a time on another day carries its date', () => {
    const now = new Date(2026, 10, 21, 23, 50).getTime();
    expect(formatClockTime(now + 5 * 60_000, now)).toBe('23:55');
    expect(formatClockTime(now + 15 * 60_000, now)).toBe('Nov 22 00:05');
  });
});
