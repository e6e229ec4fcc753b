import { describeConsolidate } from './docs/consolidate-records.ts';
import { describeRunning, describeScrape, describeScrapeCounts } from './docs/wording.ts';
import {
  formatCount,
  formatDuration,
  formatEstimate,
  formatPercent,
  formatQuantity,
  formatRate,
  UNKNOWN,
} from './format.ts';
import { describeRun } from './runs/status.ts';
import type { RunView } from './runs/view.ts';
import { figuresOf, type View } from './view.ts';
import { BUDGET_NAMES, describeWait } from './wording.ts';

/** Libraries named in one line; the others are counted. */
const NAMED = 3;

/** How far it is, in one line of words: counts, and rate, time left and budgets as far as they are known. */
export function describeProgress(view: View, now: number): string {
  if (view.run) return describeWatched(view, view.run, now);
  if (view.docs) return describeScrape(view.docs, now);
  if (view.consolidation) return describeConsolidate(view.consolidation);
  if (view.phase === 'enumerating' && view.enumeration) return describeEnumeration(view.enumeration);
  const { ratePerMinute, remainingMs } = figuresOf(view, now);
  const parts = [describeCounts(view)];
  if (ratePerMinute !== undefined) parts.push(`${formatRate(ratePerMinute)} a minute`);
  if (remainingMs !== undefined && remainingMs > 0) parts.push(`about ${formatEstimate(remainingMs)} left`);
  if (view.quarantined > 0) parts.push(`${formatCount(view.quarantined)} quarantined`);
  for (const budget of Object.values(view.budgets)) {
    const { name, unit } = BUDGET_NAMES[budget.resource];
    parts.push(`${name} budget ${formatCount(budget.remaining)} of ${formatCount(budget.limit)} ${unit}`);
  }
  return parts.join(', ');
}

/** What it is doing at this moment, for when nothing else has been said in a while. */
export function describeActivity(view: View, now: number): string {
  if (view.run && !view.wait) return describeRun(view.run, now);
  if (view.consolidation) return describeConsolidate(view.consolidation);
  if (view.docs) return `${describeScrapeCounts(view.docs)}; at ${describeRunning(view.docs, NAMED)}`;
  const untilNow = `${formatDuration(now - view.openedAt)} so far`;
  if (view.wait && view.phase === 'starting') return `waiting: ${describeWait(view.wait, now)[0]}, ${untilNow}`;
  if (view.wait) return `${describeCounts(view)}; waiting: ${describeWait(view.wait, now)[0]}`;
  switch (view.phase) {
    case 'starting':
      return `waiting for the first answers, ${untilNow}`;
    case 'enumerating':
      return view.enumeration ? describeEnumeration(view.enumeration) : 'listing pull requests';
    case 'auditing':
      return `${describeCounts(view)}; comparing GitHub's counts with the rows in the store`;
    case 'capturing':
    case 'finished': {
      const chunk = view.chunk
        ? `; chunk ${formatCount(view.chunk.chunk)} for ${formatDuration(now - view.chunk.since)}`
        : '';
      return `${describeCounts(view)}${chunk}`;
    }
  }
}

/** A run with what the store tells of its work, and the budget that watching takes from. */
function describeWatched(view: View, run: RunView, now: number): string {
  const parts = [describeRun(run, now)];
  if (view.total !== undefined) parts.push(describeCounts(view));
  const { rest } = view.budgets;
  if (rest) parts.push(`REST budget ${formatCount(rest.remaining)} of ${formatCount(rest.limit)} requests`);
  return parts.join('; ');
}

/** How many are captured, compared or scraped, of how many. */
export function describeCounts(view: View): string {
  if (view.docs) return describeScrapeCounts(view.docs);
  const done = `${view.purpose === 'verify' ? 'compared ' : ''}${formatCount(view.finished)}`;
  if (view.total === undefined) return `${done} of ${UNKNOWN} pull requests`;
  const share = formatPercent(view.finished, view.total);
  return `${done} of ${formatQuantity(view.total, 'pull request')} (${share})`;
}

/** How far the listing is. */
export function describeEnumeration(enumeration: NonNullable<View['enumeration']>): string {
  const { enumerated, total, unchanged } = enumeration;
  const same = unchanged > 0 ? `, ${formatCount(unchanged)} unchanged since they were captured` : '';
  return `listed ${formatCount(enumerated)} of ${formatQuantity(total, 'pull request')}${same}`;
}
