import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { fetchHistory, pathBeside, repositoryIfAny } from '../../git/repository.ts';
import { hasRevisions } from '../../git/revisions.ts';
import { readIfPresent } from '../../read-if-present.ts';
import { shellWord } from '../../shell-word.ts';
import { type CountsOfCache, classify } from '../cache/classify.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { ledgerPathOf, readLedger } from '../ledger/ledger-file.ts';
import { openingsOf } from '../ledger/openings.ts';

/** The cache file and its ledger as they are on the disk. */
export interface OpenedCache {
  readonly ledgerPath: string;
  /** What the cache file says; null where there is none, and the ledger makes it anew. */
  readonly counts: CountsOfCache | null;
  /** Entries on the disk. */
  readonly entries: readonly LedgerEntry[];
  /** What the ledger begins with, where it is not on the disk yet. */
  readonly openings: readonly LedgerEntry[];
  readonly tornBytes: number;
}

/**
 * Reads a cache file and its ledger. What cannot be read is never taken for a beginning: a cold start would count the
 * last days only and lose everything before.
 *
 * @param init begin from nothing where nothing is, and never was
 * @param at time to write into openings
 * @throws OperatorError `cache_invalid`, `cache_missing`, `ledger_missing`, `ledger_invalid`, `history_shallow`, exit 2
 */
export async function openCache(
  path: string,
  { init, at, signal }: { readonly init: boolean; readonly at: string; readonly signal: AbortSignal },
): Promise<OpenedCache> {
  const ledgerPath = ledgerPathOf(path);
  const [text, { entries, tornBytes }] = await Promise.all([readIfPresent(path), readLedger(ledgerPath)]);
  const counts = text === null ? null : countsIn(path, text);
  if (entries.length > 0) return { ledgerPath, counts, entries, openings: [], tornBytes };
  const repository = await repositoryIfAny(path);
  const hasHistory = async (file: string): Promise<boolean> =>
    repository !== null && (await hasRevisions(repository, pathBeside(repository, file), signal));
  if (await hasHistory(ledgerPath)) {
    throw lost('ledger_missing', `${ledgerPath} is gone, and git has revisions of it`, path);
  }
  if (counts) return { ledgerPath, counts, entries, openings: openingsOf(counts, 'cache file', at), tornBytes };
  if (await hasHistory(path)) {
    throw lost('cache_missing', `${path} is gone, and git has revisions of it`, path);
  }
  if (repository?.shallow) throw shallow(path);
  if (!init) throw absent(path);
  return { ledgerPath, counts: null, entries, openings: [], tornBytes };
}

/** @throws OperatorError `cache_invalid` unless it is of a generation that tells where every counter stands */
function countsIn(path: string, text: string): CountsOfCache {
  const found = classify(text);
  if (found.generation === 'v2' || found.generation === 'v3') return found.counts;
  const problem =
    'problem' in found ? found.problem : `it has the old shape (${found.generation}), which knows no clones`;
  throw lost('cache_invalid', `${path} cannot be used: ${problem}`, path);
}

function lost(code: string, what: string, path: string): OperatorError {
  return new OperatorError(`${what}. Beginning from nothing would lose what it knew`, {
    code,
    exitCode: EXIT.usage,
    nextSteps: [
      'restore it from git: capture-cli cache reseed',
      `or look at its history: git log --all -- ${shellWord(path)}`,
    ],
  });
}

function shallow(path: string): OperatorError {
  return new OperatorError(`there is no ${path}, and this clone has no history that could tell whether there was one`, {
    code: 'history_shallow',
    exitCode: EXIT.usage,
    nextSteps: [fetchHistory({ shallow: true }), 'then run the command again'],
  });
}

function absent(path: string): OperatorError {
  return new OperatorError(`there is no installs cache at ${path}`, {
    code: 'cache_missing',
    exitCode: EXIT.usage,
    nextSteps: [
      'begin one: capture-cli cache refresh --init',
      'or name the one there is: set installs.cache, or DEADZONE_INSTALLS_CACHE',
    ],
  });
}
