/** Small, so that threads that take the last ones end together; a message costs nothing next to a text. */
const BATCH_TEXTS = 4;

/**
 * Positions in `texts`, cut into batches of texts of like length, the longest first: what begins last is short, so that
 * no thread waits long for another.
 */
export function lengthSortedBatches(texts: readonly string[]): readonly (readonly number[])[] {
  const positions = texts.map((text, at) => ({ at, length: text.length }));
  const sorted = positions.toSorted((one, other) => other.length - one.length).map(({ at }) => at);
  return Array.from({ length: Math.ceil(sorted.length / BATCH_TEXTS) }, (_, batch) =>
    sorted.slice(batch * BATCH_TEXTS, (batch + 1) * BATCH_TEXTS),
  );
}
