import { type Counters, countersOf } from '../ledger/counters.ts';
import type { LedgerEntry, Opening } from '../ledger/entry.ts';

/**
 * Tells of openings whether a ledger has nothing to learn from them: its own counter was as high when it held the same
 * days, or somebody has corrected the counter since the opening's number was committed.
 */
export function impliedBy(entries: readonly LedgerEntry[]): (opening: Opening, committedAtSeconds: number) => boolean {
  const all = countersOf(entries);
  const until = new Map<string | null, Counters>([[null, all]]);
  const countersUntil = (day: string | null): Counters => {
    const counters = until.get(day) ?? countersOf(entries.filter((entry) => isKnownBy(entry, day)));
    until.set(day, counters);
    return counters;
  };
  const corrections = entries.filter((entry) => entry.entry === 'opening').filter(({ corrects }) => corrects === true);
  const isCorrected = ({ source, key }: Opening, committedAtSeconds: number): boolean =>
    corrections.some(
      (correction) =>
        correction.source === source &&
        (correction.key === key ||
          (correction.key !== null && key !== null && all.keyOf(source, correction.key) === all.keyOf(source, key))) &&
        Date.parse(correction.at) >= committedAtSeconds * 1_000,
    );
  const isImplied = ({ source, key, through, count }: Opening): boolean => {
    const { counters, floors } = countersUntil(through);
    if (key === null) {
      const sumOfParts = counters.reduce((sum, counter) => sum + (counter.source === source ? counter.value : 0), 0);
      return Math.max(floors.get(source) ?? 0, sumOfParts) >= count;
    }
    const counter = counters.find((one) => one.source === source && one.key === all.keyOf(source, key));
    return counter !== undefined && counter.value >= count && (through === null || counter.lastDay >= through);
  };
  return (opening, committedAtSeconds) => isCorrected(opening, committedAtSeconds) || isImplied(opening);
}

/** Whether an entry says nothing of the time after a day. An opening that does not say which days it holds may. */
function isKnownBy(entry: LedgerEntry, day: string | null): boolean {
  if (day === null) return true;
  if (entry.entry === 'day') return entry.day <= day;
  return entry.entry !== 'opening' || (entry.through !== null && entry.through <= day);
}
