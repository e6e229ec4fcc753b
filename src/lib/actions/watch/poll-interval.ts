/** How soon the first polls of a run follow each other, in milliseconds. */
const SHORTEST_MS = 2_000;
/** How far apart polls come to be: the end of a run is noticed this late at most. */
const LONGEST_MS = 15_000;
/** A poll comes no sooner than after this part of the run's age, so that ten minutes take at most 70 polls. */
const PART_OF_AGE = 15;
/** How much longer each wait becomes while nothing changes. */
const GROWTH = 1.5;

export interface PollSituation {
  /** Since the attempt began, in milliseconds. */
  readonly ageMs: number;
  /** Polls in a row that showed nothing new. */
  readonly quiet: number;
  /** Every job has ended, the run has not: it ends at any moment, or starts further jobs. */
  readonly ending: boolean;
  /** Set by the operator: then nothing adapts. */
  readonly fixedMs: number | undefined;
}

/**
 * Milliseconds until the next poll: 2 s while a run is young, up to 15 s by its age and while nothing changes. If every
 * poll showed something new, and so was charged, 600 s would take 30 / 2 + 15 · ln(225 / 30) + 375 / 15 = 70 polls.
 */
export function pollIntervalMs({ ageMs, quiet, ending, fixedMs }: PollSituation): number {
  if (fixedMs !== undefined) return fixedMs;
  if (ending && quiet < 5) return SHORTEST_MS;
  const byAge = Math.max(SHORTEST_MS, ageMs / PART_OF_AGE);
  return Math.min(LONGEST_MS, byAge * GROWTH ** Math.min(quiet, 10));
}
