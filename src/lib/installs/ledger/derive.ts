import { type ClonesOfRepository, type InstallsCache, totalOf } from '../cache/cache-file.ts';
import { laterDay } from '../days.ts';
import { type Counter, type Counters, countersOf } from './counters.ts';
import type { CounterSource, LedgerEntry } from './entry.ts';

/** The cache file that a ledger makes. The same ledger always makes the same file. */
export function deriveCache(entries: readonly LedgerEntry[]): InstallsCache {
  const counters = countersOf(entries);
  const of = (source: CounterSource): readonly Counter[] =>
    counters.counters.filter((counter) => counter.source === source);
  const counts = {
    npm: sumOf('npm', counters),
    pypi: sumOf('pypi', counters),
    crates: sumOf('crates', counters),
    releases: sumOf('releases', counters),
    ghPackages: sumOf('ghPackages', counters),
    maven: sumOf('maven', counters),
  };
  const clones = of('clones');
  return {
    ...counts,
    clones: clones.reduce((sum, { value }) => sum + value, 0),
    clonesByRepo: clonesByName(clones),
    releasesByRepo: byName(of('releases')),
    npmByPackage: byName(of('npm')),
    pypiByPackage: byName(of('pypi')),
    cratesByPackage: byName(of('crates')),
    total: totalOf(counts),
    fetchedAt: counters.changedAt,
  };
}

function sumOf(source: CounterSource, { counters, floors }: Counters): number {
  const parts = counters.filter((counter) => counter.source === source);
  const sum = parts.reduce((total, { value }) => total + value, 0);
  return Math.max(sum, floors.get(source) ?? 0);
}

function byName(counters: readonly Counter[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { name, value } of counters) sums[name] = (sums[name] ?? 0) + value;
  return sums;
}

/** A repository that is gone and one that has its name now are one line. */
function clonesByName(counters: readonly Counter[]): Record<string, ClonesOfRepository> {
  const sums: Record<string, ClonesOfRepository> = {};
  for (const { name, value, lastDay } of counters) {
    const { count, lastSeenDay } = sums[name] ?? { count: 0, lastSeenDay: '' };
    sums[name] = { count: count + value, lastSeenDay: laterDay(lastDay, lastSeenDay) };
  }
  return sums;
}
