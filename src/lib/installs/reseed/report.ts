import { formatCount, formatQuantity } from '../../progress/format.ts';
import type { EvidenceOrigin } from './evidence.ts';
import { originName, type PlannedCounter, type ReseedPlan } from './plan.ts';
import type { ReseedSources } from './sources.ts';

/** A plan for people: what was read, a table of the counters, and what is gone for good. */
export function planLines(sources: ReseedSources, plan: ReseedPlan): readonly string[] {
  const { before, after, lost } = plan;
  return [
    sourcesLine(sources),
    '',
    ...table([
      ['counter', 'now', 'restored', 'up to', 'from', 'committed'],
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
    name === null ? `${source} (at least)` : `${source} ${name}`,
    present === null ? '-' : formatCount(present),
    formatCount(restored),
    through ?? '-',
    originName(origin),
    dateOf(origin),
  ];
}

function dateOf({ committedAt }: EvidenceOrigin): string {
  return Number.isFinite(committedAt) ? new Date(committedAt * 1_000).toISOString().slice(0, 10) : '-';
}

/** Columns as wide as their widest cell; the second and third are numbers. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
