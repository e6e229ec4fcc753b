import { summarizeConsolidate } from './docs/consolidate-records.ts';
import { summarizeScrape } from './docs/records.ts';
import type { BackfillOutcome, ProgressEvent } from './events.ts';
import type { FinishedBackfill } from './facts.ts';
import {
  formatClockTime,
  formatCount,
  formatDuration,
  formatIdentifier,
  formatPercent,
  formatQuantity,
} from './format.ts';
import type { Tone } from './palette.ts';
import type { ProgressRecord } from './records.ts';
import { summarizeRun } from './runs/records.ts';
import { sanitize } from './sanitize.ts';
import { describeChildren, describeGap, describeGapReasons } from './wording.ts';

/** Gaps listed one by one; the rest are counted, and `verify` lists them all. */
export const LISTED_GAPS = 20;

const VERDICTS: Readonly<Record<BackfillOutcome, { readonly label: string; readonly tone: Tone }>> = {
  completed: { label: 'completed', tone: 'good' },
  completed_with_gaps: { label: 'completed with gaps', tone: 'warning' },
  paused: { label: 'paused', tone: 'warning' },
  cancelled: { label: 'cancelled', tone: 'warning' },
  failed: { label: 'failed', tone: 'bad' },
  stopped: { label: 'stopped', tone: 'warning' },
  planned: { label: 'planned', tone: 'good' },
  interrupted: { label: 'interrupted', tone: 'warning' },
};

/** What is told when a pipeline or a run ends; empty for every other event. */
export function summaryOf(event: ProgressEvent, now: number): readonly ProgressRecord[] {
  if (event.event === 'backfill.finished') return summarize(event, now);
  if (event.event === 'scrape.finished') return summarizeScrape(event);
  if (event.event === 'consolidate.finished') return summarizeConsolidate(event);
  return event.event === 'run.finished' ? summarizeRun(event) : [];
}

/** The end of a backfill as records: the verdict first, then what is stored, what it cost, and the gaps. */
export function summarize(end: FinishedBackfill, now: number): readonly ProgressRecord[] {
  const { label, tone } = VERDICTS[end.outcome];
  const share = `${formatCount(end.finished)} of ${formatQuantity(end.total, 'pull request')} (${formatPercent(end.finished, end.total)})`;
  const charged = `charged ${formatCount(end.cost.graphql)} GraphQL points, ${formatCount(end.cost.rest)} REST`;
  return [
    line(label, `${sanitize(end.repository)}, ${share}${explain(end, now)}`, tone, end.outcome === 'failed'),
    ...storedInWords(end).map((text) => line('stored', text)),
    // Who only looked on asked GitHub nothing.
    ...(end.requests > 0
      ? [line('took', `${formatDuration(end.elapsedMs)}, ${formatQuantity(end.requests, 'request')}; ${charged}`)]
      : []),
    ...quarantineRecords(end),
    ...gapRecords(end),
  ];
}

function explain(end: FinishedBackfill, now: number): string {
  switch (end.outcome) {
    case 'paused': {
      const reason = end.pauseReason === undefined ? '' : `: ${formatIdentifier(sanitize(end.pauseReason))}`;
      if (end.resumeAfter === undefined) return reason;
      const length = formatDuration(Math.max(0, end.resumeAfter - now));
      return `${reason}; can go on at ${formatClockTime(end.resumeAfter, now)}, in ${length}`;
    }
    case 'stopped':
      return ', at the limit that was set';
    case 'interrupted':
      return '; progress is kept';
    default:
      return '';
  }
}

/** A run over finished data stores nothing: five zeros would look as if nothing were there. */
function storedInWords({ outcome, rows }: FinishedBackfill): readonly string[] {
  const isCompleted = outcome === 'completed' || outcome === 'completed_with_gaps';
  return isCompleted && Object.values(rows).every((count) => count === 0) ? ['nothing new'] : describeChildren(rows);
}

function quarantineRecords(end: FinishedBackfill): readonly ProgressRecord[] {
  if (end.quarantined === 0) return [];
  return [line('quarantined', formatQuantity(end.quarantined, 'pull request'), 'warning')];
}

function gapRecords(end: FinishedBackfill): readonly ProgressRecord[] {
  if (end.gaps.length === 0) return [];
  const heading = `${formatCount(end.gaps.length)} (${describeGapReasons(end.gaps)})`;
  const more = end.gaps.length - LISTED_GAPS;
  return [
    line('gaps', heading, 'warning', true),
    ...end.gaps.slice(0, LISTED_GAPS).map((gap) => line('gap', describeGap(gap), 'warning')),
    ...(more > 0 ? [line('gaps', `and ${formatCount(more)} more`, 'warning')] : []),
  ];
}

function line(label: string, text: string, tone: Tone = 'strong', annotate = false): ProgressRecord {
  return { tone, label, text, notable: false, annotate };
}
