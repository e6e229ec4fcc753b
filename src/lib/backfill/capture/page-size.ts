/**
 * How many things to ask for at once. A refusal halves it at once, success lets it grow slowly, and a size that was refused is
 * not tried again until many smaller pages have succeeded. Immutable: each method answers the next one.
 */
export interface PageSize {
  readonly size: number;
  readonly max: number;
  /** The smallest size that was refused lately; growth stops short of it. */
  readonly refusedAt: number | null;
  /** Full pages answered since the size last changed. */
  readonly streak: number;
}

/** Successes at one size before it grows by a quarter. */
const GROW_AFTER = 4;
/** Successes at one size before a refused size may be tried again. */
const FORGET_AFTER = 40;
/** GitHub gives up at 10 s: an answer that takes longer than this is a warning. */
const SLOW_MS = 7_000;

export function initialPageSize(size: number, max: number): PageSize {
  return { size: Math.min(size, max), max, refusedAt: null, streak: 0 };
}

/** After `requested` things were refused: at most half of them next, at least one. */
export function afterRefusal(page: PageSize, requested: number): PageSize {
  const size = Math.max(1, Math.floor(Math.min(requested, page.size) / 2));
  return { ...page, size, refusedAt: Math.max(2, Math.min(requested, page.refusedAt ?? requested)), streak: 0 };
}

/** After `answered` things came in `elapsedMs`. Pages that were not full teach nothing about the size. */
export function afterAnswer(page: PageSize, answered: number, elapsedMs: number): PageSize {
  if (elapsedMs > SLOW_MS && answered > 1) {
    return { ...page, size: Math.max(1, Math.floor((Math.min(answered, page.size) * 3) / 4)), streak: 0 };
  }
  if (answered < page.size) {
    return page;
  }
  const streak = page.streak + 1;
  const refusedAt = streak >= FORGET_AFTER ? null : page.refusedAt;
  const ceiling = Math.min(page.max, refusedAt === null ? page.max : refusedAt - 1);
  if (streak >= GROW_AFTER && page.size < ceiling) {
    return {
      ...page,
      size: Math.min(ceiling, page.size + Math.max(1, Math.floor(page.size / 4))),
      refusedAt,
      streak: 0,
    };
  }
  return { ...page, refusedAt, streak };
}
