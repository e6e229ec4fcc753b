import { z } from 'zod';
import { FetchFailure, type PageFetcher } from '../../fetch/page.ts';
import { addDays, type Day, laterDay } from '../days.ts';
import type { Known } from '../ledger/known.ts';
import { CORRECTED_DAYS, type DayFigure, dayNews, newestDay, zeroDays } from './day-series.ts';
import { outcomeOf, type RefreshTime, type SourceNews } from './outcome.ts';
import { askForEach, askRegistry } from './registry-answer.ts';

/**
 * Of a longer range npm tells the last 18 months only, and counts begin on 2015-01-10 (npm, registry repository,
 * docs/download-counts.md). 18 months are 546 days at least.
 */
const RANGE_DAYS = 540;
const FIRST_DAY: Day = '2015-01-10';

const RANGE = z.object({ downloads: z.array(z.object({ day: z.iso.date(), downloads: z.int().min(0) })) });

/**
 * Downloads of npm packages by day. Days that the ledger knows are not asked for again, but for the last ones, which npm
 * still corrects; for a package without days, all since its first publication are.
 *
 * @param base `https://api.npmjs.org`
 */
export async function fetchNpm(
  pages: PageFetcher,
  { base, packages }: { readonly base: string; readonly packages: readonly string[] },
  known: Known,
  time: RefreshTime,
  signal: AbortSignal,
): Promise<SourceNews> {
  const askRange = async (name: string, from: Day, to: Day): Promise<readonly DayFigure[]> => {
    const { downloads } = await askRegistry(pages, `${base}/downloads/range/${from}:${to}/${name}`, RANGE, signal);
    return downloads.map(({ day, downloads: count }) => ({ day, count }));
  };
  const { answers, counters } = await askForEach(packages, (name) => {
    const newest = [...known.days('npm', name).keys()].toSorted().at(-1);
    const since = newest === undefined ? null : addDays(newest, 1 - CORRECTED_DAYS);
    return daysBackTo(since, addDays(time.today, -1), (from, to) => askRange(name, from, to));
  });
  const entries = [...answers].flatMap(([name, days]) =>
    dayNews({ source: 'npm', key: name, name }, days, known.days('npm', name), time),
  );
  const series = [...answers.values()];
  const told = { asOf: newestDay(series, time.today), zeroDays: zeroDays(series, time.today) };
  return { entries, outcome: outcomeOf('npm', counters, told) };
}

/** Walks back from `to` in ranges; without `since` until a range without a download, which was before the package. */
async function daysBackTo(
  since: Day | null,
  to: Day,
  askRange: (from: Day, to: Day) => Promise<readonly DayFigure[]>,
): Promise<readonly DayFigure[]> {
  const oldest = since ?? FIRST_DAY;
  const found: DayFigure[] = [];
  for (let end = to; end >= oldest; ) {
    const from = laterDay(addDays(end, 1 - RANGE_DAYS), oldest);
    const days = await beforeFirst(askRange(from, end), found.length > 0);
    found.push(...days);
    if (since === null && days.every(({ count }) => count === 0)) break;
    const told = days.map(({ day }) => day).filter((day) => day >= from && day <= end);
    // A range that npm shortened is asked for again from where the answer begins.
    end = addDays(told.toSorted()[0] ?? from, -1);
  }
  return found;
}

/** For days before a package npm tells zeros, or that it knows nothing. */
async function beforeFirst(range: Promise<readonly DayFigure[]>, hasLater: boolean): Promise<readonly DayFigure[]> {
  try {
    return await range;
  } catch (thrown) {
    if (hasLater && thrown instanceof FetchFailure && thrown.reason === 'not_found') return [];
    throw thrown;
  }
}
