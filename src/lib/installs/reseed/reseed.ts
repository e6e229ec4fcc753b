import type { Clock } from '../../clock.ts';
import { readIfPresent } from '../../read-if-present.ts';
import { replaceFile } from '../../replace-file.ts';
import { writing } from '../../writing.ts';
import { encodeCache } from '../cache/cache-file.ts';
import { classify } from '../cache/classify.ts';
import { sameNumbers } from '../cache/same-numbers.ts';
import { dayOf } from '../days.ts';
import { lockCache } from '../files/cache-lock.ts';
import { appendToLedger, ledgerPathOf, readLedger } from '../ledger/ledger-file.ts';
import { openingsOf } from '../ledger/openings.ts';
import { planReseed, type ReseedPlan } from './plan.ts';
import type { ReseedSources } from './sources.ts';

export interface ReseedCapabilities {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once when another writer of the cache is waited for. */
  readonly onWait: () => void;
}

/** A plan, and what the files on the disk have of it. */
export interface PreparedReseed extends ReseedPlan {
  /** Whether the cache file is another one than the plan makes. */
  readonly cacheChanges: boolean;
  /** Whether there is anything to do at all. */
  readonly isNeeded: boolean;
  /** Bytes of a cut-off last line of the ledger. */
  readonly tornBytes: number;
}

/**
 * Plans against the ledger and the cache file as they are, and writes nothing.
 *
 * @throws OperatorError `ledger_invalid`
 */
export async function prepareReseed(cache: string, sources: ReseedSources, clock: Clock): Promise<PreparedReseed> {
  const now = clock.now();
  const { entries: present, tornBytes } = await readLedger(ledgerPathOf(cache));
  const found = classify((await readIfPresent(cache)) ?? '');
  const at = new Date(now).toISOString();
  const file = 'counts' in found ? openingsOf(found.counts, 'cache file', at) : [];
  const plan = planReseed(sources.counters, { present, lost: sources.lostEntries, file }, { today: dayOf(now), at });
  const cacheChanges = found.generation !== 'v3' || !sameNumbers(found.counts, plan.after);
  return { ...plan, cacheChanges, isNeeded: cacheChanges || plan.entries.length > 0, tornBytes };
}

/**
 * Carries a plan out, made anew from the ledger as it is by then: first the ledger, then the cache file, both durably.
 * Whatever stops it in between, the ledger makes the same cache file again.
 *
 * @throws OperatorError `ledger_invalid`, and as `lockCache` does
 */
export async function reseed(
  { clock, signal, onWait }: ReseedCapabilities,
  cache: string,
  sources: ReseedSources,
): Promise<PreparedReseed> {
  const lock = await lockCache(cache, { clock, signal, onWait });
  try {
    const plan = await prepareReseed(cache, sources, clock);
    await appendToLedger(ledgerPathOf(cache), plan.entries, plan.tornBytes);
    if (plan.cacheChanges) await writing(cache, () => replaceFile(cache, encodeCache(plan.after)));
    return plan;
  } finally {
    lock.release();
  }
}
