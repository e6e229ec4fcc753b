import { addDays, type Day } from '../days.ts';
import type { DailySource, DayCount } from '../ledger/entry.ts';
import type { RefreshTime } from './outcome.ts';

/** What a source says of one day. */
export interface DayFigure {
  readonly day: Day;
  readonly count: number;
  readonly uniques?: number;
}

/** Days at the end of a series that sources still correct, and that are read again: as many as GitHub keeps. */
export const CORRECTED_DAYS = 14;

/**
 * The days of an answer of which the ledger does not know, or knows a lower number. Today is left out, and so are zeros:
 * they add nothing, and the day may not have been counted yet.
 */
export function dayNews(
  counter: { readonly source: DailySource; readonly key: string; readonly name: string },
  told: readonly DayFigure[],
  known: ReadonlyMap<Day, number>,
  { today, at }: RefreshTime,
): readonly DayCount[] {
  const { source, key, name } = counter;
  return told
    .filter(({ day, count }) => day < today && count > (known.get(day) ?? 0))
    .toSorted((a, b) => (a.day < b.day ? -1 : 1))
    .map(({ day, count, uniques }) => ({
      entry: 'day',
      source,
      key,
      name,
      day,
      count,
      ...(uniques === undefined ? {} : { uniques }),
      at,
    }));
}

/** Newest day with a number in any of the series; null where there is none. */
export function newestDay(series: Iterable<readonly DayFigure[]>, today: Day): Day | null {
  let newest: Day | null = null;
  for (const figures of series) {
    for (const { day, count } of figures) {
      if (count > 0 && day < today && (newest === null || day > newest)) newest = day;
    }
  }
  return newest;
}

/** With fewer a day than this on average, a day without any is believable: its chance is over one in a thousand (e^-7). */
const LEAST_MEAN = 7;

/** Of the days that may still be corrected, those with 0 in every series between days with numbers, where that is unlikely. */
export function zeroDays(series: readonly (readonly DayFigure[])[], today: Day): readonly Day[] {
  const sums = new Map<Day, number>();
  for (const { day, count } of series.flat()) sums.set(day, (sums.get(day) ?? 0) + count);
  const window = Array.from({ length: CORRECTED_DAYS }, (_, index) => addDays(today, index - CORRECTED_DAYS));
  const told = window.map((day) => sums.get(day) ?? 0);
  const numbers = told.filter((count) => count > 0);
  if (numbers.reduce((sum, count) => sum + count, 0) < LEAST_MEAN * numbers.length) return [];
  const first = told.findIndex((count) => count > 0);
  const last = told.findLastIndex((count) => count > 0);
  return window.filter((_, index) => index > first && index < last && told[index] === 0);
}
