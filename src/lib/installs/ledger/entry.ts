/** Counters that come as a number for each day. */
export const DAILY_SOURCES = ['npm', 'pypi', 'clones', 'views'] as const;
export type DailySource = (typeof DAILY_SOURCES)[number];

/** Counters that come as one number since the beginning. */
export const LEVEL_SOURCES = ['crates', 'releases', 'ghPackages', 'maven'] as const;
export type LevelSource = (typeof LEVEL_SOURCES)[number];

export type CounterSource = DailySource | LevelSource;

/**
 * What one counter stood at when its days were not in the ledger yet: from a cache file of an earlier program or from a
 * revision in git. Each is a lower bound of its own, with the days after `through` on top: the highest is the counter's
 * value. So openings of different histories can stand side by side, in any order.
 */
export interface Opening {
  readonly entry: 'opening';
  readonly source: CounterSource;
  /** As in `DayCount` and `Level`; null for a floor of the source's sum, whose parts are not known. */
  readonly key: string | null;
  readonly name: string;
  readonly count: number;
  /** Newest day that `count` holds; null where that is not known: then no day is added to it. */
  readonly through: string | null;
  /** Where it comes from: `cache file`, `revision 35cd32b`, or the reason of a correction. */
  readonly origin: string;
  /** True for a correction: what the ledger said about the counter before counts no more. */
  readonly corrects?: true;
  readonly at: string;
}

/** What a source says of one day. A day may be told again with another number: the highest counts. */
export interface DayCount {
  readonly entry: 'day';
  readonly source: DailySource;
  /** Name of a package; id of a repository, which a new name does not change. */
  readonly key: string;
  readonly name: string;
  /** YYYY-MM-DD, in UTC, and over. */
  readonly day: string;
  readonly count: number;
  /** Of clones and views; not additive over days. */
  readonly uniques?: number;
  readonly at: string;
}

/** A number since the beginning. It never falls here, whatever the source says later. */
export interface Level {
  readonly entry: 'level';
  readonly source: LevelSource;
  /** Name of a package or group; id of a release asset. */
  readonly key: string;
  /** Name of the package or group; name of the repository that the asset belongs to. */
  readonly name: string;
  readonly count: number;
  readonly at: string;
}

/** A repository has this name, or had it: all its names are one counter. */
export interface RepositoryNamed {
  readonly entry: 'repository';
  readonly id: string;
  readonly name: string;
  readonly at: string;
}

/** A fall that somebody has allowed, and why. It changes no number by itself. */
export interface Allowance {
  readonly entry: 'allowance';
  /** Dotted path in the cache file: `clonesByRepo.docs.count`. */
  readonly field: string;
  readonly from: number | string | null;
  readonly to: number | string | null;
  readonly reason: string;
  readonly at: string;
}

/** One line of the ledger. `at` is when it was written: ISO 8601 in UTC with milliseconds. */
export type LedgerEntry = Opening | DayCount | Level | RepositoryNamed | Allowance;
