import { addSample, type PaceSample, ratePerMinute } from '../pace.ts';
import {
  type DocsEvent,
  type DocumentCounts,
  NO_DOCUMENTS,
  NO_PAGES,
  NO_SLOTS,
  type PageCounts,
  type SlotState,
} from './events.ts';

type Of<Name extends DocsEvent['event']> = Extract<DocsEvent, { readonly event: Name }>;

export type FinishedScrape = Of<'scrape.finished'>;

/** A slot that is under way; `handled` counts its pages that were answered, well or not. */
export interface RunningSlot {
  readonly slot: string;
  readonly pages: number;
  readonly handled: number;
}

/** What is known of a scrape from its events so far. */
export interface DocsView {
  readonly started: Of<'scrape.started'>;
  /** In the order in which they were started. */
  readonly running: readonly RunningSlot[];
  readonly slots: Readonly<Record<SlotState, number>>;
  /** Pages of finished slots, and those handled of the ones under way. */
  readonly handled: number;
  readonly pages: PageCounts;
  readonly documents: DocumentCounts;
  /** Hosts that are waited for, the latest last. */
  readonly hosts: readonly Omit<Of<'host.waiting'>, 'event'>[];
  /** Slots and, in a check, pages that failed: how many, and the latest few, newest first. */
  readonly failures: { readonly count: number; readonly recent: readonly FailureInView[] };
  readonly samples: Readonly<Record<'handled' | 'embedded', readonly PaceSample[]>>;
  readonly outcome: FinishedScrape | undefined;
}

export interface FailureInView {
  readonly slot: string;
  readonly reason: string;
}

/** What a view says at a moment. Undefined is "not known", never zero. */
export interface DocsFigures {
  readonly pagesPerSecond: number | undefined;
  readonly documentsPerSecond: number | undefined;
  readonly remainingMs: number | undefined;
}

const RECENT = 5;

/** The scrape after one more event; events before `scrape.started` say nothing. Pure. */
export function reduceDocs(view: DocsView | undefined, event: DocsEvent, now: number): DocsView | undefined {
  if (event.event === 'scrape.started') return initialDocsView(event, now);
  if (view === undefined) return undefined;
  switch (event.event) {
    case 'slot.started':
      return { ...view, running: [...view.running, { slot: event.slot, pages: event.pages, handled: 0 }] };
    case 'page.fetched': {
      const { fetched, bytes } = view.pages;
      const pages = { ...view.pages, fetched: fetched + 1, bytes: bytes + event.bytes };
      return handlePage({ ...view, pages }, event.slot, now);
    }
    case 'page.unchanged':
      return handlePage(withPage(view, 'unchanged'), event.slot, now);
    case 'page.checked':
      return handlePage(withPage(view, 'checked'), event.slot, now);
    case 'page.failed': {
      const failed = handlePage(withPage(view, 'failed'), event.slot, now);
      return view.started.mode === 'check' ? withFailure(failed, { slot: event.slot, reason: event.message }) : failed;
    }
    case 'documents.embedded': {
      const embedded = view.documents.embedded + event.embedded;
      const documents = { embedded, kept: view.documents.kept + event.kept };
      return { ...view, documents, samples: sampled(view, 'embedded', embedded, now) };
    }
    case 'slot.finished':
      return finishSlot(view, event, now);
    case 'host.waiting': {
      const { event: _, ...wait } = event;
      return { ...view, hosts: [...withoutHost(view, event.host), wait] };
    }
    case 'host.resumed':
      return { ...view, hosts: withoutHost(view, event.host) };
    case 'scrape.finished':
      return { ...view, running: [], hosts: [], slots: event.slots, pages: event.pages, outcome: event };
  }
}

/** The figures that follow from a view at `now`. */
export function docsFiguresOf(view: DocsView, now: number): DocsFigures {
  const handledPerMinute = ratePerMinute(view.samples.handled, now);
  const embeddedPerMinute = ratePerMinute(view.samples.embedded, now);
  const remaining = Math.max(0, view.started.pages - view.handled);
  const knowsPace = handledPerMinute !== undefined && handledPerMinute > 0;
  return {
    pagesPerSecond: handledPerMinute === undefined ? undefined : handledPerMinute / 60,
    documentsPerSecond: embeddedPerMinute === undefined ? undefined : embeddedPerMinute / 60,
    remainingMs: knowsPace ? (remaining / handledPerMinute) * 60_000 : undefined,
  };
}

/** Slots that are done, in whatever state. */
export function finishedSlots({ slots }: Pick<DocsView, 'slots'>): number {
  return Object.values(slots).reduce((sum, count) => sum + count, 0);
}

function initialDocsView(started: Of<'scrape.started'>, now: number): DocsView {
  const begun: readonly PaceSample[] = [{ at: now, finished: 0 }];
  return {
    started,
    running: [],
    slots: NO_SLOTS,
    handled: 0,
    pages: NO_PAGES,
    documents: NO_DOCUMENTS,
    hosts: [],
    failures: { count: 0, recent: [] },
    samples: { handled: begun, embedded: begun },
    outcome: undefined,
  };
}

function withPage(view: DocsView, kind: 'unchanged' | 'checked' | 'failed'): DocsView {
  return { ...view, pages: { ...view.pages, [kind]: view.pages[kind] + 1 } };
}

function handlePage(view: DocsView, slot: string, now: number): DocsView {
  const handled = view.handled + 1;
  return {
    ...view,
    handled,
    running: view.running.map((one) => (one.slot === slot ? { ...one, handled: one.handled + 1 } : one)),
    samples: sampled(view, 'handled', handled, now),
  };
}

function finishSlot(view: DocsView, event: Of<'slot.finished'>, now: number): DocsView {
  const known = view.running.find(({ slot }) => slot === event.slot);
  const handled = view.handled + (known === undefined ? 0 : Math.max(0, known.pages - known.handled));
  const finished = {
    ...view,
    handled,
    running: view.running.filter((one) => one !== known),
    slots: { ...view.slots, [event.state]: view.slots[event.state] + 1 },
    samples: sampled(view, 'handled', handled, now),
  };
  const isFailure = event.state === 'stale' || event.state === 'failed';
  return isFailure ? withFailure(finished, { slot: event.slot, reason: event.reason ?? event.state }) : finished;
}

function withFailure(view: DocsView, failure: FailureInView): DocsView {
  const { count, recent } = view.failures;
  return { ...view, failures: { count: count + 1, recent: [failure, ...recent].slice(0, RECENT) } };
}

function withoutHost({ hosts }: DocsView, host: string): DocsView['hosts'] {
  return hosts.filter((other) => other.host !== host);
}

function sampled({ samples }: DocsView, of: 'handled' | 'embedded', finished: number, now: number) {
  return { ...samples, [of]: addSample(samples[of], { at: now, finished }) };
}
