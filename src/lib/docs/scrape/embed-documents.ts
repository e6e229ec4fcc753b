import type { DocumentCounts } from '../../progress/docs/events.ts';
import { documentText } from '../artifact/embedded-text.ts';
import type { StoredDocument } from '../artifact/write-artifact.ts';
import type { Embedder } from '../embed/embedder.ts';
import type { Section } from '../parse/section.ts';

/** Documents that are embedded in one call: enough to keep every thread busy, few enough that progress is seen. */
const DOCUMENTS_AT_ONCE = 64;

/** A section and the page that it was cut from. */
export interface PlacedSection extends Section {
  readonly url: string;
}

export interface EmbeddingParts {
  readonly embedder: Embedder;
  /** Vectors that need not be made again, by their text. */
  readonly known: ReadonlyMap<string, Float32Array>;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: DocumentCounts) => void;
}

/**
 * The sections with their vectors, in their order; a text that occurs twice is embedded once.
 * @throws OperatorError what the embedder throws
 */
export async function embedDocuments(
  sections: readonly PlacedSection[],
  { embedder, known, signal, onProgress }: EmbeddingParts,
): Promise<readonly StoredDocument[]> {
  const texts = sections.map(documentText);
  const missing = [...new Set(texts.filter((text) => !known.has(text)))];
  const kept = texts.filter((text) => known.has(text)).length;
  if (kept > 0) onProgress({ embedded: 0, kept });
  const vectors = new Map(known);
  for (let from = 0; from < missing.length; from += DOCUMENTS_AT_ONCE) {
    const batch = missing.slice(from, from + DOCUMENTS_AT_ONCE);
    const made = await embedder.embedDocuments(batch, signal);
    for (const [index, vector] of made.entries()) vectors.set(batch[index] ?? '', vector);
    onProgress({ embedded: batch.length, kept: 0 });
  }
  return sections.map((section, index) => {
    const vector = vectors.get(texts[index] ?? '');
    if (vector === undefined) throw new Error(`the embedder left out a text of ${section.url}`);
    return { ...section, vector };
  });
}
