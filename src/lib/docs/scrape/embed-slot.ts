import type { Seats } from '../../fetch/seats.ts';
import type { Emit } from '../../progress/event-stream.ts';
import { libraryText } from '../artifact/embedded-text.ts';
import type { Artifact } from '../artifact/read-artifact.ts';
import type { ArtifactContent } from '../artifact/write-artifact.ts';
import type { Embedder } from '../embed/embedder.ts';
import { type Slot, slotName } from '../slot.ts';
import { embedDocuments, type PlacedSection } from './embed-documents.ts';
import { knownLibVector, knownVectors } from './last-artifact.ts';

/** What is embedded of a slot. */
export type EmbeddedSlot = Pick<ArtifactContent, 'documents' | 'libVector'>;

export interface SlotEmbeddingParts {
  readonly embedder: Embedder;
  /** Slots embed one after the other, or nearly so: what is stopped then has finished many, not begun all. */
  readonly embedding: Seats;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/**
 * Embeds the sections of a slot and the slot's own words; what `base` has of them is kept.
 * @throws OperatorError what the embedder throws
 */
export async function embedSlot(
  slot: Slot,
  base: Artifact | null,
  sections: readonly PlacedSection[],
  { embedder, embedding, signal, emit }: SlotEmbeddingParts,
): Promise<EmbeddedSlot> {
  const { identity } = embedder;
  const leave = await embedding.take(signal);
  try {
    const documents = await embedDocuments(sections, {
      embedder,
      known: knownVectors(base, identity),
      signal,
      onProgress: (counts) => emit({ event: 'documents.embedded', slot: slotName(slot), ...counts }),
    });
    const libVector = knownLibVector(base, slot, identity) ?? (await embedLibrary(slot, embedder, signal));
    return { documents, libVector };
  } finally {
    leave();
  }
}

async function embedLibrary(slot: Slot, embedder: Embedder, signal: AbortSignal): Promise<Float32Array> {
  const [vector] = await embedder.embedDocuments([libraryText(slot)], signal);
  if (vector === undefined) throw new Error(`the embedder left out the library ${slotName(slot)}`);
  return vector;
}
