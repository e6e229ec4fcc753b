import { formatCount, formatQuantity, UNKNOWN } from '../../progress/format.ts';
import { type Align, shortened, textTable } from '../text-table.ts';
import type { EvidenceOrigin } from './evidence.ts';
import type { PlannedCounter, ReseedPlan } from './plan.ts';
import type { ReseedSources } from './sources.ts';

const COLUMNS: readonly Align[] = ['left', 'right', 'right', 'left', 'left', 'left'];
/** Characters of a counter's name that there is room for in 80 columns. */
const NAME_WIDTH = 26;

/** A plan for people: what was read, a table of the counters, and what is gone for good. */
export function planLines(sources: ReseedSources, plan: ReseedPlan): readonly string[] {
  const { before, after, lost } = plan;
  return [
    sourcesLine(sources),
    '',
    ...textTable(COLUMNS, [
      ['counter', 'now', 'restored', 'up to', 'revision', 'committed'],
      ...plan.counters.map(counterRow),
      ['installs (total)', formatCount(before.total), formatCount(after.total), '', '', ''],
      ['clones (total)', formatCount(before.clones), formatCount(after.clones), '', '', ''],
    ]),
    '',
    ...lost.map(
      ({ repository, from, to, days }) =>
        `gone for good: ${formatQuantity(days, 'day')} of clones of ${repository}, ${from === to ? from : `${from} to ${to}`}`,
    ),
    ...(lost.length === 0 ? ['no day is gone for good'] : []),
  ];
}

function sourcesLine({ revisions, generations, lostEntries }: ReseedSources): string {
  const kinds = Object.entries(generations)
    .filter(([, count]) => count > 0)
    .map(([generation, count]) => `${count} ${generation}`);
  const ledger = lostEntries.length === 0 ? '' : `; ${formatQuantity(lostEntries.length, 'line')} of an earlier ledger`;
  return `read ${formatQuantity(revisions, 'revision')} of the cache file, and the file itself: ${kinds.join(', ')}${ledger}`;
}

function counterRow({ source, name, present, restored, through, origin }: PlannedCounter): readonly string[] {
  return [
    name === null ? `${source} (at least)` : shortened(`${source} ${name}`, NAME_WIDTH),
    present === null ? UNKNOWN : formatCount(present),
    formatCount(restored),
    through ?? UNKNOWN,
    origin.commit?.slice(0, 7) ?? 'the file',
    dateOf(origin),
  ];
}

function dateOf({ committedAt }: EvidenceOrigin): string {
  return Number.isFinite(committedAt) ? new Date(committedAt * 1_000).toISOString().slice(0, 10) : UNKNOWN;
}
