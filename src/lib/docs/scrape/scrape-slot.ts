import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { PageFailure, SlotState } from '../../progress/docs/events.ts';
import { writeArtifact } from '../artifact/write-artifact.ts';
import { isDiskFailure } from '../artifact/write-failure.ts';
import { type Slot, slotName } from '../slot.ts';
import { checkedAt, markChecked } from './checked.ts';
import { embedSlot, type SlotEmbeddingParts } from './embed-slot.ts';
import type { ScrapeInputs, SlotResult } from './inputs.ts';
import { compare, isOf, knownPages, type LastArtifact, readLastArtifact, sectionsOf } from './last-artifact.ts';
import { removeLeftovers } from './leftovers.ts';
import { PARSER_VERSIONS, type PageSources, pageReader } from './page-reader.ts';
import { writeRunStatus } from './run-status.ts';
import { refuseShrinking } from './shrink.ts';
import { readSlotPages, shareOfPages } from './slot-pages.ts';

/** What slots are scraped with. */
export interface SlotParts extends SlotEmbeddingParts {
  readonly clock: Clock;
  readonly sources: PageSources;
  readonly inputs: ScrapeInputs;
}

interface Outcome {
  readonly state: SlotState;
  readonly documents: number;
  readonly reason: string | null;
  readonly failedPages?: readonly PageFailure[];
}

/**
 * Brings the artifact of a slot up to date. It is replaced by a complete one or not at all: with a page missing, with
 * suspiciously few documents, with a text that cannot be embedded or a file that cannot be written, the last good
 * artifact stays.
 *
 * @throws what says nothing about this slot alone: the disk is full, the embedder takes no key, the operator asked to
 *   stop
 */
export async function scrapeSlot(slot: Slot, parts: SlotParts): Promise<SlotResult> {
  const { clock, emit, inputs } = parts;
  const name = slotName(slot);
  const startedAt = clock.now();
  emit({ event: 'slot.started', slot: name, kind: slot.kind, pages: slot.urls.length });
  const folder = join(inputs.artifacts, slot.slug);
  await removeLeftovers(folder);
  const last = await readLastArtifact(folder, slot);
  if (last.damage !== null) {
    emit({ event: 'notice.raised', level: 'warning', message: `${last.damage}; it is made anew` });
  }
  const { state, documents, reason, failedPages = [] } = await bringUpToDate(slot, folder, last, parts);
  if (inputs.writeRunStatus) await writeRunStatus(folder, state);
  const elapsedMs = clock.now() - startedAt;
  emit({ event: 'slot.finished', slot: name, state, documents, reason, failedPages, elapsedMs });
  const { libId, version, slug } = slot;
  return { libId, version, slug, state, documents, reason, failedPages };
}

async function bringUpToDate(
  slot: Slot,
  folder: string,
  { artifact }: LastArtifact,
  parts: SlotParts,
): Promise<Outcome> {
  const { inputs, clock, embedder } = parts;
  const before = artifact?.documents.length ?? null;
  const incomplete = (reason: string, failedPages: readonly PageFailure[] = []): Outcome => {
    return { state: artifact === null ? 'failed' : 'stale', documents: before ?? 0, reason, failedPages };
  };
  if (artifact !== null && isOf(artifact, slot, embedder.identity) && (await isFresh(folder, parts))) {
    return { state: 'skipped', documents: artifact.documents.length, reason: null };
  }
  const base = inputs.force ? null : artifact;
  const read = await readSlotPages(slot, {
    ...parts,
    readPage: pageReader(slot.kind, parts.sources),
    known: knownPages(base, slot),
  });
  if (!read.complete) return incomplete(missingPages(read.failures, slot), read.failures);

  const sameness = base === null ? 'different' : compare(base, slot, embedder.identity, read.pages);
  if (base !== null && sameness === 'same') {
    await markChecked(folder, slot, base, clock.now());
    return { state: 'unchanged', documents: base.documents.length, reason: null };
  }
  const sections = read.pages.flatMap(({ url, sections: fresh }) =>
    (fresh ?? sectionsOf(base, url)).map(({ title, content }) => ({ title, content, url })),
  );
  const refusal = refuseShrinking({ kind: slot.kind, before, now: sections.length, maxShrink: inputs.maxShrink });
  if (refusal !== null) return incomplete(refusal);
  try {
    const embedded = await embedSlot(slot, base, sections, parts);
    const { identity } = embedder;
    const content = { slot, identity, ...embedded, pages: read.pages, parserVersion: PARSER_VERSIONS[slot.kind] };
    await writeArtifact(folder, content, clock.now());
  } catch (thrown) {
    parts.signal.throwIfAborted();
    if (!(thrown instanceof OperatorError) || meetsEverySlot(thrown)) throw thrown;
    return incomplete(thrown.message);
  }
  if (sameness === 'revalidated') return { state: 'unchanged', documents: sections.length, reason: null };
  const reason = sections.length === 0 ? 'its package exports nothing that could be documented' : null;
  return { state: 'scraped', documents: sections.length, reason };
}

/** The disk fails, or the embedder takes no key or is asked too often: another slot would fare no better. */
function meetsEverySlot(failure: OperatorError): boolean {
  return isDiskFailure(failure) || failure.exitCode === EXIT.auth || failure.exitCode === EXIT.rateLimited;
}

async function isFresh(folder: string, { clock, inputs }: SlotParts): Promise<boolean> {
  if (inputs.freshMs === 0) return false;
  const at = await checkedAt(folder);
  return at !== null && clock.now() - at < inputs.freshMs;
}

function missingPages(failures: readonly PageFailure[], slot: Slot): string {
  const reasons = [...new Set(failures.map(({ reason }) => reason.replaceAll('_', ' ')))].join(', ');
  return `${shareOfPages(failures.length, slot)} could not be had (${reasons})`;
}
