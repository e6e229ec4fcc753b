import { formatCount, UNKNOWN } from '../../progress/format.ts';
import { shortened, textTable } from '../text-table.ts';
import type { CacheStatus } from './cache-status.ts';
import type { CounterStatus, SourceStatus } from './source-status.ts';
import { sparkline } from './trend.ts';

/** Days of a trend that the table shows. */
const SHOWN_DAYS = 7;
/** Characters of a counter's name that the table has room for. */
const NAME_WIDTH = 27;

/** The sources for people, in 80 columns. */
export function sourceTable({ sources }: CacheStatus): readonly string[] {
  return textTable(
    ['left', 'right', 'left', 'left', 'right', 'right', 'left', 'left'],
    [
      ['SOURCE', 'VALUE', 'LAST GOOD', 'CURSOR', 'LAG', 'KEEPS', 'CONFIDENCE', '7 DAYS'],
      ...sources.map((each) => [
        each.source,
        formatCount(each.value),
        dayCell(each.goodAt),
        dayCell(each.cursor),
        lagCell(each),
        each.windowDays === null ? 'all' : `${each.windowDays} d`,
        each.asked ? each.confidence : 'kept',
        sparkline(each.trend.slice(-SHOWN_DAYS)),
      ]),
    ],
  );
}

/** Every counter of a source for people, in 80 columns. */
export function counterTable({ source, counters }: SourceStatus): readonly string[] {
  return textTable(
    ['left', 'right', 'left', 'left', 'right', 'left'],
    [
      [source, 'VALUE', 'LAST GOOD', 'CURSOR', 'LAG', 'CONFIDENCE'],
      ...counters.map((each) => [
        shortened(each.name, NAME_WIDTH),
        formatCount(each.value),
        dayCell(each.goodAt),
        dayCell(each.cursor),
        lagCell(each),
        each.asked ? each.confidence : 'kept',
      ]),
    ],
  );
}

function dayCell(moment: string | null): string {
  return moment?.slice(0, 10) ?? UNKNOWN;
}

function lagCell({ lagDays }: Pick<CounterStatus, 'lagDays'>): string {
  return lagDays === null ? UNKNOWN : `${lagDays} d`;
}
