import { SCALARS, totalOf } from './cache-file.ts';
import type { CountsOfCache } from './classify.ts';

/** A number or a day of a cache file that is lower than it was, or gone. */
export interface Regression {
  /** Dotted path in the cache file: `clonesByRepo.docs.count`. */
  readonly field: string;
  readonly from: number | string;
  /** Null where the entry is gone. */
  readonly to: number | string | null;
}

const COUNT_MAPS = ['npmByPackage', 'pypiByPackage', 'cratesByPackage', 'releasesByRepo'] as const;

/**
 * Everything that fell or vanished from one cache file to the next. A `total` that was not the sum of its parts counts
 * for nothing: it says something else than the later one does.
 *
 * @param nameNow the present name of a repository that had this one
 */
export function regressionsOf(
  before: CountsOfCache,
  after: CountsOfCache,
  nameNow: (repository: string) => string = (repository) => repository,
): readonly Regression[] {
  const found: Regression[] = [];
  const compare = <T extends number | string>(field: string, from: T, to: T | undefined): void => {
    if (to === undefined || to < from) found.push({ field, from, to: to ?? null });
  };
  for (const field of SCALARS) {
    if (field === 'total' && before.total !== totalOf(before)) continue;
    compare(field, before[field], after[field]);
  }
  for (const map of COUNT_MAPS) {
    for (const [name, count] of Object.entries(before[map] ?? {})) {
      const present = map === 'releasesByRepo' ? nameNow(name) : name;
      compare(`${map}.${name}`, count, after[map]?.[present]);
    }
  }
  for (const [name, { count, lastSeenDay }] of Object.entries(before.clonesByRepo)) {
    const present = after.clonesByRepo[nameNow(name)];
    compare(`clonesByRepo.${name}.count`, count, present?.count);
    if (present) compare(`clonesByRepo.${name}.lastSeenDay`, lastSeenDay, present.lastSeenDay);
  }
  return found;
}

/** `clones 37701 -> 35587`, as in the write guard's and the checker's messages. */
export function regressionText({ field, from, to }: Regression): string {
  return `${field} ${from === '' ? '(none)' : from} -> ${to ?? 'gone'}`;
}
