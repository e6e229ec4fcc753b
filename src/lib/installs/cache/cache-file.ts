/** Clones of one repository: GitHub tells 14 days only, so they are added up day by day. */
export interface ClonesOfRepository {
  readonly count: number;
  /** Newest day that is in `count`, as YYYY-MM-DD; '' where none is. */
  readonly lastSeenDay: string;
}

/**
 * The installs cache, third generation: the numbers that a website shows. It is derived from the ledger beside it.
 * Package and repository maps are from names to numbers.
 */
export interface InstallsCache {
  readonly npm: number;
  readonly pypi: number;
  readonly crates: number;
  readonly clones: number;
  readonly clonesByRepo: Readonly<Record<string, ClonesOfRepository>>;
  readonly releases: number;
  readonly releasesByRepo: Readonly<Record<string, number>>;
  readonly ghPackages: number;
  readonly maven: number;
  readonly total: number;
  /** When a number last changed, ISO 8601 in UTC with milliseconds; '' where none ever has. */
  readonly fetchedAt: string;
  readonly npmByPackage: Readonly<Record<string, number>>;
  readonly pypiByPackage: Readonly<Record<string, number>>;
  readonly cratesByPackage: Readonly<Record<string, number>>;
}

/** The numbers that `total` adds up. Clones are left out: most of them are machines. */
export const TOTALLED = ['npm', 'pypi', 'crates', 'releases', 'ghPackages', 'maven'] as const;

/** Every number of its own, `total` included: none of them may ever fall. */
export const SCALARS = [...TOTALLED, 'clones', 'total'] as const;

export type TotalledField = (typeof TOTALLED)[number];

/** Installs, without clones. */
export function totalOf(counts: Readonly<Record<TotalledField, number>>): number {
  return TOTALLED.reduce((sum, field) => sum + counts[field], 0);
}

/**
 * The one text of a cache: fields in a fixed order, names in their order, two spaces, a line end. The same numbers are
 * the same bytes, so a run without news changes nothing.
 */
export function encodeCache(cache: InstallsCache): string {
  const ordered: InstallsCache = {
    npm: cache.npm,
    pypi: cache.pypi,
    crates: cache.crates,
    clones: cache.clones,
    clonesByRepo: byName(cache.clonesByRepo, ({ count, lastSeenDay }) => ({ count, lastSeenDay })),
    releases: cache.releases,
    releasesByRepo: byName(cache.releasesByRepo),
    ghPackages: cache.ghPackages,
    maven: cache.maven,
    total: cache.total,
    fetchedAt: cache.fetchedAt,
    npmByPackage: byName(cache.npmByPackage),
    pypiByPackage: byName(cache.pypiByPackage),
    cratesByPackage: byName(cache.cratesByPackage),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/** Entries in the order of their names' code units, which no locale changes. */
function byName<T>(map: Readonly<Record<string, T>>, copy: (value: T) => T = (value) => value): Record<string, T> {
  const names = Object.keys(map).sort();
  return Object.fromEntries(names.map((name) => [name, copy(map[name] as T)]));
}
