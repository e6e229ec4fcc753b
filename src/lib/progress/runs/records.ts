import { formatCount, formatDuration, formatQuantity } from '../format.ts';
import type { Tone } from '../palette.ts';
import type { ProgressRecord } from '../progress-record.ts';
import { sanitize } from '../sanitize.ts';
import type { RunEvent } from './events.ts';
import { type FinishedRun, type ReadLog, tookMs } from './view.ts';
import { isUnderWay, RUN_STATE_LABELS, RUN_STATE_ORDER, RUN_STATE_TONES, RUN_STATE_WORDS } from './wording.ts';

/** Failed jobs whose logs are shown at the end; the rest are counted, and `runs logs --failed` has them all. */
const SHOWN_FAILURES = 5;
/** Lines of each of these. */
const FAILURE_LINES = 10;

/** The record of an event of a run, or undefined when it only moves figures. Its end has records of its own. */
export function runRecordOf(event: RunEvent, now: number): ProgressRecord | undefined {
  switch (event.event) {
    case 'run.found': {
      const attempt = event.attempt > 1 ? `, attempt ${event.attempt}` : '';
      const state = event.state === 'running' ? '' : `, ${RUN_STATE_WORDS[event.state]}`;
      const subject = `${sanitize(event.title)}, run ${event.runId} of ${sanitize(event.repository)}`;
      return record('strong', 'watching', `${subject}${attempt}${state}, ${sanitize(event.url)}`);
    }
    case 'run.continued':
      return record('strong', 'continues', `what is left is for run ${event.nextRunId}, ${sanitize(event.url)}`);
    case 'run.changed': {
      // The end has records of its own.
      if (!isUnderWay(event.state)) return undefined;
      const attempt = event.attempt > 1 ? `attempt ${event.attempt}: ` : '';
      return record(RUN_STATE_TONES[event.state], 'run', `${attempt}${RUN_STATE_WORDS[event.state]}`);
    }
    case 'job.changed': {
      if (event.finishedAt === null && event.state !== 'waiting') return undefined;
      const took = event.state === 'skipped' ? undefined : tookMs(event, now);
      const length = took === undefined ? '' : `, ${formatDuration(took)}`;
      // Where to approve it.
      const more = event.state === 'waiting' ? `, ${sanitize(event.url)}` : length;
      return record(RUN_STATE_TONES[event.state], RUN_STATE_LABELS[event.state], `${sanitize(event.name)}${more}`);
    }
    case 'log.read':
      return { ...record('strong', 'log', describeLog(event)), block: event.lines };
    case 'log.missed':
      return record('warning', 'log', `${sanitize(event.name)}: ${sanitize(event.reason)}`);
    case 'step.changed':
    case 'run.finished':
      return undefined;
  }
}

/** The end of a run as records: what failed, with the ends of the logs, then the verdict, which is what stays in sight. */
export function summarizeRun(end: FinishedRun): readonly ProgressRecord[] {
  const more = end.failures.length - SHOWN_FAILURES;
  const counts = RUN_STATE_ORDER.flatMap((state) => {
    const count = end.jobs[state];
    return count === undefined ? [] : [`${formatCount(count)} ${RUN_STATE_LABELS[state]}`];
  });
  const verdict = end.ended ? RUN_STATE_LABELS[end.state] : 'not over';
  const words = end.ended ? '' : ': watching stopped at the first failed job';
  const tone: Tone = end.ended ? RUN_STATE_TONES[end.state] : 'warning';
  const attempt = end.attempt > 1 ? `, attempt ${end.attempt}` : '';
  return [
    ...end.failures.slice(0, SHOWN_FAILURES).map(({ name, step, state, tail, url }) => ({
      ...record(
        RUN_STATE_TONES[state],
        RUN_STATE_LABELS[state],
        `${sanitize(name)}${step === null ? '' : `, at step "${sanitize(step)}"`}, ${sanitize(url)}`,
      ),
      block: tail.slice(-FAILURE_LINES),
    })),
    ...(more > 0 ? [record('bad', 'failed', `and ${formatQuantity(more, 'more job')}`)] : []),
    record('strong', 'jobs', counts.length > 0 ? counts.join(', ') : 'none was started'),
    record(
      'strong',
      'took',
      `${formatDuration(end.elapsedMs)}; watching was charged ${formatQuantity(end.cost, 'request')}`,
    ),
    record(tone, verdict, `${sanitize(end.title)}${attempt}${words}, ${sanitize(end.url)}`),
  ];
}

function describeLog({ name, lines, omitted }: ReadLog): string {
  if (lines.length === 0) return `${sanitize(name)}: it is empty`;
  const part =
    omitted > 0
      ? `the last ${formatCount(lines.length)} of ${formatCount(lines.length + omitted)} lines`
      : formatQuantity(lines.length, 'line');
  return `${sanitize(name)}, ${part}`;
}

function record(tone: Tone, label: string, text: string): ProgressRecord {
  return { tone, label, text, notable: false, annotate: false };
}
