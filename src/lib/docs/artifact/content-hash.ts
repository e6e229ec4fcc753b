import { createHash } from 'node:crypto';

/** A document or library as it is stored. */
export interface HashedRow {
  readonly title: string;
  readonly content: string;
  readonly vector: Uint8Array;
}

/**
 * Identifies what an artifact contributes to a consolidated database: its documents in their order, and the vector of
 * its library. Whatever else an artifact keeps, such as when a page was fetched, does not count.
 *
 * @returns lowercase hex sha256
 */
export function contentHash(libVector: Uint8Array, documents: Iterable<HashedRow>): string {
  const hash = createHash('sha256').update(libVector);
  for (const { title, content, vector } of documents) hash.update(JSON.stringify([title, content])).update(vector);
  return hash.digest('hex');
}
