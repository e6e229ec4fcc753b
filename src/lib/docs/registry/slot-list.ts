import type { Slot } from '../slot.ts';

/** A slot as deadzone's `scrape --list` tells it: these keys in this order (doc-pack format, section 2.1). */
export interface ListedSlot {
  readonly lib_id: string;
  /** Empty where the library has no versions. */
  readonly version: string;
  readonly slug: string;
  readonly cache_hash: string;
}

/** A part of the list that a matrix of GitHub Actions can hold. */
export interface SlotBatch {
  readonly batch_id: number;
  readonly libs: readonly ListedSlot[];
}

/** docs.github.com, "Running variations of jobs in a workflow": a matrix with more jobs does not run. */
const MOST_JOBS_OF_A_MATRIX = 256;

export function listedSlot({ libId, version, slug, cacheHash }: Slot): ListedSlot {
  return { lib_id: libId, version, slug, cache_hash: cacheHash };
}

/** The list in parts of at most 256, numbered from 0. */
export function batchesOf(libs: readonly ListedSlot[]): readonly SlotBatch[] {
  return Array.from({ length: Math.ceil(libs.length / MOST_JOBS_OF_A_MATRIX) }, (_, index) => ({
    batch_id: index,
    libs: libs.slice(index * MOST_JOBS_OF_A_MATRIX, (index + 1) * MOST_JOBS_OF_A_MATRIX),
  }));
}

/** One slot as a line for other programs: library, version, folder and hash, separated by tabs. */
export function slotLine({ lib_id, version, slug, cache_hash }: ListedSlot): string {
  return [lib_id, version, slug, cache_hash].join('\t');
}
