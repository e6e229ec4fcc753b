import { hashText } from '../history/random.ts';

/** How long a documentation host takes for an answer, in milliseconds. */
export type DocsLatency = (answer: { readonly path: string; readonly bytes: number }) => number;

export const noDocsLatency: DocsLatency = () => 0;

const FASTEST_MS = 30;
const SLOWEST_MS = 80;
const BYTES_A_MS = 10_000;

/**
 * Like raw.githubusercontent.com behind its edge caches: 30 to 80 ms to the first byte, spread evenly over the paths and
 * the same for a path each time, and 10 MB/s for the body.
 * @param factor scales every time
 */
export function rawHostLatency(factor = 1): DocsLatency {
  return ({ path, bytes }) =>
    Math.round(factor * (FASTEST_MS + (hashText(path) / 2 ** 32) * (SLOWEST_MS - FASTEST_MS) + bytes / BYTES_A_MS));
}
