/**
 * Events of a scrape of libraries into artifacts. A slot is one library at one version, by its name:
 * `/org/project` or `/org/project@1.2`. Times are milliseconds since the epoch.
 */

/** How a slot stands when the scrape is done with it. */
export type SlotState =
  /** A new artifact took the place of the old one, or is the first. */
  | 'scraped'
  /** Every page is as it was. */
  | 'unchanged'
  /** Not asked for: it was checked lately enough. */
  | 'skipped'
  /** It could not be had whole: the last good artifact stays. */
  | 'stale'
  /** It could not be had whole, and there is no artifact of it. */
  | 'failed';

/** A page that could not be had. */
export interface PageFailure {
  readonly url: string;
  /** One word for programs, e.g. `not_found`. */
  readonly reason: string;
  readonly message: string;
}

/** A slot whose artifact is not as new as it was asked to be. */
export interface SlotFailure {
  readonly slot: string;
  readonly state: 'stale' | 'failed' | 'unreachable';
  readonly reason: string;
  readonly pages: readonly PageFailure[];
}

export interface PageCounts {
  readonly fetched: number;
  readonly unchanged: number;
  /** Found by a check that fetches nothing. */
  readonly checked: number;
  readonly failed: number;
  /** Of the pages fetched, after decompression. */
  readonly bytes: number;
}

export interface DocumentCounts {
  /** Embedded in this run. */
  readonly embedded: number;
  /** Whose vectors the artifact before had. */
  readonly kept: number;
}

/** Whether pages become artifacts, or are only looked for (`--check-urls`). */
export type ScrapeMode = 'scrape' | 'check';

export type DocsEvent =
  | {
      readonly event: 'scrape.started';
      readonly mode: ScrapeMode;
      readonly registry: string;
      readonly artifacts: string;
      readonly slots: number;
      readonly pages: number;
      /** Its kind; null where nothing is embedded. */
      readonly embedder: string | null;
    }
  | { readonly event: 'slot.started'; readonly slot: string; readonly kind: string; readonly pages: number }
  | {
      readonly event: 'page.fetched';
      readonly slot: string;
      readonly url: string;
      readonly bytes: number;
      readonly documents: number;
      readonly elapsedMs: number;
    }
  | { readonly event: 'page.unchanged'; readonly slot: string; readonly url: string }
  | { readonly event: 'page.checked'; readonly slot: string; readonly url: string }
  | ({ readonly event: 'page.failed'; readonly slot: string } & PageFailure)
  | ({ readonly event: 'documents.embedded'; readonly slot: string } & DocumentCounts)
  | {
      readonly event: 'slot.finished';
      readonly slot: string;
      readonly state: SlotState;
      readonly documents: number;
      /** Why it is not `scraped` or `unchanged`, or what is unusual about it; null where nothing is. */
      readonly reason: string | null;
      readonly failedPages: readonly PageFailure[];
      readonly elapsedMs: number;
    }
  /** Nothing is asked of a host until then: it asked for a pause, or is given one before a retry. */
  | { readonly event: 'host.waiting'; readonly host: string; readonly reason: string; readonly until: number }
  | { readonly event: 'host.resumed'; readonly host: string }
  | {
      readonly event: 'scrape.finished';
      readonly mode: ScrapeMode;
      readonly artifacts: string;
      readonly slots: Readonly<Record<SlotState, number>>;
      readonly pages: PageCounts;
      /** In the artifacts of these slots, whichever run made them. */
      readonly documents: number;
      readonly embedding: DocumentCounts;
      readonly failures: readonly SlotFailure[];
      readonly elapsedMs: number;
    };

export const NO_PAGES: PageCounts = { fetched: 0, unchanged: 0, checked: 0, failed: 0, bytes: 0 };
export const NO_DOCUMENTS: DocumentCounts = { embedded: 0, kept: 0 };
export const NO_SLOTS: Readonly<Record<SlotState, number>> = {
  scraped: 0,
  unchanged: 0,
  skipped: 0,
  stale: 0,
  failed: 0,
};

const DOCS_EVENT_NAMES: Readonly<Record<DocsEvent['event'], true>> = {
  'scrape.started': true,
  'slot.started': true,
  'page.fetched': true,
  'page.unchanged': true,
  'page.checked': true,
  'page.failed': true,
  'documents.embedded': true,
  'slot.finished': true,
  'host.waiting': true,
  'host.resumed': true,
  'scrape.finished': true,
};

/** Whether an event is one of a scrape. */
export function isDocsEvent<Other extends { readonly event: string }>(event: DocsEvent | Other): event is DocsEvent {
  return Object.hasOwn(DOCS_EVENT_NAMES, event.event);
}
