import type { CountsOfCache } from '../cache/classify.ts';
import { type Regression, regressionsOf } from '../cache/regressions.ts';
import type { LedgerEntry } from './entry.ts';
import { knownOf } from './known.ts';

/**
 * What fell or vanished from one cache file to a later one, as their ledgers see it: a repository that was renamed is
 * compared under its new name, and falls that the later ledger allows are left out.
 */
export function fallsOf(
  before: CountsOfCache,
  after: CountsOfCache,
  ledger: { readonly before: readonly LedgerEntry[]; readonly after: readonly LedgerEntry[] },
): readonly Regression[] {
  const [known, knownNow] = [knownOf(ledger.before), knownOf(ledger.after)];
  const nameNow = (name: string): string => knownNow.nameOf(known.idOf(name) ?? knownNow.idOf(name) ?? '') ?? name;
  return regressionsOf(before, after, nameNow).filter((fall) => !isAllowed(fall, ledger.after));
}

function isAllowed({ field, from, to }: Regression, entries: readonly LedgerEntry[]): boolean {
  return entries.some(
    (entry) =>
      entry.entry === 'allowance' &&
      entry.field === field &&
      entry.from === from &&
      (entry.to === null || (to !== null && to >= entry.to)),
  );
}
