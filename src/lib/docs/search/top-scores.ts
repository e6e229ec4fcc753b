/** Something with how well it answers. */
export interface Scored {
  readonly id: number;
  readonly score: number;
}

/**
 * The best of a stream in memory for `limit` of them: a binary heap with the worst at its top. Of equal ones the first
 * stays.
 */
export class TopScores {
  readonly #limit: number;
  readonly #heap: Scored[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(entry: Scored): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(entry);
      this.#rise(heap.length - 1);
    } else if (heap[0] !== undefined && isWorse(heap[0], entry)) {
      heap[0] = entry;
      this.#sink(0);
    }
  }

  /** Best first. */
  sorted(): readonly Scored[] {
    return this.#heap.toSorted((one, other) => (isWorse(one, other) ? 1 : -1));
  }

  #rise(from: number): void {
    let child = from;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfWorse(child, parent)) return;
      child = parent;
    }
  }

  #sink(from: number): void {
    let parent = from;
    for (;;) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const [one, other] = [this.#heap[left], this.#heap[right]];
      const child = one !== undefined && other !== undefined && isWorse(other, one) ? right : left;
      if (!this.#swapIfWorse(child, parent)) return;
      parent = child;
    }
  }

  #swapIfWorse(child: number, parent: number): boolean {
    const [lower, upper] = [this.#heap[child], this.#heap[parent]];
    if (lower === undefined || upper === undefined || !isWorse(lower, upper)) return false;
    this.#heap[parent] = lower;
    this.#heap[child] = upper;
    return true;
  }
}

function isWorse(one: Scored, other: Scored): boolean {
  return one.score < other.score || (one.score === other.score && one.id > other.id);
}
