import { OperatorError } from '../../errors.ts';
import type { InstallsCache } from '../cache/cache-file.ts';
import type { CountsOfCache } from '../cache/classify.ts';
import { regressionText } from '../cache/regressions.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { fallsOf } from '../ledger/falls.ts';

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
  const falls = fallsOf(before, after, ledger);
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
