/** What is known of a repository and its budget when chunks are formed. */
export interface ChunkSizeMetrics {
  /** Pull requests of the repository. */
  readonly pullRequests: number;
  /** What the operator asked for (`--chunk-size`), the PRD's default being 25. */
  readonly configured: number;
  /** GraphQL points left and the hourly limit; undefined before the first answer. */
  readonly budget?: { readonly remaining: number; readonly limit: number } | undefined;
  /** Average changed files of the pull requests at hand, or undefined. */
  readonly averageFiles?: number | undefined;
}

/** The PRD's default number of pull requests in a chunk. */
export const DEFAULT_CHUNK_SIZE = 25;

/** The PRD's floor, below which neither low quota nor large pull requests push a chunk. */
const FLOOR = 5;

/** PRD tiers, "smart chunk calculator": repositories larger than the first number get chunks of the second. */
const TIERS: readonly (readonly [moreThan: number, size: number])[] = [
  [10_000, 10],
  [5_000, 15],
  [1_000, 20],
];

/** PRD: fewer points than this left halves the chunk. Read as a share where the hourly limit itself is as small (Actions: 1,000). */
const LOW_POINTS = 1_000;
const LOW_SHARE = 0.2;

/**
 * How many ordinary pull requests a chunk holds, by the PRD's rules: 25 by default, 20, 15 or 10 for large repositories,
 * half of it when the budget is low, 0.7 of it when pull requests average more than 100 files, never below 5 (nor above
 * what the operator configured).
 *
 * The PRD halves below 1,000 points absolutely; with a limit of 1,000 points an hour that would be always, so "low" is
 * below 1,000 points and below a fifth of the limit.
 */
export function chunkSize(metrics: ChunkSizeMetrics): number {
  const { pullRequests, configured, budget, averageFiles } = metrics;
  const tier = TIERS.find(([moreThan]) => pullRequests > moreThan)?.[1] ?? DEFAULT_CHUNK_SIZE;
  // The tiers are the default's; another configured size keeps their proportions.
  let size = Math.max(1, Math.round((tier / DEFAULT_CHUNK_SIZE) * configured));
  const floor = Math.min(FLOOR, size);
  if (budget && budget.remaining < LOW_POINTS && budget.remaining < budget.limit * LOW_SHARE) {
    size = Math.max(floor, Math.floor(size / 2));
  }
  if (averageFiles !== undefined && averageFiles > 100) {
    size = Math.max(floor, Math.floor(size * 0.7));
  }
  return size;
}

/** The hints that enumeration gives for a pull request without being charged for them. */
export interface SizeHints {
  readonly changedFiles: number;
  readonly totalComments: number;
}

/**
 * The weight of a pull request: what it costs GitHub to answer it, in units of an empty one. Files dominate (GitHub computes
 * the diff for them); past 3,000 GitHub serves no more.
 */
export function weigh({ changedFiles, totalComments }: SizeHints): number {
  return 1 + Math.min(changedFiles, 3_000) / 25 + Math.min(totalComments, 3_000) / 50;
}

/** The weight that one place in a chunk stands for: a pull request of 100 files, the last that the PRD does not call large. */
export const WEIGHT_PER_PLACE = weigh({ changedFiles: 100, totalComments: 0 });

/** Sizes below the PRD's smallest tier are an operator's explicit wish, or a low budget, and are kept to. */
const SMALLEST_TIER = 10;

/**
 * How many pull requests a chunk may hold however light they are: as many as one request asks for at the moment, so that a chunk is
 * one request, but no fewer than `size`.
 */
export function chunkPlaces(size: number, pageSize: number): number {
  return size < SMALLEST_TIER ? size : Math.max(size, pageSize);
}
