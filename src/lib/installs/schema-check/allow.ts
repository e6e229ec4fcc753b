import { readFile } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { type CountsOfCache, classify } from '../cache/classify.ts';
import type { Regression } from '../cache/regressions.ts';
import { addDays, type Day, dayOf } from '../days.ts';
import { lockCache } from '../files/cache-lock.ts';
import { countersOf } from '../ledger/counters.ts';
import type { CounterSource, LedgerEntry, Opening } from '../ledger/entry.ts';
import { fallsOf } from '../ledger/falls.ts';
import { appendToLedger, ledgerPathOf, readLedger } from '../ledger/ledger-file.ts';
import { openingsOf } from '../ledger/openings.ts';
import { findBaseline } from './baseline.ts';
import { baseOf } from './check-files.ts';

export interface AllowRequest {
  /** Dotted paths in the cache file, as findings name them. */
  readonly fields: readonly string[];
  readonly reason: string;
  readonly against: string | undefined;
  readonly baseRef: string | undefined;
}

/**
 * Records in the ledger that these fields were wrong and have rightly fallen, and corrects the ledger's own counters to
 * what the cache file says now. A cache file without a ledger gets one.
 *
 * @returns what was added to the ledger
 * @throws OperatorError `cache_invalid`, `field_not_fallen`, `field_gone`, exit 2; as `findBaseline` and `lockCache` do
 */
export async function allowFalls(
  { clock, signal, onWait }: { readonly clock: Clock; readonly signal: AbortSignal; readonly onWait: () => void },
  cache: string,
  { fields, reason, ...choice }: AllowRequest,
): Promise<readonly LedgerEntry[]> {
  const lock = await lockCache(cache, { clock, signal, onWait });
  try {
    const now = clock.now();
    const at = new Date(now).toISOString();
    const counts = countsOf(cache, await readFile(cache, 'utf8'));
    const ledgerPath = ledgerPathOf(cache);
    const { entries, tornBytes } = await readLedger(ledgerPath);
    const openings = entries.length > 0 ? [] : openingsOf(counts, 'cache file', at);
    const baseline = await findBaseline(cache, choice);
    const base = baseline && (await baseOf(baseline, cache));
    const before = base && classify(base.text);
    const falls =
      base && before && 'counts' in before && before.generation !== 'v1'
        ? fallsOf(before.counts, counts, { before: base.entries, after: entries })
        : [];
    const allowed = fields.map((field) => fallOf(field, falls));
    const begun = [...entries, ...openings];
    const added = allowed.flatMap((fall) => [
      { entry: 'allowance' as const, ...fall, reason, at },
      ...corrections(fall.field, counts, begun, { reason, at, today: dayOf(now) }),
    ]);
    await appendToLedger(ledgerPath, [...openings, ...added], tornBytes);
    return added;
  } finally {
    lock.release();
  }
}

function countsOf(path: string, text: string): CountsOfCache {
  const found = classify(text);
  if (found.generation === 'v2' || found.generation === 'v3') return found.counts;
  throw new OperatorError(`${path} has an old shape, or none: no fall in it can be allowed`, {
    code: 'cache_invalid',
    exitCode: EXIT.usage,
    nextSteps: ['see what is wrong: capture-cli schema-check', 'restore it: capture-cli cache reseed'],
  });
}

function fallOf(field: string, falls: readonly Regression[]): Regression {
  const fall = falls.find((one) => one.field === field);
  if (fall && fall.to !== null) return fall;
  if (fall) throw goneField(fall);
  const fallen = falls.filter(({ to }) => to !== null).map((one) => one.field);
  throw new OperatorError(`${field} has not fallen: there is nothing to allow`, {
    code: 'field_not_fallen',
    exitCode: EXIT.usage,
    nextSteps:
      fallen.length === 0
        ? ['see what is wrong: capture-cli schema-check']
        : [`fields that have fallen: ${fallen.join(', ')}`],
  });
}

const COUNT_MAPS = [
  ['npmByPackage', 'npm'],
  ['pypiByPackage', 'pypi'],
  ['cratesByPackage', 'crates'],
  ['releasesByRepo', 'releases'],
] as const;

/** A counter may be corrected to 0, but what it counted is not forgotten. */
function goneField({ field, from }: Regression): OperatorError {
  return new OperatorError(`${field} is gone, and was ${from}: entries are never taken out`, {
    code: 'field_gone',
    exitCode: EXIT.usage,
    nextSteps: ['restore it: capture-cli cache reseed', 'or write it with its right number, and allow that'],
  });
}

/** What makes the ledger's counter what the cache file says. Sums of counters follow from their parts. */
function corrections(
  field: string,
  counts: CountsOfCache,
  entries: readonly LedgerEntry[],
  { reason, at, today }: { readonly reason: string; readonly at: string; readonly today: Day },
): readonly Opening[] {
  const correction = (source: CounterSource, key: string | null, count: number, through: Day | null): Opening => ({
    entry: 'opening',
    source,
    key,
    name: key ?? 'all',
    count,
    through,
    origin: reason,
    corrects: true,
    at,
  });
  const dot = field.indexOf('.');
  if (dot === -1) {
    const source = (['npm', 'pypi', 'crates', 'ghPackages', 'maven'] as const).find((one) => one === field);
    return source && countersOf(entries).floors.has(source) ? [correction(source, null, counts[source], null)] : [];
  }
  const name = field.slice(dot + 1);
  const [map, source] = COUNT_MAPS.find(([one]) => one === field.slice(0, dot)) ?? [];
  if (map === undefined || source === undefined) {
    const repository = name.slice(0, name.lastIndexOf('.'));
    const clones = counts.clonesByRepo[repository];
    return clones ? [correction('clones', repository, clones.count, clones.lastSeenDay || null)] : [];
  }
  const isDaily = source === 'npm' || source === 'pypi';
  const counter = countersOf(entries).counters.find((one) => one.source === source && one.name === name);
  const through = isDaily ? counter?.lastDay || addDays(today, -1) : null;
  return [correction(source, name, counts[map]?.[name] ?? 0, through)];
}
