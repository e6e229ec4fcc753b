import type { Clock } from '../../clock.ts';
import type { Settings } from '../../config/schema.ts';
import type { InstallsCache } from '../cache/cache-file.ts';
import type { CountsOfCache } from '../cache/classify.ts';
import { type Regression, regressionsOf } from '../cache/regressions.ts';
import { sameNumbers } from '../cache/same-numbers.ts';
import { dayOf } from '../days.ts';
import { type OpenedCache, openCache } from '../files/open-cache.ts';
import { readSourceRecords, recordsPathOf } from '../files/source-records.ts';
import { countersOf } from '../ledger/counters.ts';
import { deriveCache } from '../ledger/derive.ts';
import { type CounterSource, DAILY_SOURCES, LEVEL_SOURCES } from '../ledger/entry.ts';
import { knownOf } from '../ledger/known.ts';
import { type Alarm, WINDOW_DAYS, worse } from './freshness.ts';
import { type SourceStatus, sourceStatus } from './source-status.ts';

export interface CacheStatus {
  readonly cache: string;
  readonly ledger: string;
  readonly total: number;
  readonly clones: number;
  /** When a number last changed, ISO 8601; '' where none ever has. */
  readonly fetchedAt: string;
  /** `behind`: the ledger knows more. `ahead`: the ledger does not know all of it. */
  readonly cacheFile: 'current' | 'behind' | 'ahead' | 'missing';
  /** The most serious of all alarms. */
  readonly alarm: Alarm;
  readonly sources: readonly SourceStatus[];
  /** What the cache file says more than its ledger, which the next refresh refuses to overwrite. */
  readonly beyondLedger: readonly Regression[];
}

/**
 * How every counter stands, from the cache file, its ledger and the record of its sources. Nothing is fetched.
 *
 * @throws OperatorError as `openCache`
 */
export async function cacheStatus(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  settings: Settings['installs'],
): Promise<CacheStatus> {
  const now = clock.now();
  const today = dayOf(now);
  const opened = await openCache(settings.cache, { init: false, at: new Date(now).toISOString(), signal });
  const records = await readSourceRecords(recordsPathOf(settings.cache));
  const entries = [...opened.entries, ...opened.openings];
  const derived = deriveCache(entries);
  const all = countersOf(entries);
  const told = countersOf(entries.filter(({ entry }) => entry !== 'opening')).counters;
  const sources = [...DAILY_SOURCES, ...LEVEL_SOURCES].flatMap((source) => {
    const counters = all.counters.filter((counter) => counter.source === source);
    const floor = all.floors.get(source) ?? 0;
    const { isWanted, names } = wantedOf(settings, source);
    if (!isWanted && counters.length === 0 && floor === 0) return [];
    const toldOfSource = told.filter((counter) => counter.source === source);
    // Days of a source that forgets are lost although nobody asks for them.
    const asked = isWanted || WINDOW_DAYS[source] !== null;
    const evidence = {
      source,
      asked,
      counters,
      told: toldOfSource,
      floor,
      entries,
      record: records[source],
      wanted: names,
    };
    return [sourceStatus(evidence, today)];
  });
  const counts: CountsOfCache = opened.counts ?? derived;
  const { idOf, nameOf } = knownOf(entries);
  const beyondLedger = regressionsOf(counts, derived, (name) => nameOf(idOf(name) ?? '') ?? name);
  const cacheFile = cacheFileState(opened, derived, beyondLedger.length > 0);
  const alarm = sources.reduce<Alarm>((most, each) => worse(most, each.alarm), 'none');
  return {
    cache: settings.cache,
    ledger: opened.ledgerPath,
    total: counts.total,
    clones: counts.clones,
    fetchedAt: counts.fetchedAt,
    cacheFile,
    alarm: cacheFile === 'current' ? alarm : worse(alarm, 'warning'),
    sources,
    beyondLedger,
  };
}

function cacheFileState(
  { counts, entries }: OpenedCache,
  derived: InstallsCache,
  isAhead: boolean,
): CacheStatus['cacheFile'] {
  if (counts === null) return 'missing';
  if (isAhead) return 'ahead';
  // Before the first refresh there is no ledger that could know more.
  return entries.length === 0 || sameNumbers(counts, derived) ? 'current' : 'behind';
}

/** Whether the settings ask for a source, and for which of its counters; null where they do not name them. */
function wantedOf(
  { npm, pypi, crates, organization, manual }: Settings['installs'],
  source: CounterSource,
): { readonly isWanted: boolean; readonly names: readonly string[] | null } {
  const packages = { npm, pypi, crates };
  if (source === 'npm' || source === 'pypi' || source === 'crates') {
    return { isWanted: packages[source].length > 0, names: packages[source] };
  }
  const isManual = source === 'ghPackages' || source === 'maven';
  return { isWanted: (isManual ? manual : organization) !== undefined, names: null };
}
