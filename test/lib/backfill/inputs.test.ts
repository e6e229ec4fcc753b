import { describe, expect, it } from 'vitest';
import { childKinds } from '../../../src/lib/backfill/kinds.ts';
import { parseSince } from '../../../src/lib/backfill/plan/since.ts';
import { deadWorkers, workerName } from '../../../src/lib/backfill/worker-name.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

describe('--only', () => {
  it('captures everything without it, and review comments with reviews', () => {
    expect(childKinds(undefined)).toEqual(['comments', 'commits', 'files', 'review_comments', 'reviews']);
    expect(childKinds(['reviews'])).toEqual(['review_comments', 'reviews']);
    expect(childKinds(['files', 'comments'])).toEqual(['comments', 'files']);
  });
});

describe('--since', () => {
  it.each([
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T10:00:00+02:00', '2026-11-01T08:00:00.000Z'],
    ['30d', '2026-10-22T00:00:00.000Z'],
  ])('takes %s', (text, iso) => {
    expect(parseSince(text, now).toISOString()).toBe(iso);
  });

  it.each(['yesterday', '1', '2026-13-01', '', '2027-01-01'])('refuses %j and shows what it takes', (text) => {
    expect(() => parseSince(text, now)).toThrowError(expect.objectContaining({ exitCode: 2, code: 'since_invalid' }));
  });
});

describe('dead workers', () => {
  it('are the ended processes of this machine, and nobody else', () => {
    const owners = [workerName('here', 10, 'a'), workerName('here', 11, 'b'), workerName('there', 12, 'c'), 'odd'];
    expect(deadWorkers(owners, 'here', (pid) => pid === 10)).toEqual(['here:11:b']);
  });
});
