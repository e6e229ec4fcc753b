import type { Clock } from '../../clock.ts';
import type { FetchObserver, ProbingPageFetcher } from '../../fetch/page.ts';
import { observeHosts } from '../../observe-hosts.ts';
import { NO_SLOTS, type PageFailure, type SlotFailure } from '../../progress/docs/events.ts';
import { type Emit, streamEvents } from '../../progress/event-stream.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { type Slot, slotName } from '../slot.ts';
import { type PageSources, pageRequest } from './page-reader.ts';
import { mapInParallel } from './parallel.ts';
import { pageFailureOf, shareOfPages } from './slot-pages.ts';
import { tallyEvents } from './tally.ts';

/** Addresses that are looked at, at the same time; how many a host is asked for is the fetcher's to say. */
const ADDRESSES_AT_ONCE = 32;

export interface CheckCapabilities {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly connect: (observer: FetchObserver) => ProbingPageFetcher;
  readonly sources: Pick<PageSources, 'bearerFor'>;
}

export interface CheckInputs {
  /** Path of the registry, for people. */
  readonly registry: string;
  readonly artifacts: string;
  readonly slots: readonly Slot[];
}

/** An address that is dead, and whose it is. */
export interface DeadPage extends PageFailure {
  readonly libId: string;
  readonly version: string;
}

export interface UrlCheck {
  readonly registry: string;
  readonly checked: number;
  /** In the order of the registry. */
  readonly dead: readonly DeadPage[];
  readonly elapsedMs: number;
}

/** Asks every host whether it has the pages of the slots, without fetching one. Writes nothing. */
export function checkUrls(
  capabilities: CheckCapabilities,
  inputs: CheckInputs,
): AsyncGenerator<ProgressEvent, UrlCheck> {
  return streamEvents((emit, abandoned) => runCheck(capabilities, inputs, emit, abandoned));
}

async function runCheck(
  { clock, signal: asked, connect, sources }: CheckCapabilities,
  { registry, artifacts, slots }: CheckInputs,
  tell: Emit,
  abandoned: AbortSignal,
): Promise<UrlCheck> {
  const startedAt = clock.now();
  const signal = AbortSignal.any([asked, abandoned]);
  const { emit, tally } = tallyEvents(tell);
  const fetcher = connect(observeHosts(emit));
  const addresses = slots.flatMap((slot) => [...new Set(slot.urls)].map((url) => ({ slot, url })));
  const check = async ({ slot, url }: (typeof addresses)[number]): Promise<readonly DeadPage[]> => {
    const name = slotName(slot);
    try {
      await fetcher.probe(pageRequest(slot.kind, url, sources), signal);
      emit({ event: 'page.checked', slot: name, url });
      return [];
    } catch (thrown) {
      signal.throwIfAborted();
      const failure = pageFailureOf(thrown, url);
      if (failure === null) throw thrown;
      emit({ event: 'page.failed', slot: name, ...failure });
      return [{ libId: slot.libId, version: slot.version, ...failure }];
    }
  };
  try {
    const pages = addresses.length;
    emit({ event: 'scrape.started', mode: 'check', registry, artifacts, slots: slots.length, pages, embedder: null });
    const dead = (await mapInParallel(addresses, ADDRESSES_AT_ONCE, check)).flat();
    const elapsedMs = clock.now() - startedAt;
    const failures = slots.flatMap((slot) => failureOf(slot, dead));
    const end = { mode: 'check', artifacts, slots: NO_SLOTS, documents: 0, failures, elapsedMs } as const;
    emit({ event: 'scrape.finished', ...end, ...tally() });
    return { registry, checked: pages, dead, elapsedMs };
  } finally {
    await fetcher.close();
  }
}

function failureOf(slot: Slot, dead: readonly DeadPage[]): readonly SlotFailure[] {
  const pages = dead.filter(({ libId, version }) => libId === slot.libId && version === slot.version);
  if (pages.length === 0) return [];
  const reason = `${shareOfPages(pages.length, slot)} cannot be had`;
  return [{ slot: slotName(slot), state: 'unreachable', reason, pages }];
}
