import type { Clock } from '../../clock.ts';
import { FetchFailure, type Validators } from '../../fetch/page.ts';
import type { PageFailure } from '../../progress/docs/events.ts';
import type { Emit } from '../../progress/event-stream.ts';
import type { KnownPage, PageReading } from '../parse/page-reading.ts';
import { ParseFailure } from '../parse/parse-failure.ts';
import type { Section } from '../parse/section.ts';
import { type Slot, slotName } from '../slot.ts';
import type { ReadPage } from './page-reader.ts';
import { mapInParallel } from './parallel.ts';

/** Pages of one slot that are asked for at the same time; how many a host is asked for is the fetcher's to say. */
const PAGES_AT_ONCE = 8;

/** A page of a slot, as it is now. */
export interface CurrentPage {
  readonly url: string;
  readonly validators: Validators;
  readonly sha256: string;
  /** Null where it is the known page, whose sections the artifact has. */
  readonly sections: readonly Section[] | null;
  /** Milliseconds since the epoch. */
  readonly fetchedAt: number;
}

export type SlotPages =
  | { readonly complete: true; readonly pages: readonly CurrentPage[] }
  | { readonly complete: false; readonly failures: readonly PageFailure[] };

export interface SlotPagesParts {
  readonly readPage: ReadPage;
  readonly known: ReadonlyMap<string, KnownPage>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/**
 * Every page of a slot in the order of its addresses, an address that is listed twice once, or every page that could
 * not be had: the rest are asked for all the same, so that all dead addresses come to light in one run.
 */
export async function readSlotPages(slot: Slot, parts: SlotPagesParts): Promise<SlotPages> {
  const read = await mapInParallel([...new Set(slot.urls)], PAGES_AT_ONCE, (url) =>
    readOne(slotName(slot), url, parts),
  );
  const failures = read.filter((page) => 'reason' in page);
  return failures.length > 0
    ? { complete: false, failures }
    : { complete: true, pages: read.filter((page) => 'sha256' in page) };
}

async function readOne(slot: string, url: string, parts: SlotPagesParts): Promise<CurrentPage | PageFailure> {
  const { clock, emit } = parts;
  const known = parts.known.get(url) ?? null;
  const startedAt = clock.now();
  try {
    const reading = await parts.readPage(url, known, parts.signal);
    emit(eventOf(reading, slot, url, clock.now() - startedAt));
    const { validators } = reading;
    const fetchedAt = clock.now();
    if (reading.outcome === 'read') {
      const { sha256, sections } = reading;
      return { url, validators, sha256, sections, fetchedAt };
    }
    if (known === null) throw new Error(`${url} is said to be unchanged, and nothing is known of it`);
    return { url, validators, sha256: known.sha256, sections: null, fetchedAt };
  } catch (thrown) {
    parts.signal.throwIfAborted();
    const failure = pageFailureOf(thrown, url);
    if (failure === null) throw thrown;
    emit({ event: 'page.failed', slot, ...failure });
    return failure;
  }
}

/** So many pages of a slot, in words: `its page`, or `2 of 3 pages`. */
export function shareOfPages(count: number, { urls }: Pick<Slot, 'urls'>): string {
  return urls.length === 1 ? 'its page' : `${count} of ${urls.length} pages`;
}

/** What is wrong with a page, or null for what is not the page's fault. */
export function pageFailureOf(thrown: unknown, url: string): PageFailure | null {
  if (!(thrown instanceof FetchFailure || thrown instanceof ParseFailure)) return null;
  const { reason, message } = thrown;
  const remedy = reason === 'refused_address' ? '; docs.allowPrivateHosts lists hosts that are asked all the same' : '';
  return { url, reason, message: `${message}${remedy}` };
}

function eventOf(reading: PageReading, slot: string, url: string, elapsedMs: number) {
  if (reading.outcome === 'unchanged') return { event: 'page.unchanged', slot, url } as const;
  const { bytes, sections } = reading;
  return { event: 'page.fetched', slot, url, bytes, documents: sections.length, elapsedMs } as const;
}
