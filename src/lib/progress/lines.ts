import { defuse, warningAnnotation } from './annotations.ts';
import type { ProgressEvent } from './events.ts';
import { createPalette, takesColour } from './palette.ts';
import { type ProgressRecord, recordOf } from './records.ts';
import type { ProgressRenderer, RendererOptions } from './renderer.ts';
import { createRepeatFilter } from './repeats.ts';
import { sanitizeLogLine } from './sanitize.ts';
import { openSink } from './sink.ts';
import { describeActivity, describeProgress } from './status.ts';
import { summaryOf } from './summary.ts';
import { tickEvery } from './ticker.ts';
import { initialView, reduce, type View } from './view.ts';

/** Silence longer than this makes people think that it hangs, and some CI systems end the job. */
export const HEARTBEAT_MS = 30_000;

const TICK_MS = 1_000;

/**
 * The least time between two progress lines: 5 s at first, when people watch; 15 s after a minute and 30 s after ten,
 * so that a night's run leaves a log that can be read. `runningMs` is how long it has been running.
 */
export function progressIntervalMs(runningMs: number): number {
  if (runningMs < 60_000) return 5_000;
  return runningMs < 600_000 ? 15_000 : 30_000;
}

/**
 * Progress as lines that are appended to stderr and never redrawn. What matters is written at once, figures are
 * throttled, repeated words are counted. Off a terminal each line ends with its time (UTC), except under GitHub
 * Actions, which stamps lines itself and gets annotations instead.
 */
export function openLines({ io, clock }: RendererOptions): ProgressRenderer {
  const sink = openSink(io.stderr);
  const colour = takesColour(io.stderr, io.env);
  const palette = createPalette(colour);
  const underActions = io.env['GITHUB_ACTIONS'] === 'true';
  const stamped = !underActions && !io.stderr.isTTY;
  const repeats = createRepeatFilter();
  const closing = new AbortController();
  const openedAt = clock.now();
  let view: View = initialView(openedAt);
  let wroteAt = openedAt;
  let progressAt = Number.NEGATIVE_INFINITY;
  let hasNewFigures = false;

  const write = (line: string) => {
    const now = clock.now();
    wroteAt = now;
    const stamp = stamped ? ` ${palette('faint', `[${new Date(now).toISOString().slice(0, 19)}Z]`)}` : '';
    void sink.write(`${underActions ? defuse(line) : line}${stamp}\n`);
  };
  const writeBlockLine = (line: string) => {
    const text = `  | ${sanitizeLogLine(line, colour)}`;
    void sink.write(`${underActions ? defuse(text) : text}\n`);
  };
  const writeRecord = (record: ProgressRecord) => {
    if (underActions && record.annotate) void sink.write(`${warningAnnotation(record.label, record.text)}\n`);
    else write(`${palette(record.tone, record.label)}: ${record.text}`);
    for (const line of record.block ?? []) writeBlockLine(line);
    wroteAt = clock.now();
  };
  const writeProgress = (now: number) => {
    hasNewFigures = false;
    progressAt = now;
    write(`progress: ${describeProgress(view, now)}`);
  };
  const writeDue = () => {
    const now = clock.now();
    repeats.due(now).forEach(writeRecord);
    if (hasNewFigures && now - progressAt >= progressIntervalMs(now - openedAt)) writeProgress(now);
    else if (now - wroteAt >= HEARTBEAT_MS) write(`still working: ${describeActivity(view, now)}`);
  };
  const ticking = tickEvery(TICK_MS, clock, closing.signal, writeDue);

  return {
    show: (event) => {
      const now = clock.now();
      view = reduce(view, event, now);
      const record = recordOf(event, now);
      if (record) repeats.admit(record, now).forEach(writeRecord);
      const summary = summaryOf(event, now);
      if (summary.length > 0) {
        repeats.flush().forEach(writeRecord);
        summary.forEach(writeRecord);
        hasNewFigures = false;
      } else if (view.phase === 'finished' && view.run === undefined) {
        hasNewFigures = false;
      } else if (movesFigures(event)) {
        hasNewFigures = true;
        writeDue();
      }
    },
    close: async () => {
      closing.abort();
      await ticking;
      repeats.flush().forEach(writeRecord);
      if (hasNewFigures) writeProgress(clock.now());
      await sink.close();
    },
  };
}

const FIGURES: ReadonlySet<ProgressEvent['event']> = new Set([
  'progress.updated',
  'enumeration.advanced',
  'audit.advanced',
  'job.changed',
  'step.changed',
  'page.fetched',
  'page.unchanged',
  'page.checked',
  'documents.embedded',
  'slot.finished',
]);

function movesFigures(event: ProgressEvent): boolean {
  return FIGURES.has(event.event);
}
