import { isConsolidateEvent } from './docs/consolidate-events.ts';
import { consolidateRecordOf } from './docs/consolidate-records.ts';
import { isDocsEvent } from './docs/events.ts';
import { docsRecordOf } from './docs/records.ts';
import type { ProgressEvent } from './events.ts';
import type { EventOf } from './facts.ts';
import { formatCount, formatIdentifier, formatQuantity } from './format.ts';
import type { ProgressRecord } from './progress-record.ts';
import { runRecordOf } from './runs/records.ts';
import { sanitize } from './sanitize.ts';
import { announceWait } from './wording.ts';

export type { ProgressRecord } from './progress-record.ts';

/** The record of an event, or undefined when it only moves figures. The end of a backfill has its own: see `summary.ts`. */
export function recordOf(event: ProgressEvent, now: number): ProgressRecord | undefined {
  if (isDocsEvent(event)) return docsRecordOf(event, now);
  if (isConsolidateEvent(event)) return consolidateRecordOf(event);
  switch (event.event) {
    case 'backfill.started':
      return plain(event.watched ? 'watching' : event.resumed ? 'resumed' : 'started', describeStart(event));
    case 'page.shrunk':
      return warning(
        'shrunk',
        `page from ${event.from} to ${event.to}: ${formatIdentifier(sanitize(event.reason))}`,
        false,
      );
    case 'item.quarantined':
      // The live view has a line of its own for these: they need not push other notices aside.
      return {
        ...warning('quarantined', `#${event.number}: ${formatIdentifier(sanitize(event.reason))}`, true),
        notable: false,
      };
    case 'wait.started':
      // Pacing is how the work goes: the live view shows it, a log would drown in it.
      return event.reason === 'pacing' ? undefined : plain('waiting', announceWait(event, now));
    case 'notice.raised':
      return event.level === 'warning'
        ? warning('warning', sanitize(event.message), true)
        : { ...plain('note', sanitize(event.message)), notable: true };
    case 'audit.started':
      return plain('verifying', describeAudit(event));
    case 'audit.finished':
      return event.gaps === 0
        ? { ...plain('verified', 'no gaps'), tone: 'good' }
        : warning('verified', `${formatQuantity(event.gaps, 'gap')} found`, false);
    case 'run.found':
    case 'run.changed':
    case 'run.continued':
    case 'job.changed':
    case 'step.changed':
    case 'log.read':
    case 'log.missed':
    case 'run.finished':
      return runRecordOf(event, now);
    default:
      return undefined;
  }
}

function describeAudit({ alone }: EventOf<'audit.started'>): string {
  if (alone === undefined) return "comparing GitHub's counts with the rows in the store";
  const all = formatQuantity(alone.total, 'pull request');
  return `${sanitize(alone.repository)}, ${all} against GitHub's counts`;
}

function describeStart(event: EventOf<'backfill.started'>): string {
  const renamed = event.renamedFrom === undefined ? '' : ` (renamed from ${sanitize(event.renamedFrom)})`;
  const all = formatQuantity(event.total, 'pull request');
  const size = event.finished > 0 ? `${formatCount(event.finished)} of ${all} done` : all;
  return `${sanitize(event.repository)}${renamed}, ${size}, ${event.store} store`;
}

function plain(label: string, text: string): ProgressRecord {
  return { tone: 'strong', label, text, notable: false, annotate: false };
}

function warning(label: string, text: string, annotate: boolean): ProgressRecord {
  return { tone: 'warning', label, text, notable: true, annotate };
}
