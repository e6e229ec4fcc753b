import { isConsolidateEvent } from './docs/consolidate-events.ts';
import { type ConsolidateView, reduceConsolidate } from './docs/consolidate-records.ts';
import { isDocsEvent } from './docs/events.ts';
import { type DocsView, reduceDocs } from './docs/view.ts';
import type { ProgressEvent, RateResource, RowCounts } from './events.ts';
import { NO_ROWS } from './events.ts';
import type { Budget, CurrentChunk, FinishedBackfill, Wait } from './facts.ts';
import { addSample, type PaceSample, ratePerMinute, withoutWait } from './pace.ts';
import { recordOf } from './records.ts';
import { type RunView, reduceRun } from './runs/view.ts';

/** What the one who looks on has asked for: to capture, to compare, or to look on. */
export type Purpose = 'capture' | 'verify' | 'watch';

export type Phase = 'starting' | 'enumerating' | 'capturing' | 'auditing' | 'finished';

/** What is known of a backfill, a run on GitHub Actions or a scrape, from its events so far. Times are milliseconds since the epoch. */
export interface View {
  readonly openedAt: number;
  readonly phase: Phase;
  readonly purpose: Purpose;
  readonly repository: string | undefined;
  readonly store: 'embedded' | 'hosted' | undefined;
  readonly resumed: boolean;
  readonly total: number | undefined;
  /** Pull requests that are captured or, in a comparison, compared. */
  readonly finished: number;
  readonly enumeration: { readonly enumerated: number; readonly total: number; readonly unchanged: number } | undefined;
  readonly chunk: CurrentChunk | undefined;
  readonly pageSize: number | undefined;
  readonly lastCommit: { readonly chunk: number; readonly fetchMs: number; readonly storeMs: number } | undefined;
  readonly rows: RowCounts;
  readonly quarantined: number;
  /** The latest few, newest first. */
  readonly recentlyQuarantined: readonly { readonly number: number; readonly reason: string }[];
  readonly budgets: Readonly<Partial<Record<RateResource, Budget>>>;
  readonly wait: Wait | undefined;
  /** What was worth a line of its own: how many, and the latest few, newest first. */
  readonly notices: {
    readonly count: number;
    readonly recent: readonly { readonly at: number; readonly text: string }[];
  };
  readonly samples: readonly PaceSample[];
  readonly outcome: FinishedBackfill | undefined;
  /** The run on GitHub Actions that is watched; undefined where the work is done here. */
  readonly run: RunView | undefined;
  /** The scrape of libraries; undefined where it is another work. */
  readonly docs: DocsView | undefined;
  /** The consolidation of artifacts; undefined where it is another work. */
  readonly consolidation: ConsolidateView | undefined;
}

/** What a view says at a moment. Undefined is "not known", never zero. */
export interface Figures {
  readonly elapsedMs: number;
  readonly remaining: number | undefined;
  readonly ratePerMinute: number | undefined;
  readonly remainingMs: number | undefined;
}

const RECENT = 5;

export function initialView(now: number): View {
  return {
    openedAt: now,
    phase: 'starting',
    purpose: 'capture',
    repository: undefined,
    store: undefined,
    resumed: false,
    total: undefined,
    finished: 0,
    enumeration: undefined,
    chunk: undefined,
    pageSize: undefined,
    lastCommit: undefined,
    rows: NO_ROWS,
    quarantined: 0,
    recentlyQuarantined: [],
    budgets: {},
    wait: undefined,
    notices: { count: 0, recent: [] },
    samples: [],
    outcome: undefined,
    run: undefined,
    docs: undefined,
    consolidation: undefined,
  };
}

/** The view after one more event. Pure: the same events at the same times give the same view. */
export function reduce(view: View, event: ProgressEvent, now: number): View {
  return applyEvent(noteEvent(view, event, now), event, now);
}

/** The figures that follow from a view at `now`. While it waits, the rate is that from before the wait. */
export function figuresOf(view: View, now: number): Figures {
  const asleep = view.wait !== undefined && suspendsWork(view.wait);
  const rate = ratePerMinute(view.samples, asleep && view.wait ? view.wait.since : now);
  const remaining = view.total === undefined ? undefined : Math.max(0, view.total - view.finished);
  const waitMs = asleep && view.wait ? Math.max(0, view.wait.until - now) : 0;
  const workMs = remaining === undefined || rate === undefined || rate <= 0 ? undefined : (remaining / rate) * 60_000;
  return {
    elapsedMs: Math.max(0, now - view.openedAt),
    remaining,
    ratePerMinute: rate,
    remainingMs: workMs === undefined ? undefined : workMs + waitMs,
  };
}

function applyEvent(view: View, event: ProgressEvent, now: number): View {
  if (isDocsEvent(event)) {
    const phase = event.event === 'scrape.finished' ? 'finished' : 'capturing';
    return { ...view, phase, docs: reduceDocs(view.docs, event, now) };
  }
  if (isConsolidateEvent(event)) {
    const phase = event.event === 'consolidate.finished' ? 'finished' : 'capturing';
    return { ...view, phase, consolidation: reduceConsolidate(view.consolidation, event) };
  }
  switch (event.event) {
    case 'backfill.started': {
      const { repository, total, finished, resumed, store } = event;
      const purpose = event.watched ? 'watch' : view.purpose;
      return { ...view, purpose, repository, total, finished, resumed, store, phase: 'enumerating' };
    }
    case 'enumeration.advanced': {
      const { enumerated, total, unchanged } = event;
      const phase = view.phase === 'starting' ? 'enumerating' : view.phase;
      return { ...view, phase, total: total || view.total, enumeration: { enumerated, total, unchanged } };
    }
    case 'chunk.started': {
      const { event: _, ...chunk } = event;
      return { ...view, phase: 'capturing', chunk: { ...chunk, since: now }, pageSize: event.pageSize };
    }
    case 'page.shrunk':
      return { ...view, pageSize: event.to };
    case 'chunk.committed': {
      const { chunk, fetchMs, storeMs } = event;
      return { ...view, lastCommit: { chunk, fetchMs, storeMs } };
    }
    case 'progress.updated': {
      const { finished, total, rows, quarantined } = event;
      return { ...view, finished, total, rows, quarantined, samples: addSample(view.samples, { at: now, finished }) };
    }
    case 'item.quarantined': {
      const recentlyQuarantined = [{ number: event.number, reason: event.reason }, ...view.recentlyQuarantined];
      const quarantined = view.quarantined + 1;
      return { ...view, quarantined, recentlyQuarantined: recentlyQuarantined.slice(0, RECENT) };
    }
    case 'budget.updated': {
      const { event: _, ...budget } = event;
      return { ...view, budgets: { ...view.budgets, [event.resource]: budget } };
    }
    case 'wait.started': {
      const { event: _, ...wait } = event;
      return { ...view, wait: { ...wait, since: now } };
    }
    case 'wait.ended': {
      if (view.wait === undefined) return view;
      const samples = suspendsWork(view.wait) ? withoutWait(view.samples, now - view.wait.since) : view.samples;
      return { ...view, wait: undefined, samples };
    }
    case 'audit.started':
      return {
        ...view,
        ...(event.alone && { ...event.alone, purpose: 'verify' as const }),
        phase: 'auditing',
        chunk: undefined,
      };
    case 'audit.advanced': {
      const { compared: finished, total } = event;
      return { ...view, finished, total, samples: addSample(view.samples, { at: now, finished }) };
    }
    case 'backfill.finished': {
      const { repository, finished, total, rows, quarantined } = event;
      return {
        ...view,
        repository,
        finished,
        total,
        rows,
        quarantined,
        phase: 'finished',
        wait: undefined,
        outcome: event,
      };
    }
    case 'run.found':
    case 'run.changed':
    case 'run.continued':
    case 'run.finished':
    case 'job.changed':
    case 'step.changed':
    case 'log.read':
    case 'log.missed':
      return { ...view, run: reduceRun(view.run, event) };
    case 'audit.finished':
      return view.purpose === 'verify' ? { ...view, phase: 'finished' } : view;
    case 'notice.raised':
      return view;
  }
}

function noteEvent(view: View, event: ProgressEvent, now: number): View {
  const record = recordOf(event, now);
  if (record === undefined || !record.notable) return view;
  const recent = [{ at: now, text: `${record.label}: ${record.text}` }, ...view.notices.recent].slice(0, RECENT);
  return { ...view, notices: { count: view.notices.count + 1, recent } };
}

/** Pacing is how the work goes; the other waits interrupt it and must not count as slowness. */
function suspendsWork(wait: Wait): boolean {
  return wait.reason !== 'pacing';
}
