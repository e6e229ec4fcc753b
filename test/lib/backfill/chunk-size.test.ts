import { describe, expect, it } from 'vitest';
import { chunkSize } from '../../../src/lib/backfill/plan/chunk-size.ts';

const plenty = { remaining: 5_000, limit: 5_000 };

describe('chunk size', () => {
  it.each([
    [100, 25],
    [1_000, 25],
    [1_001, 20],
    [5_001, 15],
    [10_001, 10],
    [110_000, 10],
  ])('follows the tiers of the PRD: %i pull requests make chunks of %i', (pullRequests, size) => {
    expect(chunkSize({ pullRequests, configured: 25, budget: plenty })).toBe(size);
  });

  it('keeps the proportions of the tiers when the operator configures another size', () => {
    expect(chunkSize({ pullRequests: 20_000, configured: 50, budget: plenty })).toBe(20);
    expect(chunkSize({ pullRequests: 100, configured: 50, budget: plenty })).toBe(50);
    expect(chunkSize({ pullRequests: 100, configured: 1, budget: plenty })).toBe(1);
  });

  it('is halved when fewer than 1,000 points are left, but not below 5', () => {
    const low = { remaining: 900, limit: 5_000 };
    expect(chunkSize({ pullRequests: 100, configured: 25, budget: low })).toBe(12);
    expect(chunkSize({ pullRequests: 20_000, configured: 25, budget: low })).toBe(5);
  });

  it('takes a limit of 1,000 points an hour for what it is, not for a low budget', () => {
    expect(chunkSize({ pullRequests: 100, configured: 25, budget: { remaining: 950, limit: 1_000 } })).toBe(25);
    expect(chunkSize({ pullRequests: 100, configured: 25, budget: { remaining: 150, limit: 1_000 } })).toBe(12);
  });

  it('shrinks to 0.7 for pull requests of more than 100 files on average, but not below 5', () => {
    expect(chunkSize({ pullRequests: 100, configured: 25, budget: plenty, averageFiles: 101 })).toBe(17);
    expect(chunkSize({ pullRequests: 20_000, configured: 15, budget: plenty, averageFiles: 500 })).toBe(5);
  });

  it('never exceeds what the operator asked for because of the floor', () => {
    expect(chunkSize({ pullRequests: 100, configured: 3, budget: { remaining: 10, limit: 5_000 } })).toBe(3);
  });
});
