import { WEIGHT_PER_PLACE } from './chunk-size.ts';

export interface PlannedChunk {
  readonly numbers: readonly number[];
  readonly weight: number;
}

export interface WeighedItem {
  readonly number: number;
  readonly weight: number;
}

/**
 * Cuts items, in their order, into chunks by weight. `size` ordinary pull requests set the weight that a chunk may have, so light
 * ones fill it up to `places`, what one request asks for at the moment, and a very heavy one stands alone.
 *
 * The last chunk may still have room: it is left out while more items are to come (`final` false) and so keeps filling.
 */
export function planChunks(
  items: readonly WeighedItem[],
  { size, places }: { readonly size: number; readonly places: number },
  final: boolean,
): readonly PlannedChunk[] {
  const capacity = size * WEIGHT_PER_PLACE;
  const chunks: PlannedChunk[] = [];
  let numbers: number[] = [];
  let weight = 0;
  const close = () => {
    chunks.push({ numbers, weight });
    numbers = [];
    weight = 0;
  };
  for (const item of items) {
    if (numbers.length > 0 && (numbers.length >= places || weight + item.weight > capacity)) {
      close();
    }
    numbers.push(item.number);
    weight += item.weight;
  }
  if (numbers.length > 0 && (final || numbers.length >= places)) {
    close();
  }
  return chunks;
}
