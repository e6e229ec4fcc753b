import type { Clock } from '../../clock.ts';
import type { FetchObserver, PageFetcher } from '../../fetch/page.ts';
import type { PageFailure, SlotState } from '../../progress/docs/events.ts';
import type { Embedder, EmbedderIdentity } from '../embed/embedder.ts';
import type { AgentClient } from '../parse/agent/agent-client.ts';
import type { Slot, SourceKind } from '../slot.ts';
import type { PageSources } from './page-reader.ts';

/** What a scrape reaches the world through. */
export interface ScrapeCapabilities {
  readonly clock: Clock;
  /** Aborted when the operator asks to stop: finished slots stay, those under way are left as they were. */
  readonly signal: AbortSignal;
  readonly connect: (observer: FetchObserver) => PageFetcher;
  readonly embedder: Embedder;
  /** What Go source needs. */
  readonly sources: GoSources;
  /** Asked for a sign of life first; null where no slot goes through it. */
  readonly agent: AgentClient | null;
}

export type GoSources = Pick<PageSources, 'goParser' | 'bearerFor' | 'sumdbBase'>;

export interface ScrapeInputs {
  /** Path of the registry, for people. */
  readonly registry: string;
  readonly slots: readonly Slot[];
  /** Folder with one folder for each slot. */
  readonly artifacts: string;
  /** Slots of a kind that are worked on at the same time. */
  readonly parallel: Readonly<Record<SourceKind, number>>;
  /** Fetch, cut and embed everything anew. */
  readonly force: boolean;
  /** Leave slots alone that were checked less than so many milliseconds ago, unless the registry changed; 0 checks all. */
  readonly freshMs: number;
  /** The share of its documents, 0 to 1, that a slot may lose; undefined lets it lose them all. */
  readonly maxShrink: number | undefined;
  /** Write what was done to a slot into `.run_status` in its folder, for the summary of a workflow. */
  readonly writeRunStatus: boolean;
}

/** How one slot came out of a scrape. */
export interface SlotResult {
  readonly libId: string;
  readonly version: string;
  readonly slug: string;
  readonly state: SlotState;
  /** In its artifact, whichever run made it; 0 where there is none. */
  readonly documents: number;
  /** Why it is not `scraped` or `unchanged`, or what is unusual about it. */
  readonly reason: string | null;
  /** Pages that could not be had. */
  readonly failedPages: readonly PageFailure[];
}

export interface ScrapeResult {
  readonly registry: string;
  readonly artifacts: string;
  readonly embedder: EmbedderIdentity;
  readonly counts: Readonly<Record<SlotState, number>>;
  readonly documents: number;
  /** In the order of the registry. */
  readonly slots: readonly SlotResult[];
  readonly elapsedMs: number;
}
