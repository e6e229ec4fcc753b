import type { CountsOfCache } from '../cache/classify.ts';
import type { CounterSource, Opening } from './entry.ts';

/** The packages maps of a cache file and the counters that they belong to. */
const PACKAGE_MAPS = [
  ['npm', 'npmByPackage'],
  ['pypi', 'pypiByPackage'],
  ['crates', 'cratesByPackage'],
] as const;

/**
 * What a ledger begins with where there is only a cache file: one opening for every number in it. Sums whose parts are
 * not all known become floors.
 *
 * @param origin where the file comes from, in words: `cache file`, `revision 35cd32b`
 * @param at the time to write into the entries
 */
export function openingsOf(counts: Partial<CountsOfCache>, origin: string, at: string): readonly Opening[] {
  const opening = (source: CounterSource, name: string, count: number, through: string | null = null): Opening => ({
    entry: 'opening',
    source,
    key: name,
    name,
    count,
    through,
    origin,
    at,
  });
  const floor = (source: CounterSource, count = 0): Opening[] =>
    count > 0 ? [{ ...opening(source, 'all', count), key: null }] : [];

  const packages = PACKAGE_MAPS.flatMap(([source, map]) => {
    const parts = Object.entries(counts[map] ?? {});
    const known = parts.reduce((sum, [, count]) => sum + count, 0);
    const whole = counts[source] ?? 0;
    return [
      ...parts.map(([name, count]) => opening(source, name, count)),
      ...(whole > known ? floor(source, whole) : []),
    ];
  });
  const clones = Object.entries(counts.clonesByRepo ?? {}).map(([name, { count, lastSeenDay }]) =>
    opening('clones', name, count, lastSeenDay === '' ? null : lastSeenDay),
  );
  const releases = Object.entries(counts.releasesByRepo ?? {}).map(([name, count]) => opening('releases', name, count));
  return [
    ...packages,
    ...clones,
    ...releases,
    ...floor('ghPackages', counts.ghPackages),
    ...floor('maven', counts.maven),
  ];
}
