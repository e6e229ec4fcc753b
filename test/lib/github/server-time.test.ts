import { describe, expect, test } from 'vitest';
import { clockSkew, onLocalClock } from '../../../src/lib/github/budget/server-time.ts';

const TRIP = { sentAt: 10_000_200, headersAt: 10_000_900 };
const MINUTE = 60_000;

describe('the time of GitHub on the local clock', () => {
  test.for([
    { name: 'clocks that may agree', date: 10_000_000, skew: 0 },
    { name: 'a second that began while the request was under way', date: 10_000_900, skew: 0 },
    { name: 'GitHub ahead', date: 10_060_000, skew: 59_100 },
    { name: 'GitHub behind', date: 9_940_000, skew: -60_900 },
  ])('$name: $skew ms', ({ date, skew }) => {
    expect(clockSkew(date, TRIP)).toBe(skew);
  });

  test('a reset is never earlier than on the clock of GitHub', () => {
    expect(onLocalClock(10_060_000 + MINUTE, 10_060_000, TRIP)).toBe(TRIP.headersAt + MINUTE);
    expect(onLocalClock(9_940_000 + MINUTE, 9_940_000, TRIP)).toBe(TRIP.headersAt + MINUTE);
  });

  test('a date that does not fit the reset was written by someone else, and is not used', () => {
    expect(onLocalClock(10_000_000 + MINUTE, 900 * MINUTE, TRIP)).toBe(10_000_000 + MINUTE);
    expect(onLocalClock(10_000_000 + MINUTE, undefined, TRIP)).toBe(10_000_000 + MINUTE);
  });
});
