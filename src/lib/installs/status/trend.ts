import { addDays, type Day } from '../days.ts';
import type { CounterSource, LedgerEntry } from '../ledger/entry.ts';

/** Days of a trend. */
export const TREND_DAYS = 14;

/**
 * What a source counted on each of the last days, oldest first. A number since the beginning counts on the day on which
 * the ledger learned of its growth; the first of it says nothing about a day.
 */
export function trendOf(entries: readonly LedgerEntry[], source: CounterSource, today: Day): readonly number[] {
  const sums = new Map<Day, number>();
  const last = new Map<string, number>();
  const add = (day: Day, count: number): void => {
    sums.set(day, (sums.get(day) ?? 0) + count);
  };
  for (const entry of entries) {
    if (!('source' in entry) || entry.source !== source || entry.entry === 'opening') continue;
    const id = entry.entry === 'day' ? `${entry.key} ${entry.day}` : entry.key;
    const before = last.get(id);
    last.set(id, Math.max(entry.count, before ?? 0));
    const growth = Math.max(0, entry.count - (before ?? 0));
    if (entry.entry === 'day') add(entry.day, growth);
    else if (before !== undefined) add(entry.at.slice(0, 10), growth);
  }
  return Array.from({ length: TREND_DAYS }, (_, index) => sums.get(addDays(today, index - TREND_DAYS)) ?? 0);
}

const BARS = '▁▂▃▄▅▆▇█';

/** A bar for each number, the highest as high as there is room. */
export function sparkline(counts: readonly number[]): string {
  const highest = Math.max(...counts, 1);
  return counts.map((count) => BARS[Math.ceil((count / highest) * (BARS.length - 1))] ?? '').join('');
}
