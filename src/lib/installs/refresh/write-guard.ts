import { OperatorError } from '../../errors.ts';
import type { InstallsCache } from '../cache/cache-file.ts';
import type { CountsOfCache } from '../cache/classify.ts';
import { type Regression, regressionsOf, regressionText } from '../cache/regressions.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { knownOf } from '../ledger/known.ts';

/** How many falls a message lists; the rest are counted. */
const LISTED = 5;

/**
 * Refuses to replace a cache file by one that knows less. A repository that was renamed is compared under its new name,
 * and falls that the ledger allows are let through.
 *
 * @throws OperatorError `cache_would_regress`, naming every field with its two numbers
 */
export function refuseRegression(
  path: string,
  before: CountsOfCache,
  after: InstallsCache,
  ledger: { readonly before: readonly LedgerEntry[]; readonly after: readonly LedgerEntry[] },
): void {
  const [known, knownNow] = [knownOf(ledger.before), knownOf(ledger.after)];
  const nameNow = (name: string): string => knownNow.nameOf(known.idOf(name) ?? knownNow.idOf(name) ?? '') ?? name;
  const falls = regressionsOf(before, after, nameNow).filter((fall) => !isAllowed(fall, ledger.after));
  if (falls.length === 0) return;
  const listed = falls.slice(0, LISTED).map(regressionText);
  const more = falls.length > LISTED ? `, and ${falls.length - LISTED} more` : '';
  throw new OperatorError(`refusing to write ${path}: it would regress ${listed.join(', ')}${more}`, {
    code: 'cache_would_regress',
    nextSteps: [
      'the file knows more than its ledger: take that over with capture-cli cache reseed',
      `or, where the number was wrong: capture-cli schema-check --allow ${falls[0]?.field} --reason TEXT`,
    ],
  });
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
