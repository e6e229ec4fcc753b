import { shellWord } from '../../shell-word.ts';
import { totalOf } from '../cache/cache-file.ts';
import { type CountsOfCache, classify } from '../cache/classify.ts';
import { type Regression, regressionsOf, regressionText } from '../cache/regressions.ts';
import { sameNumbers } from '../cache/same-numbers.ts';
import type { Day } from '../days.ts';
import { deriveCache } from '../ledger/derive.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { fallsOf } from '../ledger/falls.ts';
import { type InstallsFinding, RESTORE } from './finding.ts';
import { shapeFindings } from './old-shape.ts';

/** A cache file and what it is measured against. */
export interface CheckedCache {
  readonly text: string;
  /** Of the ledger beside it; empty where there is none. */
  readonly entries: readonly LedgerEntry[];
  /** Both as they were at the merge base; null where nothing is compared. */
  readonly base: { readonly name: string; readonly text: string; readonly entries: readonly LedgerEntry[] } | null;
  /** Day in UTC. */
  readonly today: Day;
}

/** Fields that a difference from the ledger lists; it has one cause, mostly. */
const LISTED = 5;

/**
 * Everything that is wrong with a cache file: its shape, its sums, days that have not come, what it says and its ledger
 * does not, and every number, entry or day that is lower than at the merge base, or gone. Pure.
 */
export function checkCache({ text, entries, base, today }: CheckedCache): readonly InstallsFinding[] {
  const shape = shapeFindings(text);
  const classified = classify(text);
  if (shape.length > 0 || !('counts' in classified) || !isCurrent(classified)) return shape;
  const { counts } = classified;
  return [
    ...sumFindings(counts),
    ...futureFindings(counts, today),
    ...(entries.length === 0 ? [] : ledgerFindings(counts, entries)),
    ...(base === null ? [] : fallFindings(counts, entries, base)),
  ];
}

function isCurrent(classified: ReturnType<typeof classify>): classified is { generation: 'v3'; counts: CountsOfCache } {
  return classified.generation === 'v3' || classified.generation === 'v2';
}

function sumFindings(counts: CountsOfCache): readonly InstallsFinding[] {
  const clones = Object.values(counts.clonesByRepo).reduce((sum, { count }) => sum + count, 0);
  const total = totalOf(counts);
  const found: InstallsFinding[] = [];
  if (counts.clones !== clones) {
    const message = `clones is ${counts.clones}, and the repositories of clonesByRepo add up to ${clones}`;
    found.push({ rule: 'cache/clones', field: 'clones', message, nextSteps: [RESTORE] });
  }
  if (counts.total !== total) {
    const parts = 'npm + pypi + crates + releases + ghPackages + maven';
    const message = `total is ${counts.total}, and ${parts} is ${total} (clones are not part of it)`;
    found.push({ rule: 'cache/total', field: 'total', message, nextSteps: [RESTORE] });
  }
  return found;
}

function futureFindings({ clonesByRepo, fetchedAt }: CountsOfCache, today: Day): readonly InstallsFinding[] {
  const days = Object.entries(clonesByRepo).map(
    ([name, { lastSeenDay }]) => [`clonesByRepo.${name}.lastSeenDay`, lastSeenDay] as const,
  );
  return [...days, ['fetchedAt', fetchedAt.slice(0, 10)] as const]
    .filter(([, day]) => day > today)
    .map(([field, day]) => ({
      rule: 'cache/future',
      field,
      message: `${field} is ${day}, and today is ${today} (UTC): days up to then would never be counted`,
      nextSteps: [RESTORE],
    }));
}

function ledgerFindings(counts: CountsOfCache, entries: readonly LedgerEntry[]): readonly InstallsFinding[] {
  const derived = deriveCache(entries);
  if (sameNumbers(counts, derived)) return [];
  const less = regressionsOf(derived, counts).map((fall) => `${regressionText(fall)}`);
  const more = regressionsOf(counts, derived).map(({ field, from, to }) => `${field} ${to ?? 'absent'} -> ${from}`);
  const listed = [...less, ...more].slice(0, LISTED);
  const what = listed.length === 0 ? 'it has not the numbers of each package' : listed.join(', ');
  const message = `the file is not what its ledger makes: ${what}. It was edited by hand, or by another program`;
  return [{ rule: 'cache/ledger', message, nextSteps: [RESTORE] }];
}

function fallFindings(
  counts: CountsOfCache,
  entries: readonly LedgerEntry[],
  base: NonNullable<CheckedCache['base']>,
): readonly InstallsFinding[] {
  const before = classify(base.text);
  if (!('counts' in before) || !isCurrent(before)) return [];
  const falls = fallsOf(before.counts, counts, { before: base.entries, after: entries });
  const nextSteps = [RESTORE, ...allowSteps(falls)];
  return falls.map((fall) => ({
    rule: 'cache/regressed',
    field: fall.field,
    message: `${regressionText(fall)} since ${base.name}`,
    nextSteps,
  }));
}

/**
 * A correction makes a number fall, its sums with it: all of them have to be allowed at once. Where an entry is gone it is
 * no correction.
 */
function allowSteps(falls: readonly Regression[]): readonly string[] {
  if (falls.length === 0 || falls.some(({ to }) => to === null)) return [];
  const fields = falls.map(({ field }) => `--allow ${shellWord(field)}`);
  const allowed = fields.length > LISTED ? '--allow FIELD' : fields.join(' ');
  return [`or, where a number was wrong: capture-cli schema-check ${allowed} --reason "why it was"`];
}
