import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { fileAt } from '../../git/named-revision.ts';
import { fetchHistory, findRepository, type GitRepository, pathBeside } from '../../git/repository.ts';
import { formatQuantity } from '../../progress/format.ts';
import { readIfPresent } from '../../read-if-present.ts';
import { classify } from '../cache/classify.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { ledgerPathOf, readLedger } from '../ledger/ledger-file.ts';
import { readCacheHistory } from './cache-history.ts';
import { type CounterEvidence, collectEvidence, type EvidenceCollector } from './evidence.ts';
import { lostEntries } from './ledger-history.ts';

/** What a cache file can be restored from. */
export interface ReseedSources {
  readonly counters: readonly CounterEvidence[];
  /** How many revisions each kind of program wrote, the file in the folder among them. */
  readonly generations: ReturnType<EvidenceCollector['generations']>;
  /** Commits that were read. */
  readonly revisions: number;
  /** Entries that only the history of the ledger has. */
  readonly lostEntries: readonly LedgerEntry[];
}

/**
 * Reads everything that proves how high a counter was: the revisions of the cache file and of its ledger on all refs
 * and in the reflog, and the file in the folder, which is one more revision.
 *
 * @param from read this revision only, and the file in the folder
 * @throws OperatorError `not_in_git`, `history_shallow`, `history_empty`, `revision_unknown`, `revision_without_file`
 */
export async function readReseedSources(
  cache: string,
  { from, signal }: { readonly from: string | undefined; readonly signal: AbortSignal },
): Promise<ReseedSources> {
  const repository = await findRepository(cache);
  if (from === undefined && repository.shallow) throw shallow(cache);
  const { evidence, revisions } =
    from === undefined
      ? await readCacheHistory(repository, signal)
      : { evidence: await evidenceOf(repository, from), revisions: 1 };
  const text = await readIfPresent(cache);
  if (text !== null) evidence.add(classify(text), { commit: null, committedAt: Number.POSITIVE_INFINITY });
  const lost = from === undefined ? await entriesOfHistory(repository, cache, signal) : [];
  const counters = evidence.counters();
  if (counters.length === 0 && lost.length === 0) throw empty(cache, revisions);
  return { counters, generations: evidence.generations(), revisions, lostEntries: lost };
}

async function evidenceOf(repository: GitRepository, revision: string): Promise<EvidenceCollector> {
  const { text, commit, committedAt } = await fileAt(repository, revision);
  const evidence = collectEvidence();
  evidence.add(classify(text), { commit, committedAt });
  return evidence;
}

async function entriesOfHistory(
  repository: GitRepository,
  cache: string,
  signal: AbortSignal,
): Promise<readonly LedgerEntry[]> {
  const ledger = ledgerPathOf(cache);
  const { entries } = await readLedger(ledger);
  return await lostEntries(repository, pathBeside(repository, ledger), entries, signal);
}

function shallow(cache: string): OperatorError {
  return new OperatorError(`this clone has only the newest history, and the numbers of ${cache} are in the older one`, {
    code: 'history_shallow',
    exitCode: EXIT.usage,
    nextSteps: [
      fetchHistory({ shallow: true }),
      'then run the command again',
      'or restore from a revision that is here: capture-cli cache reseed --from REV',
    ],
  });
}

function empty(cache: string, revisions: number): OperatorError {
  const what =
    revisions === 0
      ? 'git has no revision of it'
      : `nothing in ${formatQuantity(revisions, 'revision')} of it in git is a counter`;
  return new OperatorError(`${cache} cannot be restored: ${what}`, {
    code: 'history_empty',
    exitCode: EXIT.usage,
    nextSteps: [
      'name the file that has a history: set installs.cache, or DEADZONE_INSTALLS_CACHE',
      'or begin a cache: capture-cli cache refresh --init',
    ],
  });
}
