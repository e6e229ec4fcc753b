import { z } from 'zod';
import type { PageFetcher } from '../../fetch/page.ts';
import type { Day } from '../days.ts';
import type { Known } from '../ledger/known.ts';
import { type DayFigure, dayNews, newestDay, zeroDays } from './day-series.ts';
import { outcomeOf, type RefreshTime, type SourceNews } from './outcome.ts';
import { askForEach, askRegistry } from './registry-answer.ts';

/** Days that pypistats.org keeps (pypistats.org/api). */
export const PYPI_WINDOW_DAYS = 180;

const OVERALL = z.object({ data: z.array(z.object({ date: z.iso.date(), downloads: z.int().min(0) })) });

/**
 * Downloads from the Python Package Index by day, without mirrors: all days that are still kept.
 *
 * @param base `https://pypistats.org/api`
 */
export async function fetchPypi(
  pages: PageFetcher,
  { base, packages }: { readonly base: string; readonly packages: readonly string[] },
  known: Known,
  time: RefreshTime,
  signal: AbortSignal,
): Promise<SourceNews> {
  const { answers, counters } = await askForEach(packages, async (name) => {
    const { data } = await askRegistry(pages, `${base}/packages/${name}/overall?mirrors=false`, OVERALL, signal);
    return byDay(data);
  });
  const entries = [...answers].flatMap(([name, days]) =>
    dayNews({ source: 'pypi', key: name, name }, days, known.days('pypi', name), time),
  );
  const series = [...answers.values()];
  const told = { asOf: newestDay(series, time.today), zeroDays: zeroDays(series, time.today) };
  return { entries, outcome: outcomeOf('pypi', counters, told) };
}

function byDay(rows: readonly { readonly date: Day; readonly downloads: number }[]): readonly DayFigure[] {
  const sums = new Map<Day, number>();
  for (const { date, downloads } of rows) sums.set(date, (sums.get(date) ?? 0) + downloads);
  return [...sums].map(([day, count]) => ({ day, count }));
}
