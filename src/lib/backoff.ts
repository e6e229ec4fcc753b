export interface BackoffCurve {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Between tries to reach GitHub at all, or to repeat a GET that its servers failed. */
export const NETWORK_BACKOFF: BackoffCurve = { baseMs: 1_000, capMs: 30_000 };

/**
 * The wait before retry number `retry` (1, 2, …) in milliseconds: doubling from `baseMs` up to `capMs`, of which a random
 * half is taken off, so that many workers do not come back in step. `random` is in [0, 1).
 */
export function backoffMs(retry: number, { baseMs, capMs }: BackoffCurve, random: () => number): number {
  const full = Math.min(capMs, baseMs * 2 ** (retry - 1));
  return Math.round(full / 2 + (full / 2) * random());
}
