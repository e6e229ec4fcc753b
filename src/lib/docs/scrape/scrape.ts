import { Seats } from '../../fetch/seats.ts';
import { observeHosts } from '../../observe-hosts.ts';
import { NO_SLOTS, type SlotFailure } from '../../progress/docs/events.ts';
import type { Emit } from '../../progress/event-stream.ts';
import { streamEvents } from '../../progress/event-stream.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { type Slot, SOURCE_KINDS, slotName } from '../slot.ts';
import { lockArtifacts } from './artifacts-lock.ts';
import type { ScrapeCapabilities, ScrapeInputs, ScrapeResult, SlotResult } from './inputs.ts';
import { mapInParallel } from './parallel.ts';
import { type SlotParts, scrapeSlot } from './scrape-slot.ts';
import { tallyEvents } from './tally.ts';

/** Two, so that the threads of an embedder have work while the artifact of one slot is written. */
const SLOTS_EMBEDDING = 2;

/**
 * Brings the artifacts of libraries up to date and tells how it goes. A library that could not be had keeps the artifact
 * that it has and stops no other one. Finished libraries stay when the work is stopped in any way; the same call goes on
 * from there, because what is unchanged costs one conditional request a page.
 *
 * @throws OperatorError `artifacts_locked`, `artifacts_not_writable`, `agent_unhealthy`; what an aborted signal was aborted with
 */
export function scrape(
  capabilities: ScrapeCapabilities,
  inputs: ScrapeInputs,
): AsyncGenerator<ProgressEvent, ScrapeResult> {
  return streamEvents((emit, abandoned) => runScrape(capabilities, inputs, emit, abandoned));
}

async function runScrape(
  capabilities: ScrapeCapabilities,
  inputs: ScrapeInputs,
  tell: Emit,
  abandoned: AbortSignal,
): Promise<ScrapeResult> {
  const { clock, embedder } = capabilities;
  const { registry, artifacts } = inputs;
  const startedAt = clock.now();
  const lock = await lockArtifacts(artifacts);
  const { emit, tally } = tallyEvents(tell);
  const fetcher = capabilities.connect(observeHosts(emit));
  // When one slot ends the run, the others stop too.
  const failed = new AbortController();
  const signal = AbortSignal.any([capabilities.signal, abandoned, failed.signal]);
  try {
    emit({
      event: 'scrape.started',
      mode: 'scrape',
      registry,
      artifacts,
      slots: inputs.slots.length,
      pages: inputs.slots.reduce((sum, { urls }) => sum + urls.length, 0),
      embedder: embedder.identity.kind,
    });
    const { agent } = capabilities;
    await agent?.ping(signal);
    const onTruncated = (url: string, keptBytes: number) =>
      emit({
        event: 'notice.raised',
        level: 'warning',
        message: `${url}: the agent gets its first ${keptBytes} bytes`,
      });
    const sources = { ...capabilities.sources, fetcher, agent, onTruncated };
    const embedding = new Seats(SLOTS_EMBEDDING);
    const parts = { clock, signal, emit, inputs, embedder, embedding, sources };
    const slots = await scrapeAll(parts, (thrown) => failed.abort(thrown));
    const elapsedMs = clock.now() - startedAt;
    const counts = countStates(slots);
    const documents = slots.reduce((sum, slot) => sum + slot.documents, 0);
    emit({
      event: 'scrape.finished',
      mode: 'scrape',
      artifacts,
      slots: counts,
      ...tally(),
      documents,
      failures: slots.flatMap(failureOf),
      elapsedMs,
    });
    return { registry, artifacts, embedder: embedder.identity, counts, documents, slots, elapsedMs };
  } finally {
    await fetcher.close();
    lock.release();
  }
}

/** All slots, each kind with its own bound, as in deadzone. The results are in the order of the registry. */
async function scrapeAll(parts: SlotParts, onFailure: (thrown: unknown) => void): Promise<readonly SlotResult[]> {
  const { slots, parallel } = parts.inputs;
  const results = new Map<Slot, SlotResult>();
  const ended = await Promise.allSettled(
    SOURCE_KINDS.map(async (kind) => {
      const ofKind = slots.filter((slot) => slot.kind === kind);
      await mapInParallel(ofKind, parallel[kind], async (slot) => {
        try {
          parts.signal.throwIfAborted();
          results.set(slot, await scrapeSlot(slot, parts));
        } catch (thrown) {
          onFailure(thrown);
          throw thrown;
        }
      });
    }),
  );
  parts.signal.throwIfAborted();
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return slots.flatMap((slot) => results.get(slot) ?? []);
}

function countStates(slots: readonly SlotResult[]): ScrapeResult['counts'] {
  const counts = { ...NO_SLOTS };
  for (const { state } of slots) counts[state] += 1;
  return counts;
}

function failureOf(slot: SlotResult): readonly SlotFailure[] {
  const { state, reason, failedPages } = slot;
  if (state !== 'stale' && state !== 'failed') return [];
  return [{ slot: slotName(slot), state, reason: reason ?? state, pages: failedPages }];
}
